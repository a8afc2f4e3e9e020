"""
Serverless compute of a workspace in your virtual network runs in a subnet of yours without public addresses.

## Why
Jobs that name no compute run on serverless compute. Until it is told a subnet, its nodes run in Microsoft's network
with public addresses, outside the virtual network that guards everything else.

## Passes
The workspace names a subnet for serverless compute and asks for no public IP. Not applicable with a managed network,
which serverless compute uses by itself, and to a workspace that is in no virtual network.

## Fails
Serverless compute has no subnet of yours, or its nodes get public addresses.

## Fix
az ml workspace update --name WORKSPACE --resource-group GROUP --file serverless.yml

where serverless.yml holds `serverless_compute: {custom_subnet: SUBNET_ID, no_public_ip: true}`.

    resource "azurerm_machine_learning_workspace" "example" {
      serverless_compute {
        subnet_id         = azurerm_subnet.compute.id
        public_ip_enabled = false
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-use-serverless-compute
- article: Virtual network
- mcsb: NS-2
"""

from scanner.changes.computes import places_serverless
from scanner.checks.selectors import customer_vnet_workspaces
from scanner.checks.services import inherited
from scanner.engine import Notes, Problem, Severity, rule
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph


@rule(
    id="serverless-compute-in-vnet",
    control="Virtual network",
    severity=Severity.LOW,
    each=customer_vnet_workspaces,
    changes=places_serverless,
)
def check(solution: Solution, _: Graph) -> Notes:
    """Read both settings; without a subnet the other one has no effect."""
    yield from inherited(solution)
    workspace = solution.network_workspace
    subnet = known(workspace.serverless_subnet)
    if subnet is None:
        yield Problem("serverless compute has no subnet: its nodes run in Microsoft's network", (workspace.id,))
    elif not known(workspace.serverless_no_public_ip):
        yield Problem(f"serverless compute in {subnet.name} gets public IP addresses", (workspace.id, subnet))
