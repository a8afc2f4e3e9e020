"""
The workspace's container registry has the Premium SKU.

## Why
Only Premium registries take private endpoints and firewall rules. On any other SKU the registry answers the whole
internet, and nothing else on this list can change that.

## Passes
The SKU is Premium.

## Fails
The SKU is Basic, Standard or the retired Classic.

## Fix
The change takes effect in place, without moving images.

az acr update --name REGISTRY --resource-group GROUP --sku Premium

    resource "azurerm_container_registry" "example" {
      sku = "Premium"
    }

## See
- https://learn.microsoft.com/azure/container-registry/container-registry-skus
- article: Container Registry
- azure-policy: bd560fc0-3c69-498a-ae9f-aa8eb7de0e13   psrule: AZR-000006
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import registries
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.services import Registry, RegistrySku


@rule(
    id="registry-premium-sku",
    control="Container Registry",
    severity=Severity.HIGH,
    each=registries,
    changes=sets("sku.name", to="Premium", stage=Stage.GROUND, says="have {} be a Premium registry"),
)
def check(registry: Registry, _: Graph) -> Notes:
    """Read the SKU."""
    sku = known(registry.sku)
    if sku is not RegistrySku.PREMIUM:
        yield Problem(f"the SKU is {sku}, which has no private endpoints", (registry.id,))
