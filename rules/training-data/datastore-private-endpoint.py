"""
The services that a workspace's datastores and connections name have the private endpoints that computes need.

## Why
A job that mounts a lake without an endpoint goes out to its public address: it fails where that is closed, and where it is
not, training data crosses the internet. Gen2 is reached by two names, and an endpoint for one of them is half a path.

## Passes
For each sub-resource an Approved endpoint lies in an AML VNet or one connected to it: `blob`; `file`; `dfs` and `blob` for
Gen2; `sqlServer`, `Sql` or `MongoDB` of Cosmos DB, `databricks_ui_api`, `searchService`, `account`. With a managed
network an Active outbound rule to the sub-resource counts.

## Fails
There is no endpoint for one of them, it is not approved, or it lies in a network that the workspace cannot reach. A kind
that is not judged, and a service that was not read, is named and unknown. Blob and file of the default account have
rules of their own; its `dfs` is asked for here where a Gen2 datastore names it.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id ACCOUNT_ID --group-id dfs --connection-name NAME

## See
- https://learn.microsoft.com/azure/storage/common/storage-private-endpoints
- https://learn.microsoft.com/azure/private-link/private-endpoint-overview
- azure-policy: 6edd7eda-6dd8-40f7-810d-67160c639cd9   mcsb: NS-2
"""

from scanner.changes.connections import connects_data
from scanner.checks.data import data_endpoints, data_services_with_endpoints
from scanner.engine import Severity, rule

check = rule(
    id="datastore-private-endpoint",
    control="Training data",
    severity=Severity.HIGH,
    each=data_services_with_endpoints,
    changes=connects_data,
)(data_endpoints)
