"""
The workspace's computes and endpoints lie in a virtual network or a managed network.

## Why
A workspace without a network of its own trains and serves on machines with internet addresses and reaches its data over
public endpoints. Every other control here builds on the network that this rule asks for.

## Passes
The workspace uses a managed network, or a virtual network of yours holds one of its private endpoints (approved or
pending), a compute or its serverless compute. A project is judged by its hub's network.

## Fails
The workspace has no managed network, and nothing of it lies in a virtual network.

## Fix
Let Microsoft host the network. This cannot be undone, and existing computes have to be created again:

az ml workspace update --name WORKSPACE --resource-group GROUP --managed-network allow_only_approved_outbound

    resource "azurerm_machine_learning_workspace" "example" {
      managed_network {
        isolation_mode = "AllowOnlyApprovedOutbound"
      }
    }

Or bring your own network: create a private endpoint for the workspace and its computes in a subnet of yours.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-planning
- article: Virtual network
- azure-policy: 7804b5c7-01dc-4723-969b-ae300cc07ff1, 45e05259-1eb5-4f70-9574-baf73e9d219b   mcsb: NS-2
"""

from scanner.checks.selectors import workspaces
from scanner.checks.services import inherited
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.estate.solution import Isolation, Solution
from scanner.graph import Graph


@rule(
    id="workspace-network-isolated",
    control="Virtual network",
    severity=Severity.HIGH,
    each=workspaces,
    changes=NoEdit("whether the workspace has a managed network or yours is yours to choose"),
)
def check(solution: Solution, _: Graph) -> Notes:
    """Look for a managed network, then for anything of the workspace in a virtual network."""
    yield from inherited(solution)
    if solution.isolation is Isolation.PUBLIC:
        yield Problem("no managed network, and no private endpoint or compute in a virtual network", (solution.id,))
