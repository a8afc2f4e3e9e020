"""What the rules about private DNS zones say of whole estates."""

from __future__ import annotations

import pytest

from scanner.engine import Result, Rule, Subject, Verdict, evaluate
from tests.cases import graph_of

Pack = dict[str, Rule[Subject]]


def judged(base: str, pack: Pack) -> tuple[Result, ...]:
    rules = [rule for rule in pack.values() if rule.control == "Private DNS zones"]
    return evaluate(rules, graph_of({"base": base}))


def rules_with(verdict: Verdict, base: str, pack: Pack) -> set[str]:
    return {result.rule.id for result in judged(base, pack) if result.verdict is verdict}


@pytest.mark.parametrize(
    "base", ["reference", "managed-network", "hub-spoke-firewall-dns", "hub-spoke-private-resolver"]
)
def test_compliant_estate_passes_every_rule(base: str, pack: Pack) -> None:
    results = judged(base, pack)

    assert {result.rule.id for result in results} == {
        "compute-instance-names-resolve",
        "private-dns-link-without-registration",
        "private-dns-no-public-fallback",
        "private-dns-record-matches-endpoint",
        "private-dns-zone-exists",
        "private-dns-zone-linked-to-access-vnet",
        "private-dns-zone-linked-to-aml-vnet",
        "private-dns-zone-unique",
        "registry-replica-records",
    }
    assert {result.verdict for result in results if result.rule.id != "registry-replica-records"} == {Verdict.PASS}


def test_servers_on_premises_leave_only_the_aml_vnet_unknown(pack: Pack) -> None:
    assert rules_with(Verdict.FAIL, "hub-spoke-onprem-dns", pack) == set()
    assert rules_with(Verdict.UNKNOWN, "hub-spoke-onprem-dns", pack) == {"private-dns-zone-linked-to-aml-vnet"}


def test_demo_fails_where_it_was_made_to(pack: Pack) -> None:
    assert rules_with(Verdict.FAIL, "demo", pack) == {
        "private-dns-record-matches-endpoint",
        "private-dns-zone-linked-to-access-vnet",
    }


def test_article_as_written_fails_for_its_access_vnet_only(pack: Pack) -> None:
    assert rules_with(Verdict.FAIL, "article", pack) == {"private-dns-zone-linked-to-access-vnet"}
    assert rules_with(Verdict.UNKNOWN, "article", pack) == set()


@pytest.mark.parametrize("base", ["hub-spoke-firewall-dns", "hub-spoke-private-resolver"])
def test_zone_seen_through_the_hub_is_passed_with_the_way_there(base: str, pack: Pack) -> None:
    results = [each for each in judged(base, pack) if each.rule.id == "private-dns-zone-linked-to-aml-vnet"]
    ways = [[hop.at.name for hop in note.path] for result in results for note in result.notes]

    assert len(ways) == len(results) == 8
    assert all(way[0] == "vnet-ml" and way[-1].startswith("privatelink.") for way in ways)
