"""JUnit XML: a suite for each control, a test case for each rule and subject.

A failure that somebody accepted, or that the baseline knows, does not gate; it is skipped with its reason, as is what
is not known and what does not apply. Elements and attributes are those that PublishTestResults maps, the least that
GitHub's test reporters agree on: learn.microsoft.com/azure/devops/pipelines/tasks/reference/publish-test-results-v2,
read 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from scanner.engine import Result, Verdict
from scanner.engine.pages import read_page
from scanner.model.place import Place
from scanner.report.frameworks import controls_of, summary_of, views_of
from scanner.report.json_text import utc
from scanner.report.words import (
    Status,
    name_of,
    narrowing_of,
    reasons_of,
    rules_run,
    said_of,
    snapshot_of,
    status_of,
    waiver_words,
)
from scanner.scan.outcome import Scan
from scanner.system.plain import plain

_LONGEST = 10_000
"""In characters, of a property: the ids of a whole rule pack fit."""

_TIME = "0"
"""In seconds: judging takes no time worth reporting, and the same scan gives the same bytes."""


def as_junit(scan: Scan) -> str:
    """Return the report as an XML document in UTF-8."""
    root = ET.Element("testsuites", {"name": "mlsec-scan", **_counts(scan.results)})
    for control, found in groupby(scan.results, key=lambda result: result.rule.control):
        root.append(_suite(control, [*found], scan))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _suite(control: str, results: list[Result], scan: Scan) -> ET.Element:
    timestamp = utc(scan.header.started).removesuffix("Z")
    suite = ET.Element("testsuite", {"name": plain(control), **_counts(results), "timestamp": timestamp})
    suite.append(_properties(_of_scan(scan)))
    suite.extend(_case(each, scan.places.of_result(each)) for each in results)
    return suite


def _counts(results: Iterable[Result]) -> dict[str, str]:
    counted = [_is_failure(each) for each in results]
    skipped = sum(_why_skipped(each) is not None for each in results)
    return {
        "tests": str(len(counted)),
        "failures": str(sum(counted)),
        "errors": "0",
        "skipped": str(skipped),
        "time": _TIME,
    }


def _of_scan(scan: Scan) -> Iterator[tuple[str, str]]:
    header = scan.header
    yield "source", header.source
    yield "cloud", header.cloud
    yield "profile", header.profile
    yield "subscriptions", ", ".join(header.subscriptions)
    if rules_run(scan):
        yield "rules", rules_run(scan)
    yield from narrowing_of(scan)
    yield from snapshot_of(header)
    yield from ((f"framework {each.framework.id}", summary_of(each)) for each in views_of(scan))


def _properties(values: Iterable[tuple[str, str]]) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in values:
        ET.SubElement(properties, "property", {"name": plain(name), "value": plain(value, _LONGEST)})
    return properties


def _case(result: Result, place: Place | None) -> ET.Element:
    # pytest's xunit1 and GitHub's reporters have the file and line of a test here.
    at = {"file": plain(place.file, _LONGEST), "line": str(place.line)} if place is not None else {}
    case = ET.Element("testcase", {"name": _name(result), "classname": _class_name(result), "time": _TIME, **at})
    case.append(_properties(_of_result(result)))
    skipped = _why_skipped(result)
    if _is_failure(result):
        case.append(_failure(result))
    elif skipped is not None:
        case.append(_with_text("skipped", {"message": skipped}, _text(result)))
    elif text := _text(result):
        case.append(_with_text("system-out", {}, text))
    return case


def _name(result: Result) -> str:
    """Return the rule and the subject, which is what a list of tests shows."""
    return f"{plain(result.rule.id)}: {name_of(result)}" if result.subject else plain(result.rule.id)


def _class_name(result: Result) -> str:
    """Return where the subject lies, so that two of one name are two tests."""
    if result.subject is None:
        return "scope"
    arm_id = result.subject.id
    return plain(f"{arm_id.subscription}/{arm_id.resource_group}")


def _of_result(result: Result) -> Iterator[tuple[str, str]]:
    yield "severity", result.severity
    yield "verdict", result.verdict
    yield "fingerprint", result.fingerprint
    if result.subject is not None:
        yield "resource", str(result.subject.id)
    if result.rule.mappings:
        yield "frameworks", "; ".join(controls_of(result))


def _is_failure(result: Result) -> bool:
    return status_of(result) is Status.FAIL and not result.seen_before


def _failure(result: Result) -> ET.Element:
    first = next(iter(reasons_of(result)), "")
    fix = [plain(line) for line in read_page(result.rule).fix.splitlines()]
    text = "\n".join([_text(result), *(["", "Fix:", *fix] if fix else [])])
    return _with_text("failure", {"message": first, "type": result.severity}, text)


def _why_skipped(result: Result) -> str | None:
    """Return why a result counts neither as passed nor as failed, None where it does."""
    match result.verdict:
        case Verdict.UNKNOWN:
            known = "known from the baseline: " if result.seen_before else ""
            return f"{known}{next(iter(reasons_of(result)), 'not known')}"
        case Verdict.NOT_APPLICABLE:
            return "not applicable: there is nothing that this rule judges"
        case Verdict.FAIL if result.waiver is not None and result.is_waived:
            return waiver_words(result.waiver)
        case Verdict.FAIL if result.seen_before:
            return f"known from the baseline: {next(iter(reasons_of(result)), '')}"
        case _:
            return None


def _text(result: Result) -> str:
    return "\n".join(f"{'    ' * said.depth}{said.text}" for said in said_of(result))


def _with_text(tag: str, attributes: dict[str, str], text: str) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.text = text
    return element
