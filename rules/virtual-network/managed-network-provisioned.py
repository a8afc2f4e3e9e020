"""
The workspace's managed network has been provisioned.

## Why
A managed network is only declared until the first compute is created or somebody provisions it. Before that it has no
firewall and no private endpoints, and the first user waits for them for up to half an hour.

## Passes
The managed network is Active. A project is judged by its hub's network.

## Fails
The managed network is Inactive. While nobody has created a compute yet this is Azure's normal course and counts as low.

## Fix
az ml workspace provision-network --name WORKSPACE --resource-group GROUP

    resource "azurerm_machine_learning_workspace" "example" {
      managed_network {
        isolation_mode                = "AllowOnlyApprovedOutbound"
        provision_on_creation_enabled = true
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
- article: Virtual network
- mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import managed_network_workspaces
from scanner.checks.services import inherited
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.estate.solution import Solution
from scanner.evidence import known, matching
from scanner.graph import Graph
from scanner.model.machine_learning import ManagedNetworkStatus


@rule(
    id="managed-network-provisioned",
    control="Virtual network",
    severity=Severity.MEDIUM,
    each=managed_network_workspaces,
    changes=sets(
        "properties.managedNetwork.status.status",
        to="Active",
        stage=Stage.GROUND,
        says="provision the managed network of {}",
    ),
)
def check(solution: Solution, _: Graph) -> Notes:
    """Read the status; computes that cannot be listed may exist, so only none at all makes it low."""
    yield from inherited(solution)
    network = solution.managed_network
    if network is None or known(network.status) is ManagedNetworkStatus.ACTIVE:
        return
    users, missing = matching(solution.usable_computes(), lambda compute: compute.has_nodes)
    if users or missing:
        names = f" although {', '.join(sorted({each.name for each in users}))} would run in it" if users else ""
        yield Problem(f"the managed network is Inactive{names}", tuple(each.id for each in users))
    else:
        yield Problem("the managed network is Inactive; no compute needs it yet", severity=Severity.LOW)
