"""Azure Government and Azure in China: the estates as they would be there, read in the versions that they offer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.engine import Rule, Subject, Verdict
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from scanner.simulator import Estate, Seen, Simulator
from tests.clouds import SOVEREIGN, in_cloud, rewritten
from tests.collect.support import fixture, subscriptions_in
from tests.verdicts import by_rule, having
from tests.whole.test_reference import NOT_APPLICABLE

Pack = dict[str, Rule[Subject]]

LAGGING = {
    "Microsoft.Network/virtualNetworks": "2024-05-01",
    "Microsoft.Network/natGateways": "2024-05-01",
    "Microsoft.Storage/storageAccounts": "2024-01-01",
}
"""The newest api-versions that a cloud which lags behind offers of what is read in a newer one elsewhere."""

COMPLIANT = ("reference", "managed-network", "hub-spoke-firewall-dns", "landing-zone")
PUBLIC_ZONES = (
    "privatelink.azurecr.io",
    "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
    "privatelink.vaultcore.azure.net",
    "privatelink.file.core.windows.net",
)
OF_A_ZONE = {
    "private-dns-record-matches-endpoint",
    "private-dns-zone-exists",
    "private-endpoint-dns-zone-group",
    "private-path-from-access-vnet",
    "private-path-from-aml-vnet",
}
"""The rules that a zone fails by having its name from another cloud."""


def scanned(
    pack: Pack, estate: Estate, cloud: str, *, newest: dict[str, str] = LAGGING, not_offered: Iterable[str] = ()
) -> tuple[Scan, tuple[Seen, ...]]:
    """Scan an estate as `--cloud` would, but for the endpoint; return the requests too."""
    with Simulator(estate, newest=newest, not_offered=frozenset(not_offered)) as simulator:
        there = replace(cloud_of(simulator.url), name=cloud)
        collected = collect_live(LiveSource(there, subscriptions_in(estate), concurrency=8, backoff=0.001))
        return judge(collected, tuple(pack.values()), Settings()), simulator.requests


def failing(scan: Scan) -> set[str]:
    """Return the rules that fail, having made sure that nothing is left open."""
    judged = by_rule(scan.results)
    assert having(Verdict.UNKNOWN, judged) == set()
    return having(Verdict.FAIL, judged)


def replaced(estate: Estate, old: str, new: str) -> Estate:
    """Return an estate in which a piece of text is another one everywhere; it must be there."""
    text = json.dumps(estate.resources)
    assert old in text
    return Estate(estate.about, tuple(json.loads(text.replace(old, new))), estate.groups)


@pytest.mark.parametrize("cloud", SOVEREIGN)
@pytest.mark.parametrize("name", COMPLIANT)
def test_compliant_estate_passes_every_rule_in_each_cloud(name: str, cloud: str, pack: Pack) -> None:
    scan, _ = scanned(pack, in_cloud(fixture(name), cloud), cloud)
    judged = by_rule(scan.results)

    assert scan.header.cloud == cloud
    assert scan.gaps == ()
    assert having(Verdict.NOT_APPLICABLE, judged) == NOT_APPLICABLE[name]
    assert having(Verdict.PASS, judged) == pack.keys() - NOT_APPLICABLE[name]


@pytest.mark.parametrize("cloud", SOVEREIGN)
@pytest.mark.parametrize("name", ["article", "demo"])
def test_flawed_estate_comes_to_the_same_in_each_cloud(name: str, cloud: str, pack: Pack) -> None:
    there, _ = scanned(pack, in_cloud(fixture(name), cloud), cloud)
    here, _ = scanned(pack, fixture(name), "public", newest={})

    there_, here_ = by_rule(there.results), by_rule(here.results)
    # Which hosts agents call is documented for the public cloud alone.
    assert there_.pop("agent-egress-allowed") in {here_.pop("agent-egress-allowed"), Verdict.UNKNOWN}
    assert there_ == here_
    assert having(Verdict.FAIL, there_) != set()


@pytest.mark.parametrize("cloud", SOVEREIGN)
@pytest.mark.parametrize("zone", PUBLIC_ZONES)
def test_zone_with_its_public_name_fails_the_rules_of_names_and_paths(zone: str, cloud: str, pack: Pack) -> None:
    estate = replaced(in_cloud(fixture("reference"), cloud), rewritten(zone, cloud), zone)
    scan, _ = scanned(pack, estate, cloud)

    # Names of compute instances are judged in the zone of the workspace's API alone.
    of_instances = {"compute-instance-names-resolve"} if "api" in zone else set[str]()
    assert failing(scan) == OF_A_ZONE | of_instances


@pytest.mark.parametrize("cloud", SOVEREIGN)
def test_public_names_throughout_pass_no_rule_of_names(cloud: str, pack: Pack) -> None:
    scan, _ = scanned(pack, fixture("reference"), cloud)
    judged = by_rule(scan.results)

    assert having(Verdict.FAIL, judged) == {"private-dns-zone-exists", "private-endpoint-dns-zone-group"}
    assert having(Verdict.PASS, judged).isdisjoint(OF_A_ZONE)


@pytest.mark.parametrize("cloud", SOVEREIGN)
@pytest.mark.parametrize("service", ["Storage", "BatchNodeManagement"])
def test_service_tag_of_a_public_region_does_not_let_through(service: str, cloud: str, pack: Pack) -> None:
    own, public = f"{service}.{rewritten('WestEurope', cloud)}", f"{service}.WestEurope"
    scan, _ = scanned(pack, replaced(in_cloud(fixture("reference"), cloud), own, public), cloud)

    assert failing(scan) == {"compute-nsg-required-outbound"}


@pytest.mark.parametrize(("cloud", "fails"), [("usgov", {"compute-nsg-required-outbound"}), ("china", set())])
def test_front_door_is_needed_where_the_cloud_has_it(cloud: str, fails: set[str], pack: Pack) -> None:
    estate = replaced(in_cloud(fixture("reference"), cloud), "AzureFrontDoor.Frontend", "AzureSphere")
    scan, _ = scanned(pack, estate, cloud)

    assert failing(scan) == fails


def test_public_cloud_asks_for_newer_versions_and_tells_what_is_not_offered(pack: Pack) -> None:
    scan, requests = scanned(pack, fixture("reference"), "public")
    refused = {
        seen.path.rpartition("/")[2]: parse_qs(seen.query)["api-version"] for seen in requests if seen.status == 400
    }

    assert refused == {
        "virtualNetworks": ["2026-03-01"],
        "natGateways": ["2026-03-01"],
        "storageAccounts": ["2025-06-01"],
    }
    assert {(gap.kind, gap.status) for gap in scan.gaps} == {(kind, 400) for kind in LAGGING}
    assert {"NoRegisteredProviderFound" in gap.why for gap in scan.gaps} == {True}


@pytest.mark.parametrize("cloud", SOVEREIGN)
def test_version_that_a_cloud_does_not_have_yet_is_a_gap_and_no_pass(cloud: str, pack: Pack) -> None:
    kind = "Microsoft.ContainerRegistry/registries"
    scan, _ = scanned(pack, in_cloud(fixture("reference"), cloud), cloud, newest={**LAGGING, kind: "2023-07-01"})
    judged = by_rule(scan.results)

    assert {(gap.kind, gap.status) for gap in scan.gaps} == {(kind, 400)}
    assert having(Verdict.FAIL, judged) == set()
    assert having(Verdict.UNKNOWN, judged) >= {rule for rule in pack if rule.startswith("registry-")}


@pytest.mark.parametrize("cloud", SOVEREIGN)
def test_type_that_a_cloud_does_not_offer_is_no_gap(cloud: str, pack: Pack) -> None:
    # Pools of agents are the reference's only ones of their provider: without them nothing shows that there is one.
    estate = in_cloud(fixture("reference"), cloud)
    pools = "Microsoft.DevOpsInfrastructure/pools"
    kept = tuple(each for each in estate.resources if each["type"] != pools)
    scan, requests = scanned(pack, Estate(estate.about, kept, estate.groups), cloud, not_offered=[pools])

    assert [seen.status for seen in requests if seen.path.endswith(pools)] == [404]
    assert scan.gaps == ()


@pytest.mark.parametrize("cloud", SOVEREIGN)
@pytest.mark.parametrize("name", ["reference", "landing-zone"])
def test_cloud_without_perimeters_has_none_that_could_close_or_open_anything(name: str, cloud: str, pack: Pack) -> None:
    perimeters = "Microsoft.Network/networkSecurityPerimeters"
    scan, requests = scanned(pack, in_cloud(fixture(name), cloud), cloud, not_offered=[perimeters])

    assert {seen.status for seen in requests if perimeters in seen.path} == {404}
    assert scan.gaps == ()
    assert failing(scan) == set()


@pytest.mark.parametrize("cloud", SOVEREIGN)
def test_type_that_the_estate_shows_to_exist_is_a_gap_when_it_is_not_offered(cloud: str, pack: Pack) -> None:
    kind = "Microsoft.ContainerRegistry/registries"
    scan, _ = scanned(pack, in_cloud(fixture("reference"), cloud), cloud, not_offered=[kind])

    assert {(gap.kind, gap.status) for gap in scan.gaps} == {(kind, 404)}


def test_rewritten_estate_shares_no_zone_name_with_the_public_one() -> None:
    names = {
        cloud: {
            str(each["name"])
            for each in (fixture("reference") if cloud == "public" else in_cloud(fixture("reference"), cloud)).resources
            if each["type"] == "Microsoft.Network/privateDnsZones"
        }
        for cloud in ("public", *SOVEREIGN)
    }

    assert {len(each) for each in names.values()} == {len(names["public"])}
    assert len(frozenset().union(*names.values())) == 3 * len(names["public"])
