"""Changes that give identities roles."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from scanner.domain.built_in_roles import guid_of
from scanner.domain.identities import identity_of
from scanner.engine.change import Change, Changes, Create, Set, Stage
from scanner.estate.links import STUDIO_GROUPS
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.services import RoleMode

READER, ACR_PUSH, REPOSITORY_WRITER = map(guid_of, ("Reader", "AcrPush", "Container Registry Repository Writer"))


def gives_registry_role(solution: Solution, _: Graph) -> Changes:
    """Offer the workspace's identity the role that lets it pull and push images."""
    registry, identity = solution.registry, identity_of(solution.workspace)
    if registry is None or identity is None:
        return
    role = REPOSITORY_WRITER if known(registry.role_mode) is RoleMode.ABAC else ACR_PUSH
    says = f"let {solution.name} pull and push images of {registry.name}"
    yield Change(says, registry.id, (assigned(role, identity.principal_id, registry.id),), Stage.GROUND)


def gives_reader_on_endpoints(solution: Solution, _: Graph) -> Changes:
    """Offer the workspace's identity Reader on each endpoint of its account."""
    account, identity = solution.storage_account, identity_of(solution.workspace)
    if account is None or identity is None:
        return
    for group in STUDIO_GROUPS:
        for link in solution.own_approved(account, group).found:
            edit = assigned(READER, identity.principal_id, link.id)
            yield Change(f"let {solution.name} read {link.name}", link.id, (edit,), Stage.GROUND)


def assigned(role: str, principal: str, scope: ArmId) -> Create:
    """Return the edit that gives a principal (object id) a built-in role (GUID); its name is made of the three."""
    name = uuid5(NAMESPACE_URL, f"{scope.key}|{principal.lower()}|{role}")
    definition = f"/subscriptions/{scope.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {"roleDefinitionId": definition, "principalId": principal, "principalType": "ServicePrincipal"}
    return Create({"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", "properties": properties})


def gives_identity(solution: Solution, _: Graph) -> Changes:
    """Offer the workspace an identity of its own. What it may do is known once Azure has made it."""
    edit = Set(solution.id, "identity", {"type": "SystemAssigned"})
    yield Change(f"give {solution.name} a managed identity", solution.id, (edit,), Stage.GROUND)
