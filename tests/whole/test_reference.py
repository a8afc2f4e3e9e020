"""The rule set as a whole: what the estates pass and fail, and what each single damage to the reference does."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.engine import Result, Rule, Subject, Verdict, evaluate
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.simulator import Simulator, read_estate
from tests.cases import FIXTURES, KEYS, estate, graph_of
from tests.conftest import Tell
from tests.verdicts import by_rule, having

DAMAGES = sorted((FIXTURES / "damages").glob("*.json"))
DAMAGE_KEYS = {"fails", "unknown", "passes"}

_UNUSED = {
    "agent-allow-list-narrow",
    "compute-nsg-required-inbound",
    "compute-return-path",
    "registry-replica-records",
    "security-perimeter-enforced",
}
_FIREWALL = {"firewall-allows-required-destinations", "firewall-egress-narrow"}
_PEERING = {"peering-allows-forwarded-traffic", "peering-allows-vnet-access"}

NOT_APPLICABLE = {
    "reference": _UNUSED | _FIREWALL,
    "hub-spoke-firewall-dns": _UNUSED,
    "hub-spoke-private-resolver": _UNUSED | _FIREWALL,
    "gateway-transit": _UNUSED | _FIREWALL,
    "landing-zone": _UNUSED | _FIREWALL,
    "virtual-wan": _UNUSED | _FIREWALL | _PEERING,
    "variants/network-manager": _UNUSED | _FIREWALL | _PEERING,
    "single-vnet": _UNUSED | _FIREWALL | _PEERING | {"peered-address-spaces-disjoint", "peering-connected-both-ways"},
    "managed-network": {
        "agent-allow-list-narrow",
        "agent-no-public-ip",
        "aks-internal-load-balancer",
        "aks-network-policy",
        "aks-nodes-no-public-ip",
        "aks-private-api",
        "batch-endpoint-compute-private",
        "compute-egress-path",
        "compute-egress-restricted",
        "compute-nsg-inbound-from-internet-denied",
        "compute-nsg-required-inbound",
        "compute-nsg-required-outbound",
        "compute-return-path",
        "compute-storage-exfiltration-guarded",
        "compute-subnet-has-nsg",
        "compute-subnet-not-delegated",
        "datastore-private-path",
        *_FIREWALL,
        "image-build-compute-set",
        "peered-address-spaces-disjoint",
        "peering-allows-forwarded-traffic",
        "peering-allows-vnet-access",
        "peering-connected-both-ways",
        "registry-replica-records",
        "serverless-compute-in-vnet",
        "storage-queue-table-private-endpoints",
    },
}
"""By compliant estate, the rules that have nothing to judge in it."""

UNDAMAGED = {
    # Without its agents the reference leaves open whether hosted ones come in through the point-to-site gateway.
    "pipeline-agents-private",
    # What takes all networks from a workspace damages most rules at once: its cases cover it.
    "workspace-network-isolated",
}
"""Rules that no single mistake in the reference fails alone."""


def _judged(case: dict[str, Any], pack: dict[str, Rule[Subject]]) -> dict[str, Verdict]:
    return by_rule(evaluate(pack.values(), graph_of(case)))


@pytest.fixture(scope="session")
def undamaged(pack: dict[str, Rule[Subject]]) -> Callable[[str], dict[str, Verdict]]:
    """Return what tells what each rule comes to on an undamaged estate."""
    return cache(lambda base: _judged({"base": base}, pack))


@pytest.mark.parametrize("name", sorted(NOT_APPLICABLE))
def test_compliant_estate_passes_every_rule_but_those_with_nothing_to_judge(
    name: str, pack: dict[str, Rule[Subject]]
) -> None:
    judged = _judged({"base": name}, pack)
    idle = NOT_APPLICABLE[name] & pack.keys()

    assert having(Verdict.FAIL, judged) == set()
    assert having(Verdict.UNKNOWN, judged) == set()
    assert having(Verdict.NOT_APPLICABLE, judged) == idle
    assert having(Verdict.PASS, judged) == pack.keys() - idle


@pytest.mark.parametrize("name", ["article", "demo"])
def test_flawed_estate_fails_exactly_the_rules_that_its_mistakes_name(
    name: str, pack: dict[str, Rule[Subject]]
) -> None:
    mistakes = json.loads((FIXTURES / f"{name}.json").read_text())["mistakes"]
    judged = _judged({"base": name}, pack)

    assert having(Verdict.FAIL, judged) == {each["rule"] for each in mistakes} & pack.keys()


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_estate_comes_to_the_same_when_it_is_collected(path: Path, pack: dict[str, Rule[Subject]]) -> None:
    with Simulator(read_estate(path)) as simulator:
        source = LiveSource(cloud_of(simulator.url), _subscriptions_in(path.stem), concurrency=8, backoff=0.001)
        collected = judge(collect_live(source), tuple(pack.values()), Settings())

    assert _by_subject(collected.results) == _by_subject(evaluate(pack.values(), graph_of({"base": path.stem})))


def _subscriptions_in(name: str) -> tuple[str, ...]:
    return tuple(each["subscriptionId"] for each in estate(name) if "subscriptionId" in each)


def _by_subject(results: tuple[Result, ...]) -> dict[tuple[str, str], Verdict]:
    return {(each.rule.id, each.subject.id.key if each.subject else ""): each.verdict for each in results}


def test_every_damage_names_what_it_changes() -> None:
    silent = {path.stem for path in DAMAGES if not _named(json.loads(path.read_text()))}

    assert silent == set()


def test_every_rule_is_failed_by_a_damage(pack: dict[str, Rule[Subject]]) -> None:
    failed = {rule for path in DAMAGES for rule in json.loads(path.read_text())["fails"]}

    assert pack.keys() - failed - UNDAMAGED == set()


@pytest.mark.parametrize("path", DAMAGES, ids=lambda path: path.stem)
def test_damage_changes_exactly_the_verdicts_that_it_names(
    path: Path, pack: dict[str, Rule[Subject]], undamaged: Callable[[str], dict[str, Verdict]], tell: Tell
) -> None:
    damage = json.loads(path.read_text())
    before = undamaged(damage.get("base", "reference"))
    case = {key: value for key, value in damage.items() if key not in DAMAGE_KEYS}
    expected = before | {rule: verdict for rule, verdict in _named(damage).items() if rule in pack}
    judged = _judged(case, pack)
    changed = {rule: verdict for rule, verdict in judged.items() if verdict is not before[rule]}
    tell("damage to the reference → what follows", path.stem, _as_text(changed) or "(no rule judges this yet)")

    assert damage.keys() <= KEYS | DAMAGE_KEYS
    assert damage["about"].endswith(".")
    assert judged == expected


def _named(damage: dict[str, Any]) -> dict[str, Verdict]:
    """Return the verdicts that a damage brings about, by rule."""
    fails = dict.fromkeys(damage["fails"], Verdict.FAIL)
    doubts = dict.fromkeys(damage.get("unknown", []), Verdict.UNKNOWN)
    return fails | doubts | dict.fromkeys(damage.get("passes", []), Verdict.PASS)


def _as_text(changed: dict[str, Verdict]) -> str:
    return ", ".join(rule if verdict is Verdict.FAIL else f"{rule} ({verdict})" for rule, verdict in changed.items())
