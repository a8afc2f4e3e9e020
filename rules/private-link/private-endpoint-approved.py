"""
The connection of each private endpoint is approved.

## Why
A private endpoint carries no traffic until the owner of the resource has approved it, and none after it was rejected or
disconnected. Its address and its DNS records exist all the same: clients resolve a private address and then time out.

## Passes
The resource has the connection as Approved. The endpoint keeps a copy of the state, which can stay Pending after
somebody approved it by hand, or Approved after it was rejected: that is noted. Only where the resource does not list
the endpoint does the copy decide, and if the resource could not be read the copy leaves the question open.

## Fails
The connection is Pending, Rejected, Disconnected or timed out. A disconnected endpoint cannot be revived: create it
again.

## Fix
az network private-endpoint-connection approve --id CONNECTION_ID --description "approved by NAME"

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        is_manual_connection = false
      }
    }

## See
- https://learn.microsoft.com/azure/private-link/manage-private-endpoint
- article: Private endpoints
- azure-policy: 45e05259-1eb5-4f70-9574-baf73e9d219b   mcsb: NS-2
"""

from scanner.changes.connections import approves
from scanner.checks.selectors import endpoint_links
from scanner.engine import Doubt, Note, Notes, Problem, Severity, rule
from scanner.estate.private_link import Link
from scanner.graph import Graph
from scanner.model.exposure import ConnectionStatus


@rule(
    id="private-endpoint-approved",
    control="Private Link",
    severity=Severity.HIGH,
    each=endpoint_links,
    changes=approves,
)
def check(link: Link, _: Graph) -> Notes:
    """Take the resource's word, and say where the endpoint's own differs or has to do."""
    target, both = link.target.name, (link.id, link.target)
    approved = link.status is ConnectionStatus.APPROVED
    if not approved and link.endpoint is None:
        yield Doubt(f"the connection to {target} is {link.status}, but whose endpoint that is could not be read", both)
    elif not link.target_read:
        yield Doubt(f"the endpoint says {link.status}, but {target} could not be read and may say otherwise", both)
    elif not approved:
        yield Problem(f"the connection to {target} is {link.status}", both)
    elif link.connection is None:
        yield Note(f"{target} does not list the endpoint: the state is the endpoint's own", both)
    if link.stale_copy is not None:
        yield Note(f"the endpoint itself says {link.stale_copy}, but {target} decides", both)
