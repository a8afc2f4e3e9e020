"""
The admin user of the workspace's container registry is off; under the article's profile it is on.

## Why
The admin user is one shared password with full rights, which nobody can trace to a person. The article still asked for
it, because Azure Machine Learning needed it then. Today the workspace pulls and builds with managed identities, so the
password is only a risk.

## Passes
The admin user is disabled. With `--profile article` it is the other way round: the admin user is enabled.

## Fails
The admin user is enabled; with `--profile article`, disabled.

## Fix
Give the workspace's identity its role first (see registry-role-for-workspace), then switch the password off.

az acr update --name REGISTRY --resource-group GROUP --admin-enabled false

    resource "azurerm_container_registry" "example" {
      admin_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication
- article: Container Registry
- azure-policy: dc921057-6b28-4fbe-9b83-f7bec05db6c2   mcsb: IM-1
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import registries
from scanner.engine import Note, Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.graph.settings import Profile
from scanner.model.services import Registry


@rule(
    id="registry-admin-user",
    control="Container Registry",
    severity=Severity.MEDIUM,
    each=registries,
    changes=sets("properties.adminUserEnabled", to=False, stage=Stage.GUARD, says="turn the admin user of {} off"),
)
def check(registry: Registry, graph: Graph) -> Notes:
    """Compare the switch with what the profile wants; the two ages of the guidance want opposites."""
    enabled, wanted = known(registry.admin_user), graph.settings.profile is Profile.ARTICLE
    state = "enabled" if enabled else "disabled"
    if enabled is not wanted:
        yield Problem(f"the admin user is {state}", (registry.id,))
    elif wanted:
        yield Note("the admin user is enabled, as the article asks; current guidance disables it", (registry.id,))
