"""What deny assignments forbid, whatever roles are held.

Source: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments (2025-03).
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.domain.roles import Need, covers, entry_permits
from scanner.evidence import MissingEvidence, exists, known
from scanner.model.arm import ArmId
from scanner.model.authorization import DeniedPermission, DenyAssignment, Principal, PrincipalKind

_EVERYBODY = "00000000-0000-0000-0000-000000000000"
"""The id of "all principals", whose type is SystemDefined."""

_GROUPS = frozenset({PrincipalKind.GROUP, PrincipalKind.FOREIGN_GROUP})


def forbids(denial: DenyAssignment, need: Need, resource: ArmId, principal: str, seen: frozenset[str]) -> bool:
    """Tell whether a deny assignment keeps a principal from something on a resource.

    `seen` are the subscriptions that were read (see `roles.covers`). Raises MissingEvidence where that hangs on a
    condition, or on who is in a group.
    """
    if not exists(known(denial.permissions), lambda entry: _entry_forbids(entry, need, denial)):
        return False
    return _applies(denial, resource, seen) and _is_for(denial, principal)


def _entry_forbids(entry: DeniedPermission, need: Need, denial: DenyAssignment) -> bool:
    if not entry_permits(entry, need):
        return False
    if known(entry.condition) or known(denial.condition):
        why = f"what {name_of(denial)} denies has a condition, and whether it is met was not judged"
        raise MissingEvidence(why, (str(denial.id),))
    return True


def name_of(denial: DenyAssignment) -> str:
    """Return what people call a deny assignment, in quotes: names are like "Deny assignment '…' created by …"."""
    return f'"{known(denial.label) or denial.name}" (a deny assignment)'


def _applies(denial: DenyAssignment, resource: ArmId, seen: frozenset[str]) -> bool:
    scope = known(denial.scope)
    return scope == resource if known(denial.stays_at_scope) else covers(scope, resource, seen)


def _is_for(denial: DenyAssignment, principal: str) -> bool:
    if _has(known(denial.left_out), principal):
        return False
    if not _has(known(denial.principals), principal):
        _require_no_group(known(denial.principals), denial)
        return False
    _require_no_group(known(denial.left_out), denial)
    return True


def _has(principals: Iterable[Principal], principal: str) -> bool:
    return exists(principals, lambda each: known(each.id).lower() in {principal.lower(), _EVERYBODY})


def _require_no_group(principals: Iterable[Principal], denial: DenyAssignment) -> None:
    """Raise where a group is named: who is in it is not Azure Resource Manager's to tell."""
    if exists(principals, lambda each: known(each.kind) in _GROUPS):
        why = f"{name_of(denial)} names a group, and who is in it was not read"
        raise MissingEvidence(why, (str(denial.id),))
