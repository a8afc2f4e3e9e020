"""
The Log Analytics workspace behind Application Insights takes in and gives out logs over private paths only.

## Why
What Application Insights takes in is kept in a Log Analytics workspace with switches of its own. Closing the component alone
leaves the same requests, results and stack traces open to queries there.

## Passes
Public network access is off for ingestion and for queries, an enforced network security perimeter decides instead, or the
workspace is in an Azure Monitor private link scope, which leaves public switches on that are noted: close them besides. A
scope that is PrivateOnly is noted: Azure Machine Learning needs Open.

## Fails
Ingestion or queries are public (Azure's default) and neither a perimeter nor a scope covers the workspace; or an access rule
of its perimeter lets in an address or subscription that is not yours. A classic component keeps its own data: not judged.

## Fix
az monitor log-analytics workspace update --workspace-name WORKSPACE --resource-group GROUP --ingestion-access Disabled
    --query-access Disabled

    resource "azurerm_log_analytics_workspace" "example" {
      internet_ingestion_enabled = false
      internet_query_enabled     = false
    }

## See
- https://learn.microsoft.com/azure/azure-monitor/logs/private-link-design
- https://learn.microsoft.com/azure/azure-monitor/fundamentals/network-security-perimeter
- mcsb: NS-2
"""

from scanner.changes.monitoring import closes_telemetry
from scanner.checks.monitoring import logs_private
from scanner.checks.selectors import beyond_the_article, log_workspaces
from scanner.engine import Severity, rule

check = rule(
    id="log-analytics-private",
    control="Public network access",
    severity=Severity.LOW,
    each=beyond_the_article(log_workspaces),
    changes=closes_telemetry,
)(logs_private)
