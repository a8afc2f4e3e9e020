"""A solution whose hub, zones, Bastion and agents lie in the platform's subscription."""

from __future__ import annotations

import re

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.engine import Rule, Subject, Verdict
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES

OURS = "66666666-6666-4666-8666-666666666666"
PLATFORM = "55555555-5555-4555-8555-555555555555"
NOTHING_TO_JUDGE = {"agent-allow-list-narrow", "compute-nsg-required-inbound"}

Pack = dict[str, Rule[Subject]]


def scanned(pack: Pack, *, context: tuple[str, ...] = (), faults: tuple[Fault, ...] = ()) -> Scan:
    with Simulator(read_estate(FIXTURES / "landing-zone.json"), faults=faults) as simulator:
        source = LiveSource(cloud_of(simulator.url), (OURS,), context, concurrency=8, backoff=0.001)
        return judge(collect_live(source), tuple(pack.values()), Settings())


def rules_with(verdict: Verdict, scan: Scan) -> set[str]:
    return {result.rule.id for result in scan.results if result.verdict is verdict}


@pytest.mark.parametrize("context", [(), (PLATFORM,)], ids=["followed by reference", "read as context"])
def test_readable_platform_leaves_nothing_failed_and_nothing_unknown(context: tuple[str, ...], pack: Pack) -> None:
    scan = scanned(pack, context=context)

    assert scan.gaps == ()
    assert rules_with(Verdict.PASS, scan) == pack.keys() - NOTHING_TO_JUDGE
    assert rules_with(Verdict.NOT_APPLICABLE, scan) == NOTHING_TO_JUDGE


def test_forbidden_platform_raises_no_false_alarm_and_names_what_is_missing(pack: Pack) -> None:
    scan = scanned(pack, faults=(Fault(f"/subscriptions/{PLATFORM}*", FaultKind.FORBIDDEN),))
    doubts = [doubt.message for result in scan.results for doubt in result.doubts]

    assert rules_with(Verdict.FAIL, scan) == set()
    assert {gap.status for gap in scan.gaps} == {403}
    assert rules_with(Verdict.UNKNOWN, scan) >= {"private-dns-zone-linked-to-aml-vnet", "private-access-path"}
    assert any(PLATFORM in each and "needs Microsoft.Network/virtualNetworks/read" in each for each in doubts)


def test_forbidden_platform_is_one_cause_and_every_doubt_names_its_network_and_what_to_grant(pack: Pack) -> None:
    scan = scanned(pack, faults=(Fault(f"/subscriptions/{PLATFORM}*", FaultKind.FORBIDDEN),))
    unknown = [result for result in scan.results if result.verdict is Verdict.UNKNOWN]
    (spot,) = scan.blind_spots

    assert unknown
    for doubt in (doubt for result in unknown for doubt in result.doubts):
        assert "vnet-hub" in doubt.message
        assert re.search(r"needs [\w./]+/read", doubt.message)
    assert spot.subscription == PLATFORM
    assert spot.results == tuple(unknown)
    assert spot.permissions["Microsoft.Network/privateDnsZones/read"] > 20


def test_workspaces_in_context_are_not_judged(pack: Pack) -> None:
    with Simulator(read_estate(FIXTURES / "landing-zone.json")) as simulator:
        source = LiveSource(cloud_of(simulator.url), (PLATFORM,), (OURS,), concurrency=8, backoff=0.001)
        scan = judge(collect_live(source), tuple(pack.values()), Settings())

    assert scan.solutions == ()
    assert rules_with(Verdict.NOT_APPLICABLE, scan) == pack.keys()
