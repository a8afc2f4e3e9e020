"""
Each private endpoint has a zone group that names every private DNS zone that it needs.

## Why
The zone group writes the endpoint's addresses into the zones and takes them out again. Without it the records are
somebody's manual work: they are missing for a new endpoint and wrong after it was created again.

## Passes
The endpoint's zone group names each zone of its sub-resource, by the name that the zone has in this cloud. For
`amlworkspace` these are two: `privatelink.api.azureml.ms` and `privatelink.notebooks.azure.net`.

## Fails
There is no zone group, it lacks a zone, or it names a zone by the name of another cloud.

## Fix
az network private-endpoint dns-zone-group create --name default --resource-group GROUP --endpoint-name ENDPOINT
    --private-dns-zone ZONE_ID --zone-name NAME        (a second zone: dns-zone-group add)

    resource "azurerm_private_endpoint" "example" {
      private_dns_zone_group {
        name                 = "default"
        private_dns_zone_ids = [azurerm_private_dns_zone.api.id, azurerm_private_dns_zone.notebooks.id]
      }
    }

## See
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration
- article: Private DNS zones
- azure-policy: ac673a9a-f77d-4846-b2d8-a57f8e1c01d4 (deploys it for key vaults)   mcsb: NS-2
"""

from scanner.changes.connections import keeps_names
from scanner.checks.selectors import private_endpoints
from scanner.domain.dns_names import normal
from scanner.domain.zone_names import foreign_cloud
from scanner.engine import Note, Notes, Problem, Severity, rule
from scanner.estate.private_link import zones_named_by, zones_needed_by
from scanner.evidence import gathered, raise_any
from scanner.graph import Graph
from scanner.model.private_link import PrivateEndpoint


@rule(
    id="private-endpoint-dns-zone-group",
    control="Private Link",
    severity=Severity.MEDIUM,
    each=private_endpoints,
    changes=keeps_names,
)
def check(endpoint: PrivateEndpoint, graph: Graph) -> Notes:
    """Compare the zones that the endpoint's group names with those that its sub-resource needs."""
    named, missing = gathered(zones_named_by(endpoint, graph))
    for zone in named:
        if other := foreign_cloud(zone.name, graph.settings.cloud):
            yield Problem(f"the zone group names {zone.name}, a zone of {other}", (zone,))
    names = {zone.name.lower() for zone in named}
    needed = zones_needed_by(endpoint, graph)
    for zone in named:
        if normal(zone.name) not in needed and not foreign_cloud(zone.name, graph.settings.cloud):
            yield Note(f"the zone group also names {zone.name}, where none of the endpoint's names belong", (zone,))
    absent = [name for name in needed if name not in names]
    if absent:
        raise_any(missing)
        seen = "the zone group does not name" if named else "no zone group names"
        yield Problem(f"{seen} {' and '.join(absent)}", (endpoint.id,))
