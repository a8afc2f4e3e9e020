"""The JSON report, version 1: what other programs read. Its schema stands beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.causes.causes import Cause
from scanner.engine import Doubt, Hop, Note, Problem, Result, Rule, Severity, Subject, Verdict
from scanner.engine.pages import read_page
from scanner.engine.waivers import WaiverUse
from scanner.evidence import Gap
from scanner.fix.remarks import why_none
from scanner.model.arm import ArmId
from scanner.model.place import Place
from scanner.report.diff_json import changes_of
from scanner.report.drift import drift_object
from scanner.report.evidence import evidence_object
from scanner.report.frameworks import views_of
from scanner.report.frameworks_json import controls_object, framework_object
from scanner.report.json_text import streamed, utc
from scanner.report.marks import marks_of
from scanner.report.narrowing_json import narrowing_object
from scanner.report.unread import permissions_of, spot_help, spot_words
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.homes import Homes
from scanner.scan.outcome import Header, Scan, SolutionSummary
from scanner.scan.places import Places

SCHEMA = "mlsec-scan/1"
SCHEMA_FILE = Path(__file__).with_name("mlsec-scan-1.schema.json")


def as_json(scan: Scan) -> str:
    """Return the report as indented JSON with a final newline."""
    return streamed(_report(scan))


def schema_text() -> str:
    """Return the JSON Schema of the report, as it stands in its file."""
    return SCHEMA_FILE.read_text("utf-8")


def _report(scan: Scan) -> dict[str, Any]:
    homes, causes = Homes(scan), causes_objects(scan)
    marks = marks_of(causes, scan.change)
    return {
        "schema": SCHEMA,
        "tool": {"name": "mlsec-scan", "version": scan.header.tool_version},
        "scan": _header(scan.header) | ({"not_judged": scan.not_judged} if scan.not_judged else {}),
        "summary": _summary(scan),
        "solutions": [_solution(each) for each in scan.solutions],
        "rules": [_rule(each) for each in {each.rule.id: each.rule for each in scan.results}.values()],
        "results": (_result(each, homes, scan.places) | dict(marks.get(each.fingerprint, {})) for each in scan.results),
        "gaps": [_gap(each) for each in scan.gaps],
        "causes": causes,
        "waivers": [_waiver(each) for each in scan.waivers],
        **({"horizon": list(scan.header.horizon)} if scan.header.horizon else {}),
        **({"frameworks": [framework_object(each) for each in views_of(scan)]} if scan.frameworks else {}),
        **({"what_if": changes_of(scan.change)} if scan.change is not None else {}),
        **({"drift": drift_object(scan.drift)} if scan.drift is not None else {}),
        **({"evidence": evidence_object(scan, scan.evidence)} if scan.evidence is not None else {}),
        **({"narrowed": narrowing_object(scan.narrowed)} if scan.narrowed is not None else {}),
    }


def _header(header: Header) -> dict[str, Any]:
    return {
        "source": header.source,
        "cloud": header.cloud,
        "profile": header.profile,
        "subscriptions": list(header.subscriptions),
        "context_subscriptions": list(header.context_subscriptions),
        "started": utc(header.started),
        "finished": utc(header.finished),
        "requests": header.requests,
        **_way(header),
        **_file(header),
        **({"neighbours": list(header.neighbours)} if header.neighbours else {}),
        **({"notes": list(header.notes)} if header.notes else {}),
    }


def _way(header: Header) -> dict[str, str]:
    """Return how a live scan read Azure, and why so where there was a choice."""
    return {key: said for key, said in (("via", header.via), ("via_reason", header.why)) if said}


def _file(header: Header) -> dict[str, Any]:
    """Return which snapshot was judged; what it does not tell is absent."""
    file = header.file
    if file is None:
        return {}
    edited = {} if file.edited is None else {"edited": file.edited}
    return {"sha256": file.sha256, **edited, **({"edited_accepted": True} if file.is_accepted else {})}


def _summary(scan: Scan) -> dict[str, Any]:
    counts = {verdict.value: scan.by_verdict[verdict] for verdict in _VERDICTS}
    severities = {severity.value: scan.fails_by_severity[severity] for severity in reversed(Severity)}
    return {**counts, "waived": scan.waived, "by_severity": severities}


_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)


def _solution(solution: SolutionSummary) -> dict[str, Any]:
    return {
        "workspace": solution.workspace,
        "isolation": solution.isolation,
        "aml_vnets": list(solution.aml_vnets),
        "access_vnets": list(solution.access_vnets),
        "storage_accounts": list(solution.storage_accounts),
        "key_vaults": list(solution.key_vaults),
        "registries": list(solution.registries),
    }


def _rule(rule: Rule[Subject]) -> dict[str, Any]:
    """Return what is the same for all results of a rule; its severity here is the one that it was judged with."""
    page = read_page(rule)
    return {
        "id": rule.id,
        "title": page.title,
        "control": rule.control,
        "severity": rule.severity.value,
        "why": page.why,
        "fix": page.fix,
        "links": list(page.links),
    }


def _result(result: Result, homes: Homes, places: Places) -> dict[str, Any]:
    workspaces = homes.of(result)
    return {
        "rule": result.rule.id,
        "title": result.rule.title or result.rule.id,
        "control": result.rule.control,
        "severity": result.severity.value,
        "verdict": result.verdict.value,
        "waived": result.is_waived,
        "known": result.seen_before,
        "workspace": str(workspaces[0]) if len(workspaces) == 1 else None,
        "workspaces": _ids(workspaces),
        "subject": _subject(result.subject, places),
        "problems": [_with_path(each) for each in result.problems],
        "doubts": [_reason(each) for each in result.doubts],
        "notes": [_with_path(each) for each in result.notes],
        "fingerprint": result.fingerprint,
        **({"location": _location(at)} if (at := places.of_result(result)) is not None else {}),
        **({"frameworks": controls_object(result)} if result.rule.mappings else {}),
    }


def _subject(subject: Subject | None, places: Places) -> dict[str, Any] | None:
    if subject is None:
        return None
    told = {"id": str(subject.id), "type": subject.TYPE, "name": subject.name}
    return {**told, "location": _location(places.of(subject.id))}


def _location(at: Place | None) -> dict[str, Any] | None:
    return {"file": at.file, "line": at.line, "column": at.column} if at is not None else None


def _reason(reason: Problem | Doubt | Note) -> dict[str, Any]:
    return {"message": reason.message, "involves": _ids(reason.involves)}


def _with_path(reason: Problem | Note) -> dict[str, Any]:
    return {**_reason(reason), "path": [_hop(each) for each in reason.path]}


def _hop(hop: Hop) -> dict[str, Any]:
    return {"at": str(hop.at), "says": hop.says, "ok": hop.ok}


def _ids(ids: tuple[ArmId, ...]) -> list[str]:
    return [str(each) for each in ids]


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "scope": gap.scope,
        "why": gap.why,
        "status": gap.status,
        "permission": gap.permission,
    }


def _cause(spot: BlindSpot) -> dict[str, Any]:
    return {
        "id": spot.id,
        "kind": "unread",
        "message": spot_words(spot),
        "help": spot_help(spot),
        "involves": list(dict.fromkeys(gap.scope for gap, _ in spot.gaps if gap.scope)),
        "permissions": permissions_of(spot),
        "results": [each.fingerprint for each in spot.results],
    }


def causes_objects(scan: Scan) -> list[dict[str, Any]]:
    """Return what failures and unknowns hang on, as the report has it: faults first, then what was not read."""
    return [*map(_fault, scan.causes), *map(_cause, scan.blind_spots)]


def _fault(cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "kind": cause.kind.value,
        "message": cause.says,
        "help": cause.change.says if cause.change is not None else why_none(cause.results[0]),
        "involves": list(dict.fromkeys((str(cause.at), *_touched(cause)))),
        "permissions": [],
        "severity": cause.severity.value,
        "verified": cause.verified,
        "results": [each.fingerprint for each in cause.clears],
        "eases": [each.fingerprint for each in cause.eases],
    }


def _touched(cause: Cause) -> Iterator[str]:
    yield from (str(each.target) for each in (cause.change.edits if cause.change is not None else ()))


def _waiver(use: WaiverUse) -> dict[str, Any]:
    return {
        "rule": use.waiver.rule,
        "subject": use.waiver.subject,
        "reason": use.waiver.reason,
        "expires": use.waiver.expires.isoformat(),
        "state": use.state.value,
        **({"location": _location(at)} if (at := use.waiver.place) is not None else {}),
    }
