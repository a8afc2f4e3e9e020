"""OCSF Compliance Findings (class 2003) as JSON lines, an event for each result, for data lakes and SIEMs.

Version 1.5.0 with the cloud profile: schema.ocsf.io/1.5.0/classes/compliance_finding, as the package py-ocsf-models
0.10.0 has it. What 1.5.0 deprecates (resource, compliance_standards, compliance_references) is not written.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from scanner.engine import Result, Severity, Verdict
from scanner.engine.pages import read_page
from scanner.model.place import Place
from scanner.report.frameworks import each_control_of
from scanner.report.frameworks_json import controls_object
from scanner.report.json_text import harmless
from scanner.report.words import name_of, reasons_of, waiver_words
from scanner.scan.outcome import Scan
from scanner.system.plain import plain

Event: TypeAlias = dict[str, Any]
"""An OCSF object, ready to be written as JSON."""

VERSION = "1.5.0"
_OURS = UUID("b7a4c1de-4a0b-5c53-9a3c-0f6f5f1f2003")
"""Under which events get ids made of the run and the result: the same report has the same bytes."""

_SEVERITIES = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}

_STATUSES = {
    Verdict.PASS: (1, "Pass"),
    Verdict.UNKNOWN: (2, "Warning"),
    Verdict.FAIL: (3, "Fail"),
    Verdict.NOT_APPLICABLE: (99, "Not applicable"),
}
"""Of a check. Warning: it "did not yield a result due to missing information", compliance object, status_id."""

_SAYS = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.UNKNOWN: "is not known",
    Verdict.NOT_APPLICABLE: "there is nothing that this rule judges",
}
_CHECKLIST = "Network security checklist for MLOps solutions"
"""Microsoft's, whose headings are the controls of rules: learn.microsoft.com/azure/architecture/ai-ml."""

_ACCOUNT_TYPE = 99
"""Other, since not every version knows subscriptions; `type` says what it is."""


def as_ocsf(scan: Scan) -> str:
    """Return an event on a line for each result, in the order of the scan.

    Those that hang on one cause have its id in common, `metadata.correlation_uid`; of several it is the weightiest.
    The first of them names the others as related events, and each of those the first.
    """
    causes = _causes(scan)
    related = _related(scan, causes)
    events = (
        _event(each, scan, causes.get(each.fingerprint, []), related.get(each.fingerprint, [])) for each in scan.results
    )
    return "".join(harmless(json.dumps(each)) + "\n" for each in events)


def _causes(scan: Scan) -> dict[str, list[str]]:
    """Return the ids of the causes that results hang on, by fingerprint: faults first, then what was not read."""
    found: dict[str, list[str]] = {}
    faults = ((cause.id, cause.results) for cause in scan.causes)
    unread = ((spot.id, spot.results) for spot in scan.blind_spots)
    for cause, results in (*faults, *unread):
        for each in results:
            found.setdefault(each.fingerprint, []).append(cause)
    return found


def _related(scan: Scan, causes: dict[str, list[str]]) -> dict[str, list[Event]]:
    """Return the events related to those of results, by fingerprint. All to all would grow with the square of them."""
    groups: dict[str, list[Result]] = {}
    for each in scan.results:
        if each.fingerprint in causes:
            groups.setdefault(causes[each.fingerprint][0], []).append(each)
    related: dict[str, list[Event]] = {}
    for first, *others in groups.values():
        if others:
            related[first.fingerprint] = [_reference(each, scan) for each in others]
            related |= {each.fingerprint: [_reference(first, scan)] for each in others}
    return related


def _reference(result: Result, scan: Scan) -> Event:
    """Return a related event: its `uid` is the other's `metadata.uid`, where that is of OCSF."""
    return {"uid": _uid(result, scan), "type_uid": 200301, "type": "Compliance Finding: Create"}


