"""
The storage account of a workspace with batch endpoints has private endpoints for queue and table.

## Why
Batch endpoints split their work into mini-batches and keep track of it in queues and tables of the default account.
When that account is closed to the internet, a batch job cannot get at them without these two endpoints.

## Passes
Approved endpoints for `queue` and for `table` lie in an AML VNet or one connected to it. With a managed network, Active
outbound rules for the two count. Without batch endpoints, and with `--profile article`, this is n/a.

## Fails
One of the two is missing, not approved, or in a network that the workspace cannot reach.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id ACCOUNT_ID --group-id queue --connection-name NAME        (and again for table)

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_storage_account.example.id
        subresource_names              = ["queue"]
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Private endpoints
- azure-policy: 6edd7eda-6dd8-40f7-810d-67160c639cd9   mcsb: NS-2
"""

from scanner.changes.connections import connects
from scanner.checks.selectors import batch_storage_accounts, beyond_the_article, has_batch_endpoints
from scanner.checks.services import endpoint_for
from scanner.engine import Severity, rule

check = rule(
    id="storage-queue-table-private-endpoints",
    control="Private Link",
    severity=Severity.LOW,
    each=beyond_the_article(batch_storage_accounts),
    changes=connects("queue", "table"),
)(endpoint_for("queue", "table", used_by=has_batch_endpoints))
