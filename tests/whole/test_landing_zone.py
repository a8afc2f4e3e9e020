"""A solution whose hub, zones, Bastion and agents lie in the platform's subscription."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import Any

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
NOTHING_TO_JUDGE = {
    "agent-allow-list-narrow",
    "compute-nsg-required-inbound",
    "compute-return-path",
    "firewall-allows-required-destinations",
    "firewall-egress-narrow",
    "registry-replica-records",
    "security-perimeter-enforced",
}

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


def test_zones_linked_to_many_spokes_are_one_doubt_a_rule_that_roles_settle(pack: Pack) -> None:
    with Simulator(with_spokes(read_estate(FIXTURES / "landing-zone.json"), 40)) as simulator:
        found = collect_live(LiveSource(cloud_of(simulator.url), (OURS,), (), concurrency=8, backoff=0.001))
    rules = tuple(pack.values())
    scan = judge(found, rules, Settings())
    settled = judge(found, rules, Settings(aml_vnets=("vnet-ml",), access_vnets=("vnet-hub",)))
    doubts = [(result.rule.id, each) for result in scan.results for each in result.doubts]

    assert rules_with(Verdict.FAIL, scan) == set()
    assert doubts
    assert max(Counter((result.rule.id, result.subject) for result in scan.results if result.doubts).values()) == 1
    assert all("vnet-spoke-0" in each.message and "[roles] access_vnets" in each.message for _, each in doubts)
    assert len(scan.blind_spots) == 1
    assert rules_with(Verdict.UNKNOWN, settled) == rules_with(Verdict.FAIL, settled) == set()


def with_spokes(estate: Estate, count: int) -> Estate:
    """Link every zone to networks of subscriptions that nobody sees, and peer the hub with them."""
    rows: list[Any] = deepcopy([*estate.resources])
    spokes = [
        f"/subscriptions/99999999-9999-4999-8999-{each:012}/resourceGroups/rg-spoke"
        f"/providers/Microsoft.Network/virtualNetworks/vnet-spoke-{each}"
        for each in range(count)
    ]
    link = next(row for row in rows if row["type"].lower().endswith("/virtualnetworklinks"))
    zones = [row for row in rows if row["type"].lower() == "microsoft.network/privatednszones"]
    peerings = next(row for row in rows if row["name"] == "vnet-hub")["properties"]["virtualNetworkPeerings"]
    peerings += [
        {
            **peerings[0],
            "id": f"{peerings[0]['id']}-{number}",
            "name": f"{peerings[0]['name']}-{number}",
            "properties": {**peerings[0]["properties"], "remoteVirtualNetwork": {"id": spoke}},
        }
        for number, spoke in enumerate(spokes)
    ]
    links = [
        {
            **link,
            "id": f"{zone['id']}/virtualNetworkLinks/spoke-{number}",
            "name": f"spoke-{number}",
            "properties": {**link["properties"], "virtualNetwork": {"id": spoke}},
        }
        for zone in zones
        for number, spoke in enumerate(spokes)
    ]
    return replace(estate, resources=(*rows, *links))


def test_workspaces_in_context_are_not_judged(pack: Pack) -> None:
    with Simulator(read_estate(FIXTURES / "landing-zone.json")) as simulator:
        source = LiveSource(cloud_of(simulator.url), (PLATFORM,), (OURS,), concurrency=8, backoff=0.001)
        scan = judge(collect_live(source), tuple(pack.values()), Settings())

    assert scan.solutions == ()
    assert rules_with(Verdict.NOT_APPLICABLE, scan) == pack.keys()
