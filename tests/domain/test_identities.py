from __future__ import annotations

from typing import Any

import pytest

from scanner.domain.identities import identity_of
from scanner.evidence import MissingEvidence
from scanner.model.fields import decode
from scanner.model.machine_learning import Workspace

IDENTITIES = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
ONE = {f"{IDENTITIES}one": {"principalId": "p1"}}
TWO = {**ONE, f"{IDENTITIES}two": {"principalId": "p2"}}


def workspace(identity: dict[str, Any] | None, primary: str | None = None) -> Workspace:
    properties = {"primaryUserAssignedIdentity": primary and f"{IDENTITIES}{primary}"}
    return decode(Workspace, {"id": "/w", "identity": identity, "properties": properties})


@pytest.mark.parametrize(
    ("identity", "primary", "principal"),
    [
        ({"type": "SystemAssigned", "principalId": "p0"}, None, "p0"),
        ({"type": "systemassigned", "principalId": "p0"}, None, "p0"),
        ({"type": "UserAssigned", "userAssignedIdentities": ONE}, None, "p1"),
        ({"type": "UserAssigned", "userAssignedIdentities": TWO}, "two", "p2"),
        ({"type": "UserAssigned", "userAssignedIdentities": TWO}, "TWO", "p2"),
        ({"type": "SystemAssigned, UserAssigned", "principalId": "p0", "userAssignedIdentities": TWO}, None, "p0"),
        ({"type": "SystemAssigned,UserAssigned", "principalId": "p0", "userAssignedIdentities": TWO}, "one", "p1"),
    ],
)
def test_workspace_acts_as_its_primary_identity(identity: dict[str, Any], primary: str | None, principal: str) -> None:
    found = identity_of(workspace(identity, primary))

    assert found is not None
    assert found.principal_id == principal


def test_none_is_no_identity() -> None:
    assert identity_of(workspace({"type": "None"})) is None


@pytest.mark.parametrize(
    ("identity", "primary"),
    [
        ({"type": "UserAssigned", "userAssignedIdentities": TWO}, None),
        ({"type": "UserAssigned", "userAssignedIdentities": ONE}, "two"),
        ({"type": "UserAssigned", "userAssignedIdentities": {f"{IDENTITIES}one": {}}}, None),
        ({"type": "UserAssigned"}, None),
        ({"type": "SystemAssigned"}, None),
        (None, None),
    ],
)
def test_identity_that_cannot_be_told_is_missing_evidence(identity: dict[str, Any] | None, primary: str | None) -> None:
    with pytest.raises(MissingEvidence):
        identity_of(workspace(identity, primary))
