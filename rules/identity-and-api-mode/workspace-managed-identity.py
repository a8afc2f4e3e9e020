"""
The workspace has a managed identity.

## Why
With an identity of its own the workspace reaches storage, key vault and registry through role assignments. Without one
it depends on keys and passwords, which leak, and on public paths that a role could have closed.

## Passes
The workspace has a system-assigned identity, user-assigned ones, or both.

## Fails
The identity type is None.

## Fix
az resource update --ids WORKSPACE_ID --set identity.type=SystemAssigned

    resource "azurerm_machine_learning_workspace" "example" {
      identity {
        type = "SystemAssigned"
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication
- article: Container Registry
"""

from scanner.changes.roles import gives_identity
from scanner.checks.properties import must_not
from scanner.checks.selectors import workspaces
from scanner.engine import Severity, rule
from scanner.evidence import known
from scanner.model.machine_learning import IdentityKind

check = rule(
    id="workspace-managed-identity",
    control="Identity and API mode",
    severity=Severity.HIGH,
    each=workspaces,
    changes=gives_identity,
)(
    must_not(
        lambda solution: {*known(solution.workspace.identities)} == {IdentityKind.NONE},
        "the workspace has no managed identity: its identity type is None",
    )
)
