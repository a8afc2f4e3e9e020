"""The guarantee of the evidence model: taking evidence away never turns a fail or an unknown into a pass."""

from __future__ import annotations

import json
from collections import Counter
from http import HTTPStatus

import pytest

from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.demo.source import demo_estate
from scanner.collect.redaction.redact import redact
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES, KEYS, Resource, changed, estate
from tests.comparison import Comparison
from tests.conftest import Tell
from tests.denials import Denial, denials, listings_of, refusals
from tests.verdicts import Judged, by_subject

HEADING = "evidence taken away"
ESTATES = ("reference", "managed-network", "article", "demo")
DAMAGES = sorted((FIXTURES / "damages").glob("*.json"))
READS: dict[str, list[str]] = json.loads((FIXTURES.parent / "rules" / "reads.json").read_text())
"""The types of which listings matter to each rule, by id."""
HOME = ArmId("/subscriptions/22222222-2222-4222-8222-222222222222")
"""The subscription of the demo estate."""


def _read(resources: list[Resource]) -> list[Resource]:
    """Return what a collector keeps of an estate."""
    return [dict(redact(each)) for each in resources]


def _judged(denial: Denial, rules: tuple[Rule[Subject], ...]) -> Judged:
    return by_subject(evaluate(rules, Graph(denial.resources, denial.gaps)))


@pytest.mark.parametrize("name", ESTATES)
def test_evidence_taken_away_never_betters_a_verdict(name: str, pack: dict[str, Rule[Subject]], tell: Tell) -> None:
    rules, estates = tuple(pack.values()), [_read(estate(each)) for each in ESTATES]
    place = ESTATES.index(name)
    comparison = Comparison(_judged(Denial("nothing", estates[place]), rules))
    for denial in denials(estates, place):
        comparison.add(denial.what, _judged(denial, rules))
    tell(HEADING, name, str(comparison))

    assert comparison.bettered == []
    assert comparison.invented == []
    assert comparison.counts["denials"] > 60
    assert comparison.counts["doubted"] > 0


def _failed(name: str, pack: dict[str, Rule[Subject]]) -> set[str]:
    judged = _judged(Denial("nothing", _read(estate(name))), tuple(pack.values()))
    return {rule for (rule, _), verdict in judged.items() if verdict is Verdict.FAIL}


def _matters(denial: Denial, read: set[str]) -> bool:
    """Tell whether what is refused is read, or what is read lies below it."""
    kinds = {gap.kind.lower() for gap in denial.gaps}
    below = tuple(f"{each}/" for each in kinds)
    return RESOURCE_GROUP.lower() in kinds or any(each in kinds or each.startswith(below) for each in read)


def test_a_refused_listing_never_hides_what_only_a_damage_fails(pack: dict[str, Rule[Subject]], tell: Tell) -> None:
    elsewhere = _failed("article", pack) | _failed("demo", pack)
    total, found = Counter[str](), []
    for path in DAMAGES:
        damage = json.loads(path.read_text())
        rules = tuple(pack[rule] for rule in damage["fails"] if rule not in elsewhere)
        base = estate(damage.get("base", "reference"))
        resources = _read(changed(base, {key: damage[key] for key in KEYS & damage.keys()}))
        comparison = Comparison(_judged(Denial("nothing", resources), rules))
        read = {kind.lower() for rule in rules for kind in READS[rule.id]}
        for denial in (each for each in refusals(resources) if _matters(each, read)):
            comparison.add(f"{path.stem}: {denial.what}", _judged(denial, rules))
        total.update(comparison.counts)
        found += comparison.bettered + comparison.invented
    tell(HEADING, "damaged reference", f"{total['denials']:,} denials, {total['verdicts']:,} verdicts compared")

    assert found == []
    assert total["doubted"] > 0


def test_endpoints_that_only_their_own_side_tells_of_are_missed_when_refused(pack: dict[str, Rule[Subject]]) -> None:
    resources = _read(estate("reference"))
    for each in resources:
        each.get("properties", {}).pop("privateEndpointConnections", None)
    rules = tuple(pack.values())
    comparison = Comparison(_judged(Denial("nothing", resources), rules))
    for denial in refusals(resources):
        comparison.add(denial.what, _judged(denial, rules))

    assert comparison.bettered == []
    assert comparison.invented == []


def _scanned(simulator: Simulator, pack: dict[str, Rule[Subject]]) -> Scan:
    source = LiveSource(cloud_of(simulator.url), (HOME.name,), concurrency=8, retries=1, backoff=0.01)
    return judge(collect_live(source), tuple(pack.values()), Settings())


def _refusal(listed: str) -> Fault:
    """Forbid a listing in the home subscription; that of its resource groups lies at a path of its own."""
    path = "resourceGroups" if listed == RESOURCE_GROUP else f"providers/{listed}"
    return Fault(f"{HOME}/{path}", FaultKind.FORBIDDEN)


def test_a_forbidden_listing_never_betters_a_verdict_of_a_live_scan(pack: dict[str, Rule[Subject]], tell: Tell) -> None:
    refused, unseen = [row.type for row in listings_of(HOME)], []
    with Simulator(read_estate(demo_estate())) as simulator:
        comparison = Comparison(by_subject(_scanned(simulator, pack).results))
        for listed in refused:
            simulator.faults = [_refusal(listed)]
            scan = _scanned(simulator, pack)
            unseen += [gap.kind for gap in scan.gaps if gap.status == HTTPStatus.FORBIDDEN]
            comparison.add(listed, by_subject(scan.results))
    tell(HEADING, "demo, over a socket", str(comparison))

    assert set(refused) <= set(unseen)
    assert comparison.bettered == []
    assert comparison.invented == []
    assert comparison.counts["doubted"] > 0
