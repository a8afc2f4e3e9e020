"""
Links of privatelink zones do not fall back to public DNS for a service that is reachable from the internet.

## Why
With the policy NxDomainRedirect a name that the zone lacks is looked up in public DNS. A record that is missing by mistake
is then not noticed: clients go to the public address of the service and are let in there.

## Passes
The link's resolution policy is Default, or the services whose records the zone holds answer no public address.

## Fails
The policy is NxDomainRedirect while one of the solution's services in the zone is open to public addresses.

## Fix
az network private-dns link vnet update --resource-group GROUP --zone-name ZONE --name LINK --resolution-policy Default

    resource "azurerm_private_dns_zone_virtual_network_link" "example" {
      resolution_policy = "Default"
    }

## See
- https://learn.microsoft.com/azure/dns/private-dns-fallback
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.dns import exposed_by_fallback
from scanner.checks.selectors import zone_links
from scanner.engine import Notes, Severity, rule
from scanner.engine.change import Stage
from scanner.estate.zones import users_of_zone
from scanner.evidence import flat, known
from scanner.graph import Graph
from scanner.model.private_dns import ResolutionPolicy, ZoneLink


@rule(
    id="private-dns-no-public-fallback",
    control="Private DNS zones",
    severity=Severity.LOW,
    each=zone_links,
    changes=sets(
        "properties.resolutionPolicy", to="Default", stage=Stage.GUARD, says="stop falling back to public DNS over {}"
    ),
)
def check(link: ZoneLink, graph: Graph) -> Notes:
    """Look at the policy first: without the fallback nothing else matters."""
    zone = link.id.parent
    if zone is not None and known(link.policy) is ResolutionPolicy.PUBLIC_FALLBACK:
        yield from flat(users_of_zone(zone, graph), lambda user: exposed_by_fallback(user, zone))
