"""
The workspace's storage account has a private endpoint for blob.

## Why
Data, models and logs travel over the blob service. Without an endpoint for `blob` in reach of the workspace, that
traffic either leaves by the public address or fails.

## Passes
An Approved endpoint for `blob` lies in an AML VNet or one connected to it. With a managed network, an Active outbound
rule for the account's blob counts.

## Fails
There is no endpoint for `blob`, it is not approved, or it lies in a network that the workspace cannot reach.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id ACCOUNT_ID --group-id blob --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_storage_account.example.id
        subresource_names              = ["blob"]
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Private endpoints
- azure-policy: 6edd7eda-6dd8-40f7-810d-67160c639cd9   mcsb: NS-2
"""

from scanner.changes.connections import connects
from scanner.checks.selectors import storage_accounts
from scanner.checks.services import endpoint_for
from scanner.engine import Severity, rule

check = rule(
    id="storage-blob-private-endpoint",
    control="Private Link",
    severity=Severity.HIGH,
    each=storage_accounts,
    changes=connects("blob"),
)(endpoint_for("blob"))
