"""
Links of privatelink zones do not register machines.

## Why
With auto-registration every machine of the linked virtual network gets a record in the zone. In a privatelink zone such
a record can take the name of a service, and whoever can name a machine can then send its clients to it. A virtual network
can also register in one zone only, which is then taken.

## Passes
registrationEnabled of the link is false.

## Fails
registrationEnabled is true.

## Fix
az network private-dns link vnet update --resource-group GROUP --zone-name ZONE --name LINK --registration-enabled false

    resource "azurerm_private_dns_zone_virtual_network_link" "example" {
      registration_enabled = false
    }

## See
- https://learn.microsoft.com/azure/dns/private-dns-autoregistration
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import zone_links
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.private_dns import ZoneLink


@rule(
    id="private-dns-link-without-registration",
    control="Private DNS zones",
    severity=Severity.LOW,
    each=zone_links,
    changes=sets(
        "properties.registrationEnabled", to=False, stage=Stage.GUARD, says="stop registering machines over {}"
    ),
)
def check(link: ZoneLink, _: Graph) -> Notes:
    """Look at the link's switch."""
    if known(link.registration):
        vnet = known(link.virtual_network)
        zone = link.id.names[0]
        yield Problem(f"machines of {vnet.name} are registered in {zone}", (link.id, vnet))
