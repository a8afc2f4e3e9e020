"""A lake in a subscription that nobody named: its account is followed by reference, and nothing else there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.engine import Rule, Subject, Verdict
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from scanner.simulator.estate import Estate
from tests.cases import FIXTURES

OURS = "66666666-6666-4666-8666-666666666666"
PLATFORM = "55555555-5555-4555-8555-555555555555"
DATA = "77777777-7777-4777-8777-777777777777"
RULES = {"datastore-private-endpoint", "datastore-private-path", "datastore-public-access-disabled"}

Pack = dict[str, Rule[Subject]]


def with_lake_in(subscription: str) -> Estate:
    """Return the landing zone with its lake and the group around it in another subscription."""
    estate = read_estate(FIXTURES / "landing-zone.json")
    here, there = (f"/subscriptions/{each}/resourceGroups/rg-data" for each in (OURS, subscription))
    text = json.dumps(list(estate.resources)).replace(here, there)
    place = '"subscriptionId": "%s", "resourceGroup": "rg-data"'
    rows = json.loads(text.replace(place % OURS, place % subscription))
    own = next(each for each in rows if each["id"] == f"/subscriptions/{OURS}")
    known = {each["id"] for each in rows}
    other = json.loads(json.dumps(own).replace(OURS, subscription))
    return replace(estate, resources=(*rows, *([other] if other["id"] not in known else [])))


def scanned(estate: Estate, pack: Pack, faults: tuple[Fault, ...] = ()) -> tuple[Scan, list[str]]:
    with Simulator(estate, faults=faults) as simulator:
        source = LiveSource(cloud_of(simulator.url), (OURS,), concurrency=8, backoff=0.001)
        found = collect_live(source)
        return judge(found, tuple(pack.values()), Settings()), [each.path for each in simulator.requests]


def verdicts(scan: Scan) -> dict[str, set[Verdict]]:
    return {each: {result.verdict for result in scan.results if result.rule.id == each} for each in RULES}


@pytest.mark.parametrize("subscription", [PLATFORM, DATA], ids=["the platform's", "one of its own"])
def test_lake_is_read_by_itself_and_judged_as_if_it_were_here(subscription: str, pack: Pack) -> None:
    scan, paths = scanned(with_lake_in(subscription), pack)
    services = [path for path in paths if f"/subscriptions/{subscription}" in path and "Microsoft.Storage" in path]

    assert scan.gaps == ()
    assert verdicts(scan) == {each: {Verdict.PASS} for each in RULES}
    assert [path.rpartition("/")[2] for path in services] == ["stmllake"]


def test_lake_that_may_not_be_read_is_unknown_and_says_what_to_grant(pack: Pack) -> None:
    forbidden = Fault(f"/subscriptions/{DATA}/*", FaultKind.FORBIDDEN)
    scan, _ = scanned(with_lake_in(DATA), pack, (forbidden,))
    doubts = [doubt.message for result in scan.results if result.rule.id in RULES for doubt in result.doubts]

    assert verdicts(scan) == {each: {Verdict.UNKNOWN} for each in RULES}
    assert all("lake" in each and "needs Microsoft.Storage/storageAccounts/read" in each for each in doubts)
