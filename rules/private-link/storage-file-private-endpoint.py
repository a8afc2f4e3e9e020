"""
The workspace's storage account has a private endpoint for file.

## Why
Notebooks, and the home directories of compute instances, live in a file share of the default account. With an endpoint
for `blob` alone, the studio's notebooks and every mount of that share need the account's public address, or fail.

## Passes
An Approved endpoint for `file` lies in an AML VNet or one connected to it. With a managed network, an Active outbound
rule for the account's file service counts. The article asks for blob only: with `--profile article` this is n/a.

## Fails
There is no endpoint for `file`, it is not approved, or it lies in a network that the workspace cannot reach.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id ACCOUNT_ID --group-id file --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_storage_account.example.id
        subresource_names              = ["file"]
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Private endpoints
- azure-policy: 6edd7eda-6dd8-40f7-810d-67160c639cd9   mcsb: NS-2
"""

from scanner.changes.connections import connects
from scanner.checks.selectors import beyond_the_article, storage_accounts
from scanner.checks.services import endpoint_for
from scanner.engine import Severity, rule

check = rule(
    id="storage-file-private-endpoint",
    control="Private Link",
    severity=Severity.MEDIUM,
    each=beyond_the_article(storage_accounts),
    changes=connects("file"),
)(endpoint_for("file"))
