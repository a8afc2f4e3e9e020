"""Where an id stands, told from its key alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.arm import ArmId, place_of

_SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000000"
_VNET = f"{_SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.network/virtualnetworks/vnet"

_IDS = (
    _SUBSCRIPTION,
    f"{_SUBSCRIPTION}/resourcegroups/rg",
    _VNET,
    f"{_VNET}/subnets/default",
    f"{_VNET}/subnets/default/children/child",
    f"{_VNET}/providers/microsoft.authorization/roleassignments/role",
    f"{_SUBSCRIPTION}/providers/microsoft.authorization/roledefinitions/role",
    "/providers/microsoft.management/managementgroups/root",
    "",
    "no-id",
)


@pytest.mark.parametrize("text", _IDS)
def test_a_key_tells_what_its_id_does(text: str) -> None:
    assert place_of(text) == _told(text)


@given(st.lists(st.sampled_from(("subscriptions", "resourcegroups", "providers", "a.b", "c", "d", ""))))
def test_any_key_tells_what_its_id_does(segments: list[str]) -> None:
    key = ArmId("/".join(segments)).key

    assert place_of(key) == _told(key)


def _told(key: str) -> tuple[str, str | None]:
    arm_id = ArmId(key)
    return arm_id.type, arm_id.parent.key if arm_id.parent is not None else None
