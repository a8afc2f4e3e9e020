"""What SARIF says of one result."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.engine import Doubt, Hop, Note, Problem, Result, Verdict
from scanner.model.arm import ArmId
from scanner.report.sarif_place import Sarif, message, place
from scanner.report.sarif_rule import LEVELS
from scanner.report.sarif_taxonomy import NONE, Taxonomies
from scanner.report.words import hop_words, name_of, reasons_of, waiver_words
from scanner.scan.places import NOWHERE, Places
from scanner.system.plain import plain

_MOST_RELATED = 100
"""GitHub shows 100 locations of a result: docs.github.com, "SARIF results exceed one or more limits", 2026-11-23."""

_KINDS = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.UNKNOWN: "review",
    Verdict.NOT_APPLICABLE: "notApplicable",
}

_OTHERWISE = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.UNKNOWN: "is not known",
    Verdict.NOT_APPLICABLE: "there is nothing that this rule judges",
}


def result_object(
    result: Result,
    rule_index: int,
    taxonomies: Taxonomies = NONE,
    places: Places = NOWHERE,
    *,
    with_baseline: bool,
) -> Sarif:
    """Return one result. `with_baseline`: something in the scan was seen before, so failures tell whether they were."""
    subject = result_id(result)
    is_fail = result.verdict is Verdict.FAIL
    return {
        "ruleId": result.rule.id,
        "ruleIndex": rule_index,
        "kind": _KINDS[result.verdict],
        "level": LEVELS[result.severity] if is_fail else "none",
        "message": message(_says(result)),
        "locations": [place(subject, places.of_result(result))],
        "partialFingerprints": _fingerprints(result),
        "properties": {"severity": result.severity.value, "control": result.rule.control},
        **taxonomies.of_result(result.rule),
        **_if_any("relatedLocations", [*_related(result, subject, places)]),
        **_if_any("codeFlows", [*_code_flows(result, places)]),
        **({"suppressions": _suppressions(result)} if is_fail else {}),
        **({"baselineState": "unchanged" if result.seen_before else "new"} if is_fail and with_baseline else {}),
    }


def result_id(result: Result) -> ArmId | None:
    """Return the id of a result's subject, None without one."""
    return result.subject.id if result.subject else None


def _if_any(name: str, items: list[Sarif]) -> Sarif:
    return {name: items} if items else {}


def _says(result: Result) -> str:
    reasons = "; ".join(reasons_of(result)) or _OTHERWISE[result.verdict]
    return f"{name_of(result)}: {reasons}" if result.subject else reasons


def _fingerprints(result: Result) -> Sarif:
    """Return the fingerprint under the one name that GitHub reads, and under one that says what it is.

    docs.github.com, "SARIF support for code scanning", partialFingerprints, read 2026-11-23.
    """
    return {"primaryLocationLineHash": f"{result.fingerprint}:1", "ruleAndSubject/v1": result.fingerprint}


def _related(result: Result, subject: ArmId | None, places: Places) -> Iterator[Sarif]:
    reasons: tuple[Problem | Doubt, ...] = (*result.problems, *result.doubts)
    named = dict.fromkeys(each for reason in reasons for each in reason.involves)
    others = [each for each in named if each != subject][:_MOST_RELATED]
    for number, each in enumerate(others, 1):
        yield {"id": number, **place(each, places.of(each)), "message": message(plain(each.name))}


def _code_flows(result: Result, places: Places) -> Iterator[Sarif]:
    """Yield a flow for each private path; its steps are the hops."""
    reasons: tuple[Problem | Note, ...] = (*result.problems, *result.notes)
    for reason in reasons:
        if reason.path:
            yield _code_flow(reason, places)


def _code_flow(reason: Problem | Note, places: Places) -> Sarif:
    steps = [_step(hop, places) for hop in reason.path]
    return {"message": message(plain(reason.message)), "threadFlows": [{"locations": steps}]}


def _step(hop: Hop, places: Places) -> Sarif:
    importance = "essential" if hop.ok is False else "important"
    location = {**place(hop.at, places.of(hop.at)), "message": message(hop_words(hop))}
    return {"location": location, "importance": importance}


def _suppressions(result: Result) -> list[Sarif]:
    """Return the waiver that holds; an expired one does not suppress, its result says that it has expired."""
    if result.waiver is None or not result.is_waived:
        return []
    at = result.waiver.waiver.place
    kind = {"kind": "external"} if at is None else {"kind": "inSource", "location": place(result_id(result), at)}
    return [{**kind, "status": "accepted", "justification": waiver_words(result.waiver)}]
