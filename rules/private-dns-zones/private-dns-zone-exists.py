"""
Each private DNS zone that a private endpoint needs exists.

## Why
A client knows a service by its public name. That name leads to the endpoint's private address only if a private DNS zone
has the record; without the zone the name leads to the public address, which is closed, or open when it should not be.

## Passes
A private DNS zone of each needed name was read. A workspace's endpoint needs two: one for its API and inference, one for
its notebooks.

## Fails
There is no private DNS zone of a name that the endpoint's sub-resource needs. Where the endpoint's virtual network asks
a DNS server that cannot be seen, the names may be kept there, and the verdict is unknown.

## Fix
az network private-dns zone create --resource-group GROUP --name privatelink.notebooks.azure.net

    resource "azurerm_private_dns_zone" "notebooks" {
      name                = "privatelink.notebooks.azure.net"
      resource_group_name = azurerm_resource_group.example.name
    }

## See
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns
- article: Private DNS zones
- azure-policy: ee40564d, e9585a95, ac673a9a-f77d-4846-b2d8-a57f8e1c01d4, 75973700 (they deploy the zone groups)   mcsb: NS-2
"""

from scanner.changes.dns import makes_zones
from scanner.checks.dns import zone_exists
from scanner.checks.selectors import private_endpoints
from scanner.engine import Notes, Severity, rule
from scanner.estate.private_link import zones_needed_by
from scanner.evidence import flat
from scanner.graph import Graph
from scanner.model.private_link import PrivateEndpoint


@rule(
    id="private-dns-zone-exists",
    control="Private DNS zones",
    severity=Severity.HIGH,
    each=private_endpoints,
    changes=makes_zones,
)
def check(endpoint: PrivateEndpoint, graph: Graph) -> Notes:
    """Look for each zone by its name, in the cloud of the scan."""
    yield from flat(zones_needed_by(endpoint, graph), lambda name: zone_exists(endpoint, name, graph))
