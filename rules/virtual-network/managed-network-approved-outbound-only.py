"""
The workspace's managed network lets traffic out to approved destinations only.

## Why
With AllowInternetOutbound a job, or a package it installs, can send training data to any address on the internet. The
stricter mode puts a firewall in the way, and only outbound rules open it.

## Passes
The isolation mode is AllowOnlyApprovedOutbound. A project is judged by its hub's network.

## Fails
The isolation mode is AllowInternetOutbound.

## Fix
Add outbound rules for what your jobs need (PyPI, conda, Docker Hub are not included), then tighten the mode. There is
no way back to AllowInternetOutbound:

az ml workspace update --name WORKSPACE --resource-group GROUP --managed-network allow_only_approved_outbound

    resource "azurerm_machine_learning_workspace" "example" {
      managed_network {
        isolation_mode = "AllowOnlyApprovedOutbound"
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
- article: Virtual network
- azure-policy: 6ddb1705-c8cf-450e-aa4b-19ad6703c440   mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import managed_network_workspaces
from scanner.checks.services import inherited
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.machine_learning import IsolationMode


@rule(
    id="managed-network-approved-outbound-only",
    control="Virtual network",
    severity=Severity.MEDIUM,
    each=managed_network_workspaces,
    changes=sets(
        "properties.managedNetwork.isolationMode",
        to="AllowOnlyApprovedOutbound",
        stage=Stage.CLOSE,
        says="allow the managed network of {} approved outbound traffic alone",
    ),
)
def check(solution: Solution, _: Graph) -> Notes:
    """Read the isolation mode."""
    yield from inherited(solution)
    mode = known(solution.managed_network.isolation_mode) if solution.managed_network else IsolationMode.DISABLED
    if mode is IsolationMode.ALLOW_INTERNET_OUTBOUND:
        yield Problem(f"managed network is {mode}", (solution.network_workspace.id,))
