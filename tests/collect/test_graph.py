"""Azure Resource Graph and ARM tell the same of an estate: whatever the graph lacks, hides or gets wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from functools import cache

import pytest

from scanner.collect.azure.session import policies
from scanner.engine import Rule, Subject
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.simulator import Estate, Fault, FaultKind, Grant, Rights
from scanner.simulator.kql import COLUMNS, InvalidQueryError, read_kql
from tests.cases import FIXTURES

from .support import Resource, Run, changed, collect, fixture, subscriptions_in, with_more

QUERIES = "/providers/Microsoft.ResourceGraph/resources"
ESTATES = sorted(path.stem for path in FIXTURES.glob("*.json"))
REFERENCE = fixture("reference")
(GUID,) = subscriptions_in(REFERENCE)


@cache
def _by_arm() -> Run:
    """Return what ARM tells of the reference while nothing is wrong. It is not to be changed."""
    return collect(REFERENCE)


@cache
def _by_graph() -> Run:
    """Return what Resource Graph tells of it. It is not to be changed."""
    return collect(REFERENCE, via="graph")


def _plain(run: Run) -> list[str]:
    """Write resources as canonical JSON; the graph knows no etag, and ARM spells types in several ways."""
    shown = [
        {**{key: value for key, value in each.items() if key != "etag"}, "type": str(each["type"]).lower()}
        for each in run.collected.resources
    ]
    return [json.dumps(each, sort_keys=True) for each in shown]


def _equal(one: Run, other: Run) -> bool:
    return _plain(one) == _plain(other) and one.gaps == other.gaps


def _verdicts(run: Run, pack: dict[str, Rule[Subject]]) -> list[tuple[object, ...]]:
    results = judge(run.collected, tuple(pack.values()), Settings()).results
    return [(each.rule.id, each.subject and each.subject.id, each.verdict, each.problems) for each in results]


def _queries(run: Run) -> list[str]:
    return [seen.path for seen in run.requests if seen.method == "POST"]


def _paths(run: Run) -> list[str]:
    return [seen.path.lower() for seen in run.requests if seen.method == "GET"]


# Equal


@pytest.mark.parametrize("name", ESTATES)
def test_both_ways_tell_the_same_of_an_estate(name: str, pack: dict[str, Rule[Subject]]) -> None:
    estate = fixture(name)

    arm, graph = collect(estate), collect(estate, via="graph", graph_page_size=7)

    assert _plain(graph) == _plain(arm)
    assert graph.gaps == arm.gaps
    assert _verdicts(graph, pack) == _verdicts(arm, pack)
    assert (arm.collected.via, graph.collected.via) == ("arm", "graph")
    assert graph.collected.why == "asked for; Resource Graph lags behind Azure by minutes"
    assert len(_queries(graph)) > 4
    assert _queries(arm) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/subscriptions/{GUID}/providers/Microsoft.Network/privateEndpoints",
        f"/subscriptions/{GUID}/providers/Microsoft.Network/virtualNetworks",
        "*/privateDnsZones/*/virtualNetworkLinks",
        "*/privateDnsZones/*/ALL",
        "*/computes",
        "*/privateDnsZoneGroups",
    ],
)
def test_what_may_not_be_read_is_the_same_gap_both_ways(path: str) -> None:
    # The graph leaves out what may not be read and does not say so.
    faults = [Fault(path, FaultKind.FORBIDDEN), Fault(path.replace("/ALL", "/A"), FaultKind.FORBIDDEN)]

    arm, graph = collect(REFERENCE, faults=faults), collect(REFERENCE, faults=faults, via="graph")

    assert arm.gaps != ()
    assert _equal(graph, arm)


@pytest.mark.parametrize("what", ["resourceGroups", "providers/Microsoft.MachineLearningServices/workspaces"])
def test_the_graph_shows_what_lies_below_what_may_not_be_listed(what: str) -> None:
    faults = [Fault(f"/subscriptions/{GUID}/{what}", FaultKind.FORBIDDEN)]

    arm, graph = collect(REFERENCE, faults=faults), collect(REFERENCE, faults=faults, via="graph")

    assert graph.gaps == arm.gaps != ()
    assert set(_plain(graph)) > set(_plain(arm))


def test_without_a_word_about_permissions_everything_is_listed_by_arm() -> None:
    faults = [Fault("*/Microsoft.Authorization/permissions", FaultKind.FORBIDDEN)]

    graph = collect(REFERENCE, faults=faults, via="graph")

    assert _equal(graph, collect(REFERENCE, faults=faults))
    assert _plain(graph) == _plain(collect(REFERENCE))
    assert f"/subscriptions/{GUID}/providers/microsoft.network/networkinterfaces" in _paths(graph)


def test_a_permission_for_a_part_of_the_records_is_not_taken_for_all() -> None:
    granted = frozenset({"*/read"})
    some = frozenset({"Microsoft.Network/privateDnsZones/ALL/read", "Microsoft.Network/privateDnsZones/read"})
    rest = {f"{kind}/*" for kind in ("Microsoft.Resources", "Microsoft.Authorization", "Microsoft.Compute")}

    graph = collect(REFERENCE, via="graph", granted=frozenset(some | rest))
    arm = collect(REFERENCE, granted=frozenset(some | rest))

    assert _equal(graph, arm)
    assert graph.of_type("Microsoft.Network/privateDnsZones/A") != []
    assert _equal(collect(REFERENCE, via="graph", granted=granted), _by_arm())


# What the graph gets wrong


def test_a_row_without_properties_is_read_again() -> None:
    graph = collect(REFERENCE, via="graph", faults=[Fault(QUERIES, FaultKind.NO_PROPERTIES)])

    assert _equal(graph, _by_arm())
    assert "Resource Graph gave rows in another shape than ARM's" in graph.collected.why


def test_few_rows_in_another_shape_are_read_one_by_one() -> None:
    def bare(resource: Resource) -> None:
        del resource["properties"]

    named = [str(each["id"]) for each in REFERENCE.resources]
    interface = next(each for each in named if each.split("/")[-2] == "networkInterfaces")
    estate = changed(REFERENCE, bare, interface)

    graph = collect(estate, via="graph")

    assert _equal(graph, collect(estate))
    assert interface.lower() in _paths(graph)
    assert f"/subscriptions/{GUID}/providers/microsoft.network/networkinterfaces" not in _paths(graph)


@pytest.mark.parametrize("kind", [FaultKind.ROWS_MISSING, FaultKind.ROWS_CUT_OFF])
def test_rows_that_do_not_come_are_read_by_arm(kind: FaultKind) -> None:
    graph = collect(REFERENCE, via="graph", faults=[Fault(QUERIES, kind)], graph_page_size=50)

    assert _equal(graph, _by_arm())
    assert graph.collected.why.count(";") > 1


def test_a_single_missing_row_costs_a_single_listing() -> None:
    whole = _by_graph()
    graph = collect(REFERENCE, via="graph", faults=[Fault(QUERIES, FaultKind.ROWS_MISSING, times=1)])

    assert _equal(graph, whole)
    assert graph.collected.why.count(";") == 2
    assert len(graph.requests) <= len(whole.requests) + 20


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.FORBIDDEN,
        FaultKind.NOT_FOUND,
        FaultKind.SERVER_ERROR,
        FaultKind.HTML,
        FaultKind.TRUNCATED,
        FaultKind.WRONG_JSON,
        FaultKind.RESET,
        FaultKind.BAD_API_VERSION,
    ],
)
@pytest.mark.parametrize("every", [1, 3])
def test_without_the_graph_all_is_read_by_arm(kind: FaultKind, every: int) -> None:
    graph = collect(REFERENCE, via="graph", faults=[Fault(QUERIES, kind, every=every)], graph_page_size=50)

    assert _equal(graph, _by_arm())


def test_a_used_up_quota_is_waited_for() -> None:
    faults = [Fault(QUERIES, FaultKind.THROTTLED, times=3, retry_after=0)]

    graph = collect(REFERENCE, via="graph", faults=faults)

    assert _equal(graph, _by_arm())
    assert len([seen for seen in graph.requests if seen.status == 429]) == 3
    assert f"/subscriptions/{GUID}/providers/microsoft.network/networkinterfaces" not in _paths(graph)


def test_a_quota_that_stays_used_up_leaves_all_to_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    # It is borne for a minute; here for one refusal.
    monkeypatch.setattr(policies, "_MOST_QUERIES", 1)
    graph = collect(REFERENCE, via="graph", faults=[Fault(QUERIES, FaultKind.THROTTLED, retry_after=0.001)])

    assert _equal(graph, _by_arm())
    assert "Resource Graph did not answer in full: HTTP 429" in graph.collected.why


def test_what_the_graph_could_not_give_in_time_is_a_gap() -> None:
    faults = [Fault(QUERIES, FaultKind.THROTTLED, retry_after=9), Fault("*/networkInterfaces", FaultKind.FORBIDDEN)]

    graph = collect(REFERENCE, via="graph", faults=faults, timeout=8)

    assert {gap.kind for gap in graph.gaps} == {"Microsoft.Network/networkInterfaces"}


def test_nothing_but_reads_is_sent() -> None:
    graph = _by_graph()

    assert {seen.method for seen in graph.requests} == {"GET", "POST"}
    assert {seen.path for seen in graph.requests if seen.method == "POST"} == {QUERIES}


# How much it costs


def _zones(count: int, guid: str = GUID) -> Iterable[Resource]:
    group = f"/subscriptions/{guid}/resourceGroups/rg-dns"
    yield {"id": group, "type": "Microsoft.Resources/resourceGroups", "name": "rg-dns", "properties": {}}
    for number in range(count):
        zone = f"{group}/providers/Microsoft.Network/privateDnsZones/z{number}.azure.net"
        kind = "Microsoft.Network/privateDnsZones"
        yield {"id": zone, "type": kind, "name": f"z{number}.azure.net", "location": "global", "properties": {}}
        yield {
            "id": f"{zone}/A/www",
            "type": f"{kind}/A",
            "name": "www",
            "properties": {"ttl": 3600, "aRecords": [{"ipv4Address": "10.0.0.4"}]},
        }


def test_many_zones_cost_few_requests() -> None:
    estate = with_more(REFERENCE, *_zones(300))

    arm, graph = collect(estate), collect(estate, via="graph")

    assert _equal(graph, arm)
    assert len(arm.requests) > 600
    # As many as without the zones: not one more for each.
    assert len(graph.requests) - len(collect(REFERENCE, via="graph").requests) < 5


def _many(count: int) -> Estate:
    """Return an estate of the reference's subscription and more of the same, each with a few zones."""
    (subscription,) = [each for each in REFERENCE.resources if "subscriptionId" in each]
    more: list[Resource] = []
    for number in range(count):
        guid = f"00000000-0000-4000-8000-{number:012}"
        own = deepcopy(dict(subscription)) | {"id": f"/subscriptions/{guid}", "subscriptionId": guid}
        more += [own, *_zones(3, guid)]
    return with_more(REFERENCE, *more)


