"""What a principal may do on a resource: by roles of its own and of its groups, less what is denied it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.domain.denials import forbids, name_of
from scanner.domain.roles import Grant, Need, covers, permits
from scanner.evidence import MissingEvidence, Seen, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.authorization import DenyAssignment, RoleAssignment, RoleDefinition


def grants_on(resource: ArmId, principal: str, graph: Graph) -> Seen[Grant]:
    """Return the roles that a principal holds on a resource."""
    return _held_by(principal, resource, graph).map(lambda assignment: _grant(assignment, resource, graph))


def denials_of(need: Need, resource: ArmId, principal: str, graph: Graph) -> Seen[DenyAssignment]:
    """Return the deny assignments that keep a principal from something on a resource."""
    every = graph.all(DenyAssignment, resource.in_subscription).missing
    above = Seen(graph.seen(DenyAssignment), every)
    return above.where(lambda each: forbids(each, need, resource, principal, graph.subscriptions))


def lacking(needs: Iterable[Need], resource: ArmId, principal: str, graph: Graph) -> Seen[Need]:
    """Return what no role of a principal gives it on a resource, and what a deny assignment takes away."""
    return Seen(tuple(needs)).where(lambda need: not _has(need, resource, principal, graph))


def _has(need: Need, resource: ArmId, principal: str, graph: Graph) -> bool:
    denied = denials_of(need, resource, principal, graph)
    if denied.found or not _is_given(need, resource, principal, graph):
        return False
    raise_any(denied.missing)
    return True


def _is_given(need: Need, resource: ArmId, principal: str, graph: Graph) -> bool:
    held = _held_by(principal, resource, graph).where(lambda each: permits(_role(known(each.role), graph), need))
    # Where a role is held counts only for one that gives what is needed.
    return held.map(lambda each: _grant(each, resource, graph)).exists(lambda grant: grant.gives(need))


def _held_by(principal: str, resource: ArmId, graph: Graph) -> Seen[RoleAssignment]:
    held = tuple(graph.once(_assignments_by_holder).get(principal.lower(), ()))
    missing = graph.all(RoleAssignment, resource.in_subscription, about=principal).missing or graph.once(_unplaced)
    return Seen(held, missing)


def why_lacking(need: Need, resource: ArmId, principal: str, graph: Graph) -> str:
    """Say what keeps a principal from something that it lacks: a deny assignment, or the roles that it has instead."""
    denied = denials_of(need, resource, principal, graph).found
    if denied:
        return f"{name_of(denied[0])} forbids {need}"
    held = ", ".join(sorted(map(str, grants_on(resource, principal, graph).found))) or "no role there"
    return f"it needs {need} on {resource.name} and holds {held}"


def _grant(assignment: RoleAssignment, resource: ArmId, graph: Graph) -> Grant | None:
    scope = known(assignment.scope)
    if not covers(scope, resource, graph.subscriptions):
        return None
    return Grant(_role(known(assignment.role), graph), scope, known(assignment.condition) or "")


def _role(arm_id: ArmId, graph: Graph) -> RoleDefinition:
    """Find a role by its GUID: Azure writes one role's id below the subscription, a management group, or neither."""
    return graph.once(_roles_by_name).get(arm_id.name.lower()) or graph.get(RoleDefinition, arm_id)


def _roles_by_name(graph: Graph) -> dict[str, RoleDefinition]:
    return {role.name.lower(): role for role in graph.seen(RoleDefinition)}


def _assignments_by_holder(graph: Graph) -> dict[str, list[RoleAssignment]]:
    found: dict[str, list[RoleAssignment]] = defaultdict(list)
    for assignment in graph.seen(RoleAssignment):
        try:
            for holder in _holders(assignment):
                found[holder].append(assignment)
        except MissingEvidence:
            continue
    return found


def _holders(assignment: RoleAssignment) -> Iterator[str]:
    """Yield who holds a role, each once: whom it was given to, and the members of that group, as far as was asked."""
    given_to = known(assignment.principal_id).lower()
    yield given_to
    yield from {each.lower() for each in known(assignment.assigned_to)} - {given_to}


def _unplaced(graph: Graph) -> MissingEvidence | None:
    """Return why the holder of an assignment is not known."""
    return Seen(graph.seen(RoleAssignment)).flat(lambda each: Seen.of(_holders(each))).missing
