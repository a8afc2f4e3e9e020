"""
The workspace does not answer on the public internet.

## Why
With public network access on, anybody with a stolen token reaches the workspace, its notebooks and its endpoints from
anywhere. A private endpoint alone does not close the public one.

## Passes
Public network access is Disabled, or only selected addresses are let in and each is in `[agents] allowed_ip_ranges`.
While access is Disabled, leftover rules have no effect and are not reported. A project is judged by its hub's settings.

## Fails
Public network access is Enabled (Azure's default when nothing is set), or a selected range is not one you allowed; or an
Azure Firewall forwards a port of a public address to one of the workspace's private endpoints.

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

from scanner.changes.properties import closes_public_access
from scanner.checks.forwarded import forwarded_to_endpoints
from scanner.checks.public_access import foreign_ranges
from scanner.checks.selectors import workspaces
from scanner.checks.services import inherited
from scanner.domain.public_access import lets_everyone_in, ranges_of
from scanner.engine import Doubt, Note, Notes, Problem, Severity, rule
from scanner.estate.solution import Solution
from scanner.evidence import flat, known
from scanner.graph import Graph
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import Workspace


@rule(
    id="workspace-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=workspaces,
    changes=closes_public_access,
)
def check(solution: Solution, graph: Graph) -> Notes:
    """Look at the switch, then at what a firewall publishes whatever the switch says."""
    yield from inherited(solution)
    yield from flat((_by_switch, forwarded_to_endpoints), lambda judge: judge(solution.network_workspace, graph))


def _by_switch(workspace: Workspace, graph: Graph) -> Notes:
    """Only while the switch is on do the selected addresses count."""
    if workspace.public_network_access != Toggle.DISABLED:
        yield from _selected_addresses(workspace, graph)
    elif known(workspace.public_when_behind_vnet):
        yield Note("allowPublicAccessWhenBehindVnet is true, which has no effect while public access is Disabled")


def _selected_addresses(workspace: Workspace, graph: Graph) -> Notes:
    """Judge the addresses let in, which Azure lists in networkAcls and, for older API versions, in ipAllowlist."""
    firewall, listed = known(workspace.firewall), known(workspace.ip_allow_list)
    if lets_everyone_in(firewall) and not listed:
        yield Problem("public network access is enabled for all addresses", (workspace.id,))
        return
    if firewall is not None and lets_everyone_in(firewall):
        yield Doubt("networkAcls lets everyone in and ipAllowlist only some, and which holds is not documented")
    selected = {*listed, *(ranges_of(firewall) if firewall is not None else ())}
    yield from foreign_ranges(sorted(selected, key=str), graph.settings.allowed_ip_ranges)
