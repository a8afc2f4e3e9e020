"""What a plan would do: applied to what is there, it comes to what the same change made by hand comes to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.collected import Collected, Silent
from scanner.collect.iac.merging import merged
from scanner.collect.iac.overlay import overlay
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.what_if_source import WhatIfSource
from scanner.collect.redaction.redact import redact
from scanner.creation.estate import Estate
from scanner.creation.removal import delete
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.graph import Graph
from scanner.model.arm import ArmId
from tests.cases import FIXTURES, KEYS, Resource, changed
from tests.collect.iac.plan_json import plan_between
from tests.collect.iac.support import SUBSCRIPTION, graph_in, raw_estate
from tests.collect.iac.test_pairs import NOT_IN_CODE
from tests.collect.iac.written import Writer
from tests.fuzz.support import collected as as_read
from tests.verdicts import Judged, by_subject

FORWARD = [
    "address-spaces-overlap",
    "aks-public-api",
    "blob-endpoint-removed",
    "cluster-outside-vnet",
    "compute-nsg-open-to-ssh",
    "compute-subnet-without-egress",
    "compute-subnet-without-nsg",
    "jump-host-with-public-address",
    "link-falls-back",
    "peering-one-sided",
    "peering-without-access",
    "registry-endpoint-removed",
    "storage-open",
    "vnet-on-docker-range",
    "workspace-public",
    "workspace-role-removed",
    "zone-deleted",
    "zone-not-linked-to-aml-vnet",
    "zone-twice",
]
BACK = ["blob-endpoint-removed", "compute-subnet-without-nsg", "storage-open", "zone-not-linked-to-aml-vnet"]

DOUBTED = {
    # Nobody syncs a peering by a plan.
    "address-spaces-overlap": {"peering-connected-both-ways"},
    "vnet-on-docker-range": {"peering-connected-both-ways"},
}
"""By change, what its plan does not tell."""


class _There:
    """An estate as it was read."""

    def __init__(self, rows: list[Resource]) -> None:
        self._rows = rows

    def collect(self, _progress: object) -> Collected:
        return as_read([dict(redact(each)) for each in self._rows])


def _applied(before: list[Resource], after: list[Resource], folder: Path) -> Collected:
    """Return what the plan between two estates makes of the first."""
    path = folder / "plan.json"
    path.write_text(json.dumps(plan_between(Writer(before).declared(), Writer(after).declared())))
    return WhatIfSource(_There(before), (path,)).collect(Silent())


def _damaged(name: str) -> list[Resource]:
    damage = json.loads((FIXTURES / "damages" / f"{name}.json").read_text())
    return changed(raw_estate("reference"), {key: damage[key] for key in KEYS & damage.keys()})


def _otherwise(planned: Judged, made: Judged) -> Iterator[str]:
    for key in planned.keys() | made.keys():
        if planned.get(key) is not made.get(key) and planned.get(key) is not Verdict.UNKNOWN:
            yield f"{key}: {planned.get(key)} with the plan, {made.get(key)} once it is made"


def _judge(rows: list[Resource], pack: dict[str, Rule[Subject]]) -> Judged:
    return by_subject(evaluate(pack.values(), Graph([redact(each) for each in rows])))


def test_plan_that_changes_nothing_changes_nothing(pack: dict[str, Rule[Subject]], tmp_path: Path) -> None:
    rows = raw_estate("reference")
    found = by_subject(evaluate(pack.values(), graph_in(_applied(rows, rows, tmp_path))))

    assert found == _judge(rows, pack)


def test_what_a_plan_makes_in_a_subscription_that_was_not_read_is_judged(
    pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    """It was left out without a word: the subscriptions that are judged were those of the estate as it is."""
    other = json.loads(json.dumps(raw_estate("article")))
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_between([], Writer(other).declared())))
    collected = WhatIfSource(_There(raw_estate("reference")), (path,)).collect(Silent())

    assert collected.subscriptions[-1] == "44444444-4444-4444-8444-444444444444"
    assert any("of which nothing was read" in each for each in collected.notes)
    named = {ArmId(subject).name for _, subject in by_subject(evaluate(pack.values(), graph_in(collected)))}
    assert "my_aml_workspace" in named


@pytest.mark.parametrize("name", FORWARD)
def test_plan_comes_to_what_the_change_itself_comes_to(
    name: str, pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    damaged = _damaged(name)
    found = by_subject(evaluate(pack.values(), graph_in(_applied(raw_estate("reference"), damaged, tmp_path))))
    unknown = {rule for (rule, _), verdict in found.items() if verdict is Verdict.UNKNOWN}

    assert name not in NOT_IN_CODE
    assert list(_otherwise(found, _judge(damaged, pack))) == []
    assert unknown - _unknown_in(_judge(damaged, pack)) == DOUBTED.get(name, set())


def _unknown_in(judged: Judged) -> set[str]:
    return {rule for (rule, _), verdict in judged.items() if verdict is Verdict.UNKNOWN}


@pytest.mark.parametrize("name", BACK)
def test_plan_that_mends_comes_to_what_was_there_before(
    name: str, pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    rows = raw_estate("reference")
    found = by_subject(evaluate(pack.values(), graph_in(_applied(_damaged(name), rows, tmp_path))))

    assert list(_otherwise(found, _judge(rows, pack))) == []
    assert Verdict.UNKNOWN not in found.values()


@pytest.mark.parametrize(
    ("held", "before", "after", "will_be"),
    [
        ({"a": 1, "drift": 2}, {"a": 1}, {"a": 3}, {"a": 3, "drift": 2}),
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1}, {"a": 1}),
        ({"a": 5}, {"a": 1}, {"a": 1}, {"a": 5}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}, {"a": {"x": 3}}, {"a": {"x": 3, "y": 2}}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": [3]}, {"a": [3]}),
        ({}, {}, {"a": {"$unknown": "x"}}, {"a": {"$unknown": "x"}}),
        (
            [{"name": "mine", "v": 1, "id": 7}, {"name": "theirs", "v": 1}],
            [{"name": "mine", "v": 1}],
            [{"name": "mine", "v": 2}, {"name": "new", "v": 3}],
            [{"name": "mine", "v": 2, "id": 7}, {"name": "theirs", "v": 1}, {"name": "new", "v": 3}],
        ),
        ([{"name": "a"}, {"name": "b"}], [{"name": "a"}, {"name": "b"}], [{"name": "b"}], [{"name": "b"}]),
    ],
)
def test_only_what_the_code_changes_is_changed(held: Any, before: Any, after: Any, will_be: Any) -> None:  # noqa: ANN401 - JSON
    assert merged(held, before, after) == will_be


def test_everything_that_a_plan_deletes_is_gone() -> None:
    rows = raw_estate("reference")
    before = Writer(rows).declared()
    links = [each for each in before if each.type == "azurerm_private_dns_zone_virtual_network_link"]
    document = msgspec.convert(plan_between(before, [each for each in before if each not in links]), Document)
    left = overlay(rows, [document], "").estate.rows

    assert len(links) > 5
    assert [each.id for each in links if each.id.lower() in left] == []


@pytest.mark.parametrize("group", ["rg-ml", "rg-ml-network", "rg-ml-access"])
def test_group_that_is_deleted_takes_with_it_what_its_resources_would(group: str) -> None:
    """Endpoints of other groups stayed connected to what went with a group."""
    whole, one_by_one = (Estate(raw_estate("reference"), seen=True) for _ in range(2))
    count, arm_id = len(whole.rows), f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}"
    delete(whole, [arm_id])
    delete(one_by_one, [key for key in one_by_one.rows if f"{key}/".startswith(f"{arm_id.lower()}/")])

    assert len(whole.rows) < count
    assert whole.rows == one_by_one.rows


@pytest.mark.parametrize("order", [1, -1], ids=["open last", "open first"])
def test_two_resources_of_one_id_pass_in_no_order(order: int, pack: dict[str, Rule[Subject]], tmp_path: Path) -> None:
    rows = raw_estate("reference")
    declared = Writer(rows).declared()
    shut = next(each for each in declared if each.type == "azurerm_storage_account")
    opened = replace(
        shut, label="again", action="update", attributes={**shut.attributes, "public_network_access_enabled": True}
    )
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_between(declared, [opened, *declared][::order])))
    collected = WhatIfSource(_There(rows), (path,)).collect(Silent())
    rules = [pack["storage-public-access-disabled"]]

    assert Verdict.UNKNOWN in by_subject(evaluate(rules, graph_in(collected))).values()
    assert [note for note in collected.notes if "two resources of one id" in note] != []