def test_many_subscriptions_are_asked_for_together() -> None:
    estate = _many(60)

    arm, graph = collect(estate), collect(estate, via="graph")

    assert _equal(graph, arm)
    assert len(_queries(graph)) <= 5
    assert len(graph.requests) * 5 < len(arm.requests)


def _first(run: Run, method: str, tail: str) -> int:
    return next(
        at for at, seen in enumerate(run.requests) if seen.method == method and seen.path.lower().endswith(tail)
    )


def test_queries_do_not_wait_for_what_arm_lists() -> None:
    slow = Fault("*/p2sVpnGateways", FaultKind.SLOW, seconds=1)
    rights = Rights([Grant(f"/subscriptions/{GUID}", ["*"], ["Microsoft.Network/p2sVpnGateways/read"])])

    run = collect(REFERENCE, via="graph", faults=[slow], rights=rights)

    assert _first(run, "POST", "/resources") < _first(run, "GET", "/p2svpngateways")


def test_what_was_counted_is_listed_while_pages_still_come() -> None:
    run = collect(REFERENCE, via="graph", graph_page_size=1)

    last = max(at for at, seen in enumerate(run.requests) if seen.method == "POST")
    assert _first(run, "GET", "/computes") < last


def test_pages_that_are_too_large_are_asked_for_in_halves() -> None:
    run = collect(REFERENCE, via="graph", graph_payload=100_000)

    assert _equal(run, _by_graph())
    assert run.collected.why == _by_graph().collected.why
    assert len(_queries(run)) > len(_queries(_by_graph()))


