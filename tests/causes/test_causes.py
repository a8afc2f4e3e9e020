"""What failures come from."""

from __future__ import annotations

import json

import pytest

from scanner.causes.causes import Cause, causes_of
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.processes import evaluate_in_processes
from scanner.fix.bench import judgement
from scanner.graph import Graph
from scanner.model.arm import ArmId
from tests.bench.estates import renamed
from tests.cases import estate
from tests.fix.plans import damaged, judged


def cause(name: str, part: str) -> Cause:
    (found,) = [each for each in causes_of(judged(damaged(name))) if part in each.says]
    return found


def rules(found: Cause) -> list[str]:
    return sorted(each.rule.id for each in found.results)


def test_a_pending_endpoint_is_behind_four_failures() -> None:
    assert rules(cause("vault-endpoint-pending", "Pending")) == [
        "key-vault-private-endpoint",
        "private-endpoint-approved",
        "private-path-from-access-vnet",
        "private-path-from-aml-vnet",
    ]


@pytest.mark.parametrize(
    ("damage", "count"),
    [("peering-one-sided", 6), ("registry-endpoint-removed", 3), ("zone-not-linked-to-aml-vnet", 2), ("vault-open", 1)],
)
def test_one_fault_is_one_cause_of_all_that_it_breaks(damage: str, count: int) -> None:
    (found,) = causes_of(judged(damaged(damage)))

    assert len(found.clears) == count
    assert found.eases == ()


def test_a_cause_names_no_change_that_would_break_something() -> None:
    """Another network's group would keep out the calls that nodes with public addresses need."""
    found = [each for each in causes_of(judged(estate("demo"))) if "snet-notebooks: no network" in each.says]

    assert [each.change.says for each in found if each.change] == ["give snet-notebooks a network security group"]


def test_every_failure_hangs_on_a_cause() -> None:
    found = judged(estate("demo"))

    hanging = {each.fingerprint for cause in causes_of(found) for each in cause.results}
    assert hanging == {each.fingerprint for each in found.failures}


def test_ids_are_the_same_in_every_run_and_differ() -> None:
    ids = [[each.id for each in causes_of(judged(estate("demo")))] for _ in range(2)]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_the_worst_comes_first_and_then_what_clears_most() -> None:
    found = [(-each.severity.rank, -len(each.clears)) for each in causes_of(judged(estate("demo")))]

    assert found == sorted(found)


def test_causes_of_estates_side_by_side_are_those_of_each() -> None:
    one = estate("article")
    other = json.loads(renamed(json.dumps(one), 1, "44440001-4444-4444-8444-444444444444"))
    other = json.loads(
        json.dumps(other).replace("44444444-4444-4444-8444-444444444444", "44440001-4444-4444-8444-444444444444")
    )

    alone, both = causes_of(judged(one)), causes_of(judged([*one, *other]))

    here = [each for each in both if ArmId(str(each.at)).subscription.startswith("44444444")]
    assert {(each.says, len(each.clears)) for each in here} == {(each.says, len(each.clears)) for each in alone}


def test_causes_are_the_same_where_other_processes_judged() -> None:
    graph = Graph(estate("demo"))
    rules_ = tuple(load_packs([built_in_pack()]))

    elsewhere = judgement(evaluate_in_processes(rules_, graph, 2), graph)

    assert [each.id for each in causes_of(elsewhere)] == [each.id for each in causes_of(judged(estate("demo")))]


def test_what_the_budget_leaves_untried_is_told_by_the_rules_word() -> None:
    found = judged(estate("demo"))

    untried = causes_of(found, budget=0)

    assert {each.verified for each in untried if each.change is not None} == {False}
    hanging = {each.fingerprint for cause in untried for each in cause.results}
    assert hanging == {each.fingerprint for each in found.failures}
