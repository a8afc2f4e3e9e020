from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from .support import AUTH, MANAGEMENT_GROUP, REGISTRY, RG, SUB, Got, get

if TYPE_CHECKING:
    from scanner.simulator import Simulator


def assignments(simulator: Simulator, scope: str, wanted: str) -> Got:
    return get(simulator, f"{scope}{AUTH}/roleAssignments", f"api-version=2022-04-01&$filter={quote(wanted)}")


def test_without_a_filter_assignments_at_above_and_below_the_scope_are_listed(simulator: Simulator) -> None:
    answer = get(simulator, f"{RG}{AUTH}/roleAssignments")

    assert answer.names == ["corp", "sub", "group", "registry", "workspace"]


def test_a_siblings_assignments_are_not_listed(simulator: Simulator) -> None:
    assert get(simulator, f"{REGISTRY}{AUTH}/roleAssignments").names == ["corp", "sub", "group", "registry"]


CASES = [
    (RG, "atScope()", ["corp", "sub", "group"]),
    (SUB, "atScope()", ["corp", "sub"]),
    (MANAGEMENT_GROUP, "atScope()", ["corp"]),
    (SUB, "principalId eq 'ALICE'", ["corp", "workspace"]),
    (SUB, "principalId eq 'bob'", ["group"]),
    (SUB, "assignedTo('alice')", ["corp", "sub", "workspace"]),
    (SUB, "assignedTo('Bob')", ["sub", "group"]),
    (SUB, "assignedTo('carol')", ["registry"]),
    (SUB, "assignedTo('nobody')", []),
    (SUB, "atScope() and assignedTo('alice')", ["corp", "sub"]),
]


@pytest.mark.parametrize(("scope", "wanted", "names"), CASES)
def test_a_filter_chooses_by_scope_and_principal(
    simulator: Simulator, scope: str, wanted: str, names: list[str]
) -> None:
    assert assignments(simulator, scope, wanted).names == names


def test_an_unknown_filter_is_refused_in_arms_words(simulator: Simulator) -> None:
    answer = assignments(simulator, SUB, "roleDefinitionId eq 'x'")

    assert (answer.status, answer.code) == (400, "UnsupportedQuery")
    assert "Supported filters are either 'atScope()'" in answer.message


def test_built_in_definitions_are_listed_as_the_subscriptions_own(simulator: Simulator) -> None:
    rows = get(simulator, f"{RG}{AUTH}/roleDefinitions").json["value"]

    assert [row["id"] for row in rows] == [f"{SUB}{AUTH}/roleDefinitions/owner"]


def test_a_built_in_definition_is_found_in_every_subscription(simulator: Simulator) -> None:
    answer = get(simulator, f"{SUB}{AUTH}/roleDefinitions/OWNER")

    assert (answer.status, answer.json["id"]) == (200, f"{SUB}{AUTH}/roleDefinitions/owner")


def test_an_unknown_definition_is_not_found(simulator: Simulator) -> None:
    assert get(simulator, f"{SUB}{AUTH}/roleDefinitions/none").code == "ResourceNotFound"
