"""
The workspace does not answer on the public internet.

## Why
With public network access on, anybody with a stolen token reaches the workspace, its notebooks and its endpoints from
anywhere. A private endpoint alone does not close the public one.

## Passes
Public network access is Disabled, or only selected addresses are let in and each is in `[agents] allowed_ip_ranges`.

## Fails
Public network access is Enabled (Azure's default when nothing is set), or a selected range is not one you allowed.

## Fix
az ml workspace update --name WORKSPACE --resource-group GROUP --public-network-access Disabled

    resource "azurerm_machine_learning_workspace" "example" {
      public_network_access_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link
- article: Public network access
- azure-policy: 438c38d2-3772-465a-a9cc-7a6666a275ce   mcsb: NS-2
"""

from scanner.checks import foreign_ranges
from scanner.domain.public_access import lets_everyone_in, ranges_of
from scanner.engine import Notes, Problem, Severity, rule
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.exposure import Toggle
from scanner.solution import Solution
from scanner.subjects import workspaces


@rule(
    id="workspace-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=workspaces,
)
def check(solution: Solution, graph: Graph) -> Notes:
    """Look at the switch first: only while it is on do the selected addresses count."""
    workspace = solution.network_workspace
    if workspace.public_network_access == Toggle.DISABLED:
        return
    firewall, listed = known(workspace.firewall), known(workspace.ip_allow_list)
    if lets_everyone_in(firewall) and not listed:
        yield Problem("public network access is enabled for all addresses", (workspace.id,))
        return
    selected = {*listed, *(ranges_of(firewall) if firewall else ())}
    yield from foreign_ranges(sorted(selected, key=str), graph.settings.allowed_ip_ranges)
