"""Which managed identity a workspace acts as."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId
from scanner.model.machine_learning import IdentityKind, Workspace


@dataclass(frozen=True, slots=True)
class Identity:
    """A managed identity: what to call it, and the object id that roles are given to."""

    label: str
    principal_id: str

    def __str__(self) -> str:
        return self.label


def identity_of(workspace: Workspace) -> Identity | None:
    """Return the identity that a workspace acts as, None if it has none.

    The primary user-assigned identity represents the workspace; without a primary it is the system-assigned one, or the
    only user-assigned one. Several without a primary raise MissingEvidence.
    """
    kinds = {*known(workspace.identities)}
    if kinds == {IdentityKind.NONE}:
        return None
    primary = known(workspace.primary_user_identity)
    if primary is None and IdentityKind.SYSTEM in kinds:
        return _system_identity(workspace)
    return _user_identity(workspace, primary)


def _system_identity(workspace: Workspace) -> Identity:
    principal = known(workspace.principal_id)
    if principal is None:
        raise MissingEvidence("there is no principal id of the system-assigned identity", (str(workspace.id),))
    return Identity("the system-assigned identity", principal)


def _user_identity(workspace: Workspace, primary: ArmId | None) -> Identity:
    listed = {ArmId(each): identity for each, identity in known(workspace.user_identities)}
    if primary is None and len(listed) > 1:
        names = ", ".join(sorted(each.name for each in listed))
        raise MissingEvidence(f"none of the user-assigned identities {names} is the primary one", (str(workspace.id),))
    chosen = primary or next(iter(listed), None)
    if chosen is None or chosen not in listed:
        raise MissingEvidence("Azure did not list the user-assigned identity", (str(workspace.id),))
    return Identity(f"the user-assigned identity {chosen.name}", known(listed[chosen].principal_id))