def _event(result: Result, scan: Scan, causes: list[str], related: list[Event]) -> Event:
    header, status = scan.header, (3, "Suppressed") if result.is_waived else (1, "New")
    severity = (
        _SEVERITIES[result.severity] if result.verdict in {Verdict.FAIL, Verdict.UNKNOWN} else (1, "Informational")
    )
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "status_detail": _says(result),
        "time": _milliseconds(header.finished),
        "message": f"{name_of(result)}: {_says(result)}" if result.subject else _says(result),
        "metadata": {**_metadata(result, scan), **({"correlation_uid": causes[0]} if causes else {})},
        "finding_info": {**_finding(result), **({"related_events": related} if related else {})},
        "compliance": _compliance(result, scan),
        "cloud": _cloud(result),
        **({"resources": [_resource(result, scan.places.of_result(result))]} if result.subject is not None else {}),
        **_remediation(result),
        "unmapped": {**_unmapped(result), **({"causes": causes} if causes else {})},
    }


def _says(result: Result) -> str:
    return "; ".join(reasons_of(result)) or _SAYS[result.verdict]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _metadata(result: Result, scan: Scan) -> Event:
    header = scan.header
    return {
        "version": VERSION,
        "uid": _uid(result, scan),
        "event_code": plain(result.rule.id),
        "profiles": ["cloud"],
        "product": {"name": "mlsec-scan", "vendor_name": "mlsec-scan", "version": header.tool_version},
    }


def _uid(result: Result, scan: Scan) -> str:
    """Return the id of a result's event, which is that of no other run's."""
    header = scan.header
    run = f"{header.finished.isoformat()} {' '.join(header.subscriptions)} {result.fingerprint}"
    return str(uuid5(_OURS, plain(run)))


def _finding(result: Result) -> Event:
    rule = result.rule
    return {
        "uid": result.fingerprint,
        "title": plain(rule.title or rule.id),
        "desc": plain(read_page(rule).why or rule.title or rule.id),
        "types": ["Network security"],
        "analytic": {"name": plain(rule.id), "uid": plain(rule.id), "type": "Rule", "type_id": 1},
    }


def _compliance(result: Result, scan: Scan) -> Event:
    """Return what was checked. `requirements` are the controls of the frameworks that were asked for, in words."""
    status, severity = _STATUSES[result.verdict], _SEVERITIES[result.rule.severity]
    named = {each.framework for each in result.rule.mappings}
    standards = [_CHECKLIST, *(plain(each.name) for each in scan.frameworks if each.id in named)]
    check = {
        "uid": plain(result.rule.id),
        "name": plain(result.rule.title or result.rule.id),
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "standards": standards,
    }
    return {
        "control": plain(result.rule.control),
        "status_id": status[0],
        "status": status[1],
        "checks": [check],
        "standards": standards,
        **({"requirements": each_control_of(result)} if named else {}),
    }


def _cloud(result: Result) -> Event:
    if result.subject is None or not result.subject.id.subscription:
        return {"provider": "Azure"}
    name = plain(result.subject.id.subscription)
    account = {"uid": name, "name": name, "type": "Azure Subscription", "type_id": _ACCOUNT_TYPE}
    return {"provider": "Azure", "account": account}


def _resource(result: Result, place: Place | None) -> Event:
    """Return the resource; `data`, which the schema leaves to whoever writes it, has where it stands in code."""
    assert result.subject is not None  # noqa: S101 - asked before
    group = plain(result.subject.id.resource_group)
    return {
        "uid": plain(str(result.subject.id)),
        "name": name_of(result),
        "type": result.subject.TYPE,
        **({"group": {"name": group}} if group else {}),
        **({"data": _location(place)} if place is not None else {}),
    }


def _location(place: Place) -> Event:
    return {"location": {"file": plain(place.file), "line": place.line, "column": place.column}}


def _remediation(result: Result) -> Event:
    """Return how to fix a failure, as the rule's page has it."""
    page = read_page(result.rule)
    if result.verdict is not Verdict.FAIL or not page.fix:
        return {}
    fix = "\n".join(plain(line) for line in page.fix.splitlines())
    return {"remediation": {"desc": fix, **({"references": list(page.links)} if page.links else {})}}


def _unmapped(result: Result) -> Event:
    """Return what OCSF has no place for: the rule's own word for the verdict, waiver, baseline, and fit and basis."""
    return {
        "verdict": result.verdict.value,
        "waived": result.is_waived,
        "known": result.seen_before,
        **({"waiver": waiver_words(result.waiver)} if result.waiver is not None else {}),
        **({"frameworks": controls_object(result)} if result.rule.mappings else {}),
    }
