"""What a caller is told of its own permissions on a scope."""

from __future__ import annotations

from typing import Any

from scanner.simulator import Fault, FaultKind, Grant, Rights, Simulator

from .support import AUTH, ESTATE, RG, SUB, get
from .test_rights import HUB, SPARE, asked, reader


def permissions(rights: Rights, scope: str) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = asked(rights, f"{scope}{AUTH}/permissions").json["value"]
    return held


def test_permissions_are_those_held_on_a_scope_or_above_it() -> None:
    everywhere, network, group = Grant("/", ("A/read",)), Grant(HUB, ("C/read",)), Grant(RG, ("B/*",), ("B/x/read",))
    rights = Rights([everywhere, network, group])

    assert [each["actions"] for each in permissions(rights, SUB)] == [["A/read"]]
    assert [each["actions"] for each in permissions(rights, SPARE)] == [["A/read"]]
    assert [each["actions"] for each in permissions(rights, RG)] == [["A/read"], ["B/*"]]
    assert [each["actions"] for each in permissions(rights, HUB)] == [["A/read"], ["C/read"], ["B/*"]]
    assert permissions(rights, RG)[1] == {
        "actions": ["B/*"],
        "notActions": ["B/x/read"],
        "dataActions": [],
        "notDataActions": [],
    }


def test_without_a_role_on_a_group_its_permissions_are_none() -> None:
    assert permissions(reader(SPARE), RG) == []


def test_a_forbidden_path_is_taken_from_each_permission() -> None:
    faults = [Fault(HUB, FaultKind.FORBIDDEN)]
    with Simulator(ESTATE, faults=faults, rights=reader(SUB, RG)) as simulator:
        held = get(simulator, f"{RG}{AUTH}/permissions").json["value"]

    assert [each["notActions"] for each in held] == [["microsoft.network/virtualnetworks/read"]] * 2
