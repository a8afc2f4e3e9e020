"""
A private container registry lets Azure's trusted services through its firewall.

## Why
Azure Machine Learning is a trusted service of the registry. Where the registry is closed to the internet and the bypass
is off, the workspace cannot build images or deploy from them, and people tend to open the registry instead.

## Passes
The network rule bypass is AzureServices, which is Azure's default.

## Fails
The bypass is None. A registry that answers the whole internet needs no bypass and is not judged here.

## Fix
az acr update --name REGISTRY --resource-group GROUP --allow-trusted-services true

    resource "azurerm_container_registry" "example" {
      network_rule_bypass_option = "AzureServices"
    }

## See
- https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services
- article: Container Registry
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import registries, where
from scanner.domain.public_access import is_restricted
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.services import Bypass, Registry


def _is_private(registry: Registry, _: Graph) -> bool:
    return is_restricted(registry)


@rule(
    id="registry-trusted-services-bypass",
    control="Container Registry",
    severity=Severity.MEDIUM,
    each=where(registries, _is_private),
    changes=sets(
        "properties.networkRuleBypassOptions",
        to="AzureServices",
        stage=Stage.WAY,
        says="let trusted services pass the firewall of {}",
    ),
)
def check(registry: Registry, _: Graph) -> Notes:
    """Look at the bypass of a registry that needs it."""
    if known(registry.bypass, "the bypass") is Bypass.NONE:
        yield Problem("trusted Azure services may not pass the firewall: the bypass is None", (registry.id,))
