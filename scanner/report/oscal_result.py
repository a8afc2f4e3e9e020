"""One result of an OSCAL document: what was looked at, observations, findings, and risks that somebody accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.engine import Result, Subject, Verdict
from scanner.frameworks.framework import Framework
from scanner.frameworks.view import ControlView, State, view_of
from scanner.report.frameworks import REMARK, rules_of, state_of, summary_of, title_of
from scanner.report.json_text import utc
from scanner.report.oscal_names import Oscal, control_id, prop, statement_id, uuid_of, words
from scanner.report.words import name_of, narrowing_of, reasons_of, snapshot_of, waiver_words
from scanner.scan.outcome import Scan

_SAYS = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.UNKNOWN: "is not known",
    Verdict.NOT_APPLICABLE: "there is nothing that this rule judges",
}


@dataclass(frozen=True, slots=True)
class _Within:
    """What the ids of one result are made of: the framework, and the scope of the scan."""

    framework: str
    scope: str

    def uuid(self, kind: str, name: str) -> str:
        """Return the id of something of a kind, by its name."""
        return uuid_of(kind, self.framework, self.scope, name)


def result_object(framework: Framework, scan: Scan, scope: str) -> Oscal:
    """Return how a scan stands to one framework."""
    view, within, header = view_of(framework, scan.results), _Within(framework.id, scope), scan.header
    failed = [each for each in view.controls if each.state in {State.FAILING, State.WAIVED}]
    found = {
        "observations": [_observation(each, scan, within) for each in scan.results],
        "risks": [_risk(each, within) for each in scan.results if each.is_waived],
        "findings": [_finding(each, scan.results, within) for each in failed],
    }
    return {
        "uuid": within.uuid("result", utc(header.finished)),
        "title": words(framework.name),
        "description": words(f"{summary_of(view)}. {REMARK} From: {framework.source}"),
        "start": utc(header.started),
        "end": utc(header.finished),
        "props": [*_props(scan)],
        "local-definitions": _definitions(scan, within),
        "reviewed-controls": _reviewed(view.controls),
        **{key: items for key, items in found.items() if items},
    }


def _props(scan: Scan) -> Iterator[Oscal]:
    header = scan.header
    yield prop("source", header.source)
    yield prop("cloud", header.cloud)
    yield prop("profile", header.profile)
    yield from (prop("subscription", each) for each in header.subscriptions)
    for name, said in (*narrowing_of(scan), *snapshot_of(header)):
        yield prop("narrowed" if name != "snapshot" else name, f"{name}: {said}")


# What was looked at


def _definitions(scan: Scan, within: _Within) -> Oscal:
    subjects = {each.subject.id.key: each for each in scan.results if each.subject is not None}
    items = [_item(each, within) for each in subjects.values()]
    tool = {
        "uuid": within.uuid("component", "mlsec-scan"),
        "type": "software",
        "title": "mlsec-scan",
        "description": "Reads an Azure Machine Learning estate and judges whether it is closed to the internet.",
        "props": [prop("version", scan.header.tool_version, ours=False)],
        "status": {"state": "operational"},
    }
    return {"components": [tool], **({"inventory-items": items} if items else {})}


def _item(result: Result, within: _Within) -> Oscal:
    subject = _subject_of(result)
    return {
        "uuid": _uuid_of(subject, within),
        "description": words(name_of(result)),
        "props": [prop("asset-id", str(subject.id), ours=False), prop("asset-type", subject.TYPE, ours=False)],
    }


def _subject_of(result: Result) -> Subject:
    assert result.subject is not None  # noqa: S101 - asked before
    return result.subject


def _uuid_of(subject: Subject, within: _Within) -> str:
    return within.uuid("subject", subject.id.key)


def _reviewed(controls: Sequence[ControlView]) -> Oscal:
    """Select the controls of which a deciding rule judged something; a selection must not be empty."""
    judged = [each for each in controls if each.state is not State.NOT_ASSESSED]
    ids = [{"control-id": control_id(each.control.id)} for each in judged or controls]
    said = {} if judged else {"description": "No rule that decides one of these controls judged anything."}
    return {"control-selections": [{**said, "include-controls": ids}]}


# What was seen


def _observation(result: Result, scan: Scan, within: _Within) -> Oscal:
    said = "; ".join(reasons_of(result)) or _SAYS[result.verdict]
    subject = result.subject
    about = [{"subject-uuid": _uuid_of(subject, within), "type": "inventory-item"}] if subject is not None else []
    return {
        "uuid": within.uuid("observation", result.fingerprint),
        "title": words(result.rule.title or result.rule.id),
        "description": words(f"{name_of(result)}: {said}"),
        "props": [*_facts(result)],
        "methods": ["TEST"],
        "types": ["finding" if result.verdict is Verdict.FAIL else "control-objective"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": within.uuid("component", "mlsec-scan")}]}],
        **({"subjects": about} if about else {}),
        "collected": utc(scan.header.finished),
    }


def _facts(result: Result) -> Iterator[Oscal]:
    yield prop("rule", result.rule.id)
    yield prop("verdict", result.verdict)
    yield prop("severity", result.severity)
    yield prop("fingerprint", result.fingerprint)
    if result.waiver is not None:
        yield prop("waiver", waiver_words(result.waiver))
    if result.seen_before:
        yield prop("baseline", "known")


def _finding(control: ControlView, results: Iterable[Result], within: _Within) -> Oscal:
    deciding = {each.rule for each in control.deciding}
    failed = [each for each in results if each.verdict is Verdict.FAIL and each.rule.id in deciding]
    risks = [{"risk-uuid": within.uuid("risk", each.fingerprint)} for each in failed if each.is_waived]
    return {
        "uuid": within.uuid("finding", control.control.id),
        "title": words(title_of(control)),
        "description": words(f"{state_of(control)}: {rules_of(control)}"),
        "props": [prop("derived", "yes" if control.is_derived else "no"), prop("state", control.state)],
        "target": {
            "type": "statement-id",
            "target-id": statement_id(control.control.id),
            "status": {"state": "not-satisfied", "reason": "fail"},
        },
        "related-observations": [{"observation-uuid": within.uuid("observation", each.fingerprint)} for each in failed],
        **({"related-risks": risks} if risks else {}),
    }


def _risk(result: Result, within: _Within) -> Oscal:
    """Return a failure that somebody accepted, with the last day on which that holds."""
    assert result.waiver is not None  # noqa: S101 - asked before
    waiver = result.waiver.waiver
    return {
        "uuid": within.uuid("risk", result.fingerprint),
        "title": words(result.rule.title or result.rule.id),
        "description": words(f"{name_of(result)}: {'; '.join(reasons_of(result))}"),
        "statement": words(waiver.reason),
        "status": "deviation-approved",
        "deadline": f"{waiver.expires.isoformat()}T23:59:59Z",
        "related-observations": [{"observation-uuid": within.uuid("observation", result.fingerprint)}],
    }
