"""
The workspace's Application Insights takes in and gives out telemetry over private paths only.

## Why
Telemetry of endpoints and jobs carries requests, results and stack traces. With public ingestion anybody who has the
connection string can also write to it.

## Passes
Public network access is off for ingestion and for queries, or the component is in an Azure Monitor private link scope.
The scope's access mode may be Open: Azure Machine Learning needs that, PrivateOnly breaks it. A scope does not close the
switches to networks outside of it; those that stay open are noted.

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
from scanner.checks.monitoring import telemetry_private
from scanner.checks.selectors import insights_components
from scanner.engine import Severity, rule

check = rule(
    id="app-insights-private",
    control="Public network access",
    severity=Severity.LOW,
    each=insights_components,
    changes=closes_telemetry,
)(telemetry_private)
