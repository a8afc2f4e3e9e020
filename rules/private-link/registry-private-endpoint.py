"""
The workspace's container registry has a private endpoint.

## Why
Every training job and every deployment pulls its image from the registry. Without an endpoint in reach, images travel
over the registry's public address, where anybody who holds a credential can pull or replace them.

## Passes
An Approved endpoint for `registry` lies in an AML VNet or one connected to it. With a managed network, an Active
outbound rule for the registry counts. A workspace gets its registry with its first image: before that this is n/a.

## Fails
There is no endpoint for `registry`, it is not approved, or it lies in a network that the workspace cannot reach.

## Fix
The registry must be Premium.

az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id REGISTRY_ID --group-id registry --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_container_registry.example.id
        subresource_names              = ["registry"]
      }
    }

## See
- https://learn.microsoft.com/azure/container-registry/container-registry-private-link
- article: Private endpoints
- azure-policy: e8eef0a8-67cf-4eb4-9386-14b0e78733d4   mcsb: NS-2
"""

from scanner.changes.connections import connects
from scanner.checks.selectors import registries
from scanner.checks.services import endpoint_for
from scanner.engine import Severity, rule

check = rule(
    id="registry-private-endpoint",
    control="Private Link",
    severity=Severity.HIGH,
    each=registries,
    changes=connects("registry"),
)(endpoint_for("registry"))
