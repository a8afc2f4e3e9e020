"""
Each name of a private endpoint has an A record with the endpoint's current address.

## Why
An endpoint that was deleted and created again has a new address. A record that still holds the old one sends clients to
nothing, or to whatever has that address now; a record that is missing sends them to the public address.

## Passes
For every public name on the endpoint's network interface the zone has the address of that interface. A workspace has
records for its API, its certificate, its notebooks and, as a wildcard, its inference; a registry one for each region's data.

## Fails
A record is missing or stale, with other addresses than the endpoint's; or mixed, with one beside it that is no approved
endpoint's of the service: clients take either. Looked at are the zones of its zone group, else all of the right name.

## Fix
az network private-endpoint dns-zone-group create --name default --resource-group GROUP --endpoint-name ENDPOINT
    --private-dns-zone ZONE_ID --zone-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_dns_zone_group {
        name                 = "default"
        private_dns_zone_ids = [azurerm_private_dns_zone.example.id]
      }
    }

## See
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns
- https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.changes.dns import writes_records
from scanner.checks.records import record_matches
from scanner.checks.selectors import private_endpoints
from scanner.engine import Notes, Severity, rule
from scanner.estate.zones import names_of
from scanner.evidence import flat
from scanner.graph import Graph
from scanner.model.private_link import PrivateEndpoint


@rule(
    id="private-dns-record-matches-endpoint",
    control="Private DNS zones",
    severity=Severity.HIGH,
    each=private_endpoints,
    changes=writes_records,
)
def check(endpoint: PrivateEndpoint, graph: Graph) -> Notes:
    """Compare the record of each of the endpoint's names with the address that the name stands for."""
    yield from flat(names_of(endpoint, graph), lambda name: record_matches(endpoint, name, graph))
