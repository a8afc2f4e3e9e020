"""
The workspace's container registry does not answer on the public internet.

## Why
The registry holds the images that training and scoring run in. Who reaches it with a stolen credential can read them
or put another image in the place of yours.

## Passes
Public network access is Disabled, or the default action is Deny and every IP rule is in `[agents] allowed_ip_ranges`
and every subnet rule is for a subnet of the solution. While access is Disabled, a default action of Allow has no effect
and is not reported. A workspace without a registry has nothing to close: Azure creates one with the first image.

## Fails
There is no firewall or its default action is Allow, an IP rule lets in a range that you did not allow, or a subnet rule
lets in a foreign one; or a DNAT rule of an Azure Firewall publishes a private endpoint of it.

## Fix
The Premium SKU is needed to close a registry.

az acr update --name REGISTRY --resource-group GROUP --sku Premium --public-network-enabled false

    resource "azurerm_container_registry" "example" {
      sku                           = "Premium"
      public_network_access_enabled = false
    }

## See
- https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks
- article: Public network access
- azure-policy: 0fdf0491-d080-4575-b627-ad0e843cba0f, d0793b48-0edc-4296-a390-4c75d1bdfd71   mcsb: NS-2
"""

from scanner.changes.properties import closes_public_access
from scanner.checks.public_access import public_access
from scanner.checks.selectors import registries
from scanner.engine import Severity, rule

check = rule(
    id="registry-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=registries,
    changes=closes_public_access,
)(public_access)
