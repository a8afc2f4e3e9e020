"""
The workspace's key vault has a private endpoint.

## Why
The workspace keeps the credentials of its datastores, connections and computes in its vault. Without an endpoint in
reach, they are fetched over the vault's public address, which then has to stay open.

## Passes
An Approved endpoint for `vault` lies in an AML VNet or one connected to it. With a managed network, an Active outbound
rule for the vault counts.

## Fails
There is no endpoint for `vault`, it is not approved, or it lies in a network that the workspace cannot reach.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id VAULT_ID --group-id vault --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_key_vault.example.id
        subresource_names              = ["vault"]
      }
    }

## See
- https://learn.microsoft.com/azure/key-vault/general/private-link-service
- article: Private endpoints
- azure-policy: a6abeaec-4d90-4a02-805f-6b26c4d3fbe9   mcsb: NS-2, DP-8
"""

from scanner.changes.connections import connects
from scanner.checks.selectors import key_vaults
from scanner.checks.services import endpoint_for
from scanner.engine import Severity, rule

check = rule(
    id="key-vault-private-endpoint",
    control="Private Link",
    severity=Severity.HIGH,
    each=key_vaults,
    changes=connects("vault"),
)(endpoint_for("vault"))
