"""
The workspace's identity may pull and push images in its container registry.

## Why
The workspace pulls base images and pushes what it builds. Without the rights, builds fail or somebody turns the admin
password on instead. The article gives the identity Contributor on the registry; less is enough.

## Passes
Role assignments at the registry or above it (resource group, subscription, management group, root) together permit pull
and push. What a role permits is judged by its effective actions, exceptions subtracted, not by its name: Contributor,
Azure AI Administrator, AcrPush and a custom role all count. A registry in ABAC mode honours data actions only.

## Fails
No role of the identity permits one of the two, a deny assignment forbids it, or the workspace has no identity.

## Fix
az role assignment create --assignee-object-id PRINCIPAL_ID --assignee-principal-type ServicePrincipal
    --role AcrPush --scope REGISTRY_ID

    resource "azurerm_role_assignment" "example" {
      scope                = azurerm_container_registry.example.id
      role_definition_name = "AcrPush"
      principal_id         = azurerm_machine_learning_workspace.example.identity[0].principal_id
    }

In ABAC mode the role is "Container Registry Repository Writer".

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication
- article: Container Registry
"""

from scanner.changes.roles import gives_registry_role
from scanner.checks.selectors import where, workspaces
from scanner.domain.identities import identity_of
from scanner.domain.roles import image_needs
from scanner.engine import Notes, Problem, Severity, rule
from scanner.estate.grants import lacking, why_lacking
from scanner.estate.solution import Solution
from scanner.evidence import known, raise_any
from scanner.graph import Graph


def _has_registry(solution: Solution, _: Graph) -> bool:
    return solution.registry is not None


@rule(
    id="registry-role-for-workspace",
    control="Container Registry",
    severity=Severity.MEDIUM,
    each=where(workspaces, _has_registry),
    changes=gives_registry_role,
)
def check(solution: Solution, graph: Graph) -> Notes:
    """Ask of pull and of push whether a role that the workspace's own identity holds gives it."""
    identity, registry = identity_of(solution.workspace), solution.registry
    if identity is None or registry is None:
        yield Problem("the workspace has no managed identity that could hold a role", (solution.id,))
        return
    lacks = lacking(image_needs(known(registry.role_mode)), registry.id, identity.principal_id, graph)
    for need in lacks.found:
        why = why_lacking(need, registry.id, identity.principal_id, graph)
        yield Problem(f"{identity} may not {need.verb} images: {why}", (registry.id,))
    raise_any(lacks.missing)
