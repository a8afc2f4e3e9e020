"""
The workspace's Application Insights takes in and gives out telemetry over private paths only.

## Why
Telemetry of endpoints and jobs carries requests, results and stack traces. With public ingestion anybody who has the
connection string can also write to it.

## Passes
Public network access is off for ingestion and for queries, or the component is in an Azure Monitor private link scope.
The scope's access mode may be Open: Azure Machine Learning needs that, PrivateOnly breaks it.

## Fails
Ingestion or queries are public (Azure's default when nothing is set) and no scope holds the component.

## Fix
az monitor app-insights component update --app COMPONENT --resource-group GROUP --ingestion-access Disabled
    --query-access Disabled

    resource "azurerm_application_insights" "example" {
      internet_ingestion_enabled = false
      internet_query_enabled     = false
    }

## See
- https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security
- article: Public network access
- azure-policy: 1bc02227-0cb6-4e11-8f53-eb0b22eab7e8   mcsb: NS-2
"""

from scanner.changes.monitoring import closes_telemetry
from scanner.checks.selectors import insights_components
from scanner.domain.public_access import is_open
from scanner.engine import Note, Notes, Problem, Severity, rule
from scanner.estate.monitoring import scopes_of
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.services import ApplicationInsights


@rule(
    id="app-insights-private",
    control="Public network access",
    severity=Severity.LOW,
    each=insights_components,
    changes=closes_telemetry,
)
def check(component: ApplicationInsights, graph: Graph) -> Notes:
    """Look at both switches; where one is on, only a private link scope helps."""
    switches = {"ingestion": component.ingestion, "queries": component.query}
    public = " and ".join(name for name, access in switches.items() if is_open(known(access)))
    if not public:
        return
    scopes = scopes_of(component, graph)
    scope = next(iter(scopes.found or scopes.whole()), None)
    if scope is None:
        yield Problem(f"public network access is enabled for {public}, and no private link scope holds the component")
    else:
        yield Note(f"{public} are public, but the private link scope {scope.name} holds the component", (scope,))