# Which way


def test_a_small_estate_is_read_by_arm_of_itself() -> None:
    run = collect(REFERENCE, via="auto")

    assert run.collected.via == "arm"
    assert "of 250 that Azure grants at once" in run.collected.why
    # Two tell how much there is, one what network managers have in force.
    assert len(_queries(run)) == 3


def test_an_estate_beyond_the_limit_of_reads_is_read_by_the_graph_of_itself() -> None:
    run = collect(with_more(REFERENCE, *_zones(300)), via="auto")

    assert run.collected.via == "graph"
    assert "Azure grants 250 at once; Resource Graph lags behind Azure by minutes" in run.collected.why


def test_many_subscriptions_are_read_by_the_graph_of_themselves() -> None:
    run = collect(_many(30), via="auto")

    assert run.collected.via == "graph"
    assert run.collected.why.startswith("31 subscriptions")


@pytest.mark.parametrize("kind", [FaultKind.FORBIDDEN, FaultKind.NOT_FOUND, FaultKind.HTML])
def test_where_the_graph_cannot_be_asked_it_is_arm(kind: FaultKind) -> None:
    run = collect(REFERENCE, via="auto", faults=[Fault(QUERIES, kind)])

    assert run.collected.via == "arm"
    assert run.collected.why.startswith("Resource Graph could not be asked")
    assert _equal(run, _by_arm())


# The simulator's own strictness


@pytest.mark.parametrize(
    "query",
    [
        "",
        "resources",
        "resources | project id",
        "nothing | where type in~ ('a') | project id",
        "resources | where type =~ 'a' | project id",
        "resources | where type in~ ('a') | project nothing",
        "resources | where type in~ ('a') | project id | order by name asc",
        "resources | where type in~ ('a') | take 5",
        "resources | where type in~ ('a') | join dnsresources | project id",
        "resources | where type in~ ('a') | summarize total=count() by type | order by id asc",
    ],
)
def test_any_other_query_is_refused(query: str) -> None:
    with pytest.raises(InvalidQueryError):
        read_kql(query)


def test_a_query_is_read() -> None:
    query = read_kql("resources | where type in~ ('A/b', 'c/D') | project id, name | order by id asc")

    assert query.types == frozenset({"a/b", "c/d"})
    assert (query.table, query.columns) == ("resources", ("id", "name"))
    assert (query.counted, query.ordered) == (False, True)
    assert set(query.columns) < COLUMNS
