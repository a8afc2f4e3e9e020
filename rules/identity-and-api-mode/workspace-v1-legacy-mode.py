"""
The workspace accepts the v2 API: v1 legacy mode is off.

## Why
Legacy mode keeps most operations inside the virtual network by blocking the v2 API, which goes through the public Azure
Resource Manager. That costs managed networks and managed online endpoints, and v1 is deprecated.

## Passes
`v1LegacyMode` is false. With `--profile article` either value passes, and a note says which it is: the article offers
legacy mode as a choice, and the built-in policy below still asks for true.

## Fails
`v1LegacyMode` is true.

## Fix
The change takes up to an hour to apply.

az resource update --ids WORKSPACE_ID --set properties.v1LegacyMode=false

    resource "azurerm_machine_learning_workspace" "example" {
      v1_legacy_mode_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2
- article: the v1_legacy_mode parameter of the workspace
- azure-policy: e413671a-dd10-4cc1-a943-45b598596cb7 (asks for the opposite)
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import workspaces
from scanner.checks.services import inherited
from scanner.engine import Note, Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.graph.settings import Profile


@rule(
    id="workspace-v1-legacy-mode",
    control="Identity and API mode",
    severity=Severity.INFO,
    each=workspaces,
    changes=sets("properties.v1LegacyMode", to=False, stage=Stage.GROUND, says="turn v1 legacy mode of {} off"),
)
def check(solution: Solution, graph: Graph) -> Notes:
    """Report the mode; only the current guidance judges it."""
    yield from inherited(solution)
    workspace = solution.network_workspace
    is_legacy = known(workspace.v1_legacy_mode)
    if graph.settings.profile is Profile.ARTICLE:
        yield Note(f"v1LegacyMode is {str(is_legacy).lower()}; the article accepts either value", (workspace.id,))
    elif is_legacy:
        yield Problem("v1LegacyMode is true, so the v2 API is blocked", (workspace.id,))
