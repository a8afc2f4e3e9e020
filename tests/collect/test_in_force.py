"""What network managers have in force: rows that Resource Graph alone has, whatever way the rest is read."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from scanner.collect.azure.resource_graph.in_force import ROWS, as_arm
from scanner.engine import Result, Rule, Subject, Verdict
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.simulator import Estate, Fault, FaultKind, Grant, Rights
from tests.cases import estate

from .support import Run, collect, fixture, subscriptions_in

MANAGED = Estate("Managed.", tuple(estate("variants/network-manager")))
KINDS = {each.type.lower() for each in ROWS}
TEAM = "99999999-9999-4999-8999-999999999999"
QUERIES = "/providers/Microsoft.ResourceGraph/resources"
Pack = dict[str, Rule[Subject]]


def rows_of(run: Run) -> list[str]:
    return sorted(key for key, each in run.resources.items() if str(each["type"]).lower() in KINDS)


def in_estate(of: Estate) -> list[str]:
    return sorted(str(each["id"]).lower() for each in of.resources if str(each["type"]).lower() in KINDS)


def results(run: Run, pack: Pack) -> tuple[Result, ...]:
    return judge(run.collected, tuple(pack.values()), Settings()).results


def not_passed(run: Run, pack: Pack) -> dict[str, set[Verdict]]:
    wrong = [each for each in results(run, pack) if each.verdict in {Verdict.FAIL, Verdict.UNKNOWN}]
    return {each.rule.id: {other.verdict for other in wrong if other.rule is each.rule} for each in wrong}


def posts(run: Run) -> int:
    return sum(seen.method == "POST" for seen in run.requests)


@pytest.mark.parametrize("via", ["auto", "graph"])
def test_rows_in_force_are_read_and_all_is_judged(via: str, pack: Pack) -> None:
    run = collect(MANAGED, via=via)

    assert rows_of(run) == in_estate(MANAGED)
    assert run.gaps == ()
    assert not_passed(run, pack) == {}


def test_they_cost_one_question() -> None:
    assert posts(collect(fixture("reference"), via="auto")) == posts(collect(MANAGED, via="auto"))


def test_by_arm_alone_nothing_is_asked_and_a_manager_that_is_seen_leaves_open_what_it_decides(pack: Pack) -> None:
    run = collect(MANAGED, via="arm")
    found = [each for each in results(run, pack) if each.rule.id == "compute-nsg-inbound-from-internet-denied"]

    assert posts(run) == 0
    assert {verdict for verdicts in not_passed(run, pack).values() for verdict in verdicts} == {Verdict.UNKNOWN}
    assert "network manager nm-platform has in force on vnet-ml was not read" in str(found[0].doubts)


def test_without_a_manager_nothing_is_left_open_by_arm_alone(pack: Pack) -> None:
    assert not_passed(collect(fixture("reference"), via="arm"), pack) == {}


def test_where_the_graph_does_not_answer_only_managed_networks_are_left_open(pack: Pack) -> None:
    faults = [Fault(QUERIES, FaultKind.FORBIDDEN)]
    managed = collect(MANAGED, via="auto", faults=faults)
    unmanaged = collect(fixture("reference"), via="auto", faults=faults)

    assert set().union(*not_passed(managed, pack).values()) == {Verdict.UNKNOWN}
    assert not_passed(unmanaged, pack) == {}
    assert "did not tell what network managers have in force" in unmanaged.collected.why
    assert unmanaged.gaps == ()


def test_a_count_that_does_not_fit_is_no_answer(pack: Pack) -> None:
    run = collect(MANAGED, via="auto", faults=[Fault(QUERIES, FaultKind.ROWS_MISSING)])

    assert set().union(*not_passed(run, pack).values()) == {Verdict.UNKNOWN}


def test_roles_that_may_hide_rows_from_the_graph_leave_managed_networks_open(pack: Pack) -> None:
    hidden = "Microsoft.Network/effectiveSecurityAdminRules/read"
    run = collect(MANAGED, via="auto", rights=Rights([Grant("/", ["*"], [hidden])]))

    assert rows_of(run) == []
    assert set().union(*not_passed(run, pack).values()) == {Verdict.UNKNOWN}


def managed_from(subscription: str) -> Estate:
    """Return the estate with its manager, and what lies below it, in a subscription of a network team."""
    (manager,) = (str(each["id"]) for each in MANAGED.resources if str(each["id"]).endswith("/nm-platform"))
    group = f"/subscriptions/{subscription}/resourceGroups/rg-platform"
    text = json.dumps(MANAGED.resources).replace(manager, f"{group}/providers/{manager.partition('/providers/')[2]}")
    (own,) = (each for each in MANAGED.resources if "subscriptionId" in each)
    other = json.loads(json.dumps(own).replace(str(own["subscriptionId"]), subscription))
    return Estate("Managed from elsewhere.", (*json.loads(text), other))


def test_a_manager_in_another_subscription_is_asked_for_there(pack: Pack) -> None:
    estate_of_two, (own,) = managed_from(TEAM), subscriptions_in(MANAGED)
    run = collect(estate_of_two, subscriptions=[own], via="auto")
    # Another subscription in sight leaves some things open by itself.
    reference = Estate("Two.", (*fixture("reference").resources, estate_of_two.resources[-1]))
    unmanaged = collect(reference, subscriptions=[own], via="auto")

    assert rows_of(run) == in_estate(estate_of_two)
    assert not_passed(run, pack) == not_passed(unmanaged, pack)


def capitalized(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {f"{key[:1].upper()}{key[1:]}": capitalized(each) for key, each in value.items()}
    return [capitalized(each) for each in value] if isinstance(value, list) else value


def test_either_case_of_the_first_letter_is_read(pack: Pack) -> None:
    rows = [deepcopy(each) for each in MANAGED.resources]
    spelled = [
        {**each, "properties": capitalized(each["properties"])} if str(each["type"]).lower() in KINDS else each
        for each in rows
    ]
    run = collect(Estate("Capitals.", tuple(spelled)), via="auto")

    assert not_passed(run, pack) == {}
    assert rows_of(run) == in_estate(MANAGED)


def test_a_row_is_shown_as_arm_would_show_it() -> None:
    row = {"id": "/a", "type": "microsoft.network/effectivesecurityadminrules", "properties": {"X": [{"Id": "y"}]}}

    assert as_arm(row | {"tags": None, "kind": ""}) == {
        "id": "/a",
        "type": "Microsoft.Network/effectiveSecurityAdminRules",
        "properties": {"x": [{"id": "y"}]},
    }


def test_networks_of_one_connected_group_are_found_in_other_subscriptions() -> None:
    access = "/resourceGroups/rg-ml-access"
    (own,) = subscriptions_in(MANAGED)
    text = json.dumps(MANAGED.resources).replace(f"/subscriptions/{own}{access}", f"/subscriptions/{TEAM}{access}")
    rows = json.loads(text)
    other = json.loads(json.dumps(next(each for each in rows if "subscriptionId" in each)).replace(own, TEAM))
    run = collect(Estate("Two.", (*rows, other)), subscriptions=[own], via="auto", neighbours=False)
    network = f"/subscriptions/{TEAM}{access}/providers/Microsoft.Network/virtualNetworks/vnet-access".lower()

    assert network in run.resources
    assert f"{network}/providers/microsoft.network/effectiveconnectivityconfigurations/default" in run.resources
