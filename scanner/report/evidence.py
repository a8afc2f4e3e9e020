"""What probes found, in words: for the text, Markdown and HTML reports, and as JSON has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scanner.engine import Doubt, Note, Problem, Result
from scanner.model.arm import ArmId
from scanner.probe.expected.joined import Compared, Evidence, Probed
from scanner.probe.shapes import OUTSIDE, Expect, Outcome, model_of
from scanner.report.probe_text import place_name, where
from scanner.scan.outcome import Scan
from scanner.system.counting import counted
from scanner.system.plain import plain

REMARK = "A probe saw one machine at one time: verdicts stay as they are."

_MODEL = {
    Expect.REACHED: "yes",
    Expect.BROKEN: "no",
    Expect.REFUSED: "refuses",
    Expect.ANSWERS: "answers",
    Expect.UNKNOWN: "unknown",
}
_WORDS = {
    Outcome.DIFFERS: "differs",
    Outcome.SETTLED: "settled as probed",
    Outcome.OPEN: "not settled",
    Outcome.AGREED: "agreed",
}
_COUNTED = _WORDS | {Outcome.DIFFERS: "differ"}
_ORDER = (Outcome.DIFFERS, Outcome.SETTLED, Outcome.OPEN, Outcome.AGREED)


def counts_of(evidence: Evidence) -> str:
    """Say how many answers there are of each outcome."""
    counts = {each: len(evidence.of(each)) for each in _ORDER}
    return ", ".join(f"{count} {_COUNTED[each]}" for each, count in counts.items() if count)


def files_of(evidence: Evidence) -> Iterator[str]:
    """Yield each probe: where it stood, when, what has changed since, and what it said of its machine."""
    for each in evidence.files:
        changed = "" if each.is_current else "; the estate is predicted otherwise by now"
        gone = (
            f"; {counted(each.strangers, 'answer is', 'answers are')} about what is not there any more"
            if each.strangers
            else ""
        )
        notes = "".join(f"; {plain(note)}" for note in each.notes)
        yield f"probed {plain(each.started)} from {place_of(each)}{changed}{gone}{notes}"


def place_of(probed: Probed) -> str:
    """Return where a probe stood: "vnet-access/snet-jump", or "outside"."""
    return place_name(probed.network, probed.subnet)


ROWS = {"model: yes": True, "model: no": False, "model: unknown": None}
COLUMNS = {"probe: yes": True, "probe: no": False, "probe: cannot tell": None}
"""Whether it is as a closed estate wants it: reached from inside, refused from outside."""


def agreement(evidence: Evidence) -> list[tuple[str, list[int]]]:
    """Return how often each that the model says met each that a probe found: a row of counts for each of ROWS."""
    counts = Counter((model_of(each.prediction.target.expect), each.good) for each in evidence.compared)
    return [(row, [counts[said, found] for found in COLUMNS.values()]) for row, said in ROWS.items()]


def told(evidence: Evidence) -> list[Compared]:
    """Return the answers that somebody has to look at, what differs first; those that agree are counted alone."""
    shown = [each for each in evidence.compared if each.outcome is not Outcome.AGREED]
    return sorted(shown, key=_by_weight)


def _by_weight(compared: Compared) -> tuple[int, bool, str, str]:
    """Put first what does not work although the model says so."""
    return _ORDER.index(compared.outcome), compared.good is True, place_of(compared.probed), compared.answer.name


def words_of(compared: Compared) -> str:
    """Say one answer beside the model, on one line."""
    answer = compared.answer
    says = f"{answer.kind}: {plain(answer.says)}{f'; {compared.remark}' if compared.remark else ''}"
    return f"{_WORDS[compared.outcome]}: model {_MODEL[compared.prediction.target.expect]}, probe {says}"


def name_of(compared: Compared) -> str:
    """Return what an answer is about, and from where: "vnet-a/snet-b → st.blob.core.windows.net:443"."""
    return f"{place_of(compared.probed)} → {where(compared.answer.name, compared.answer.port)}"


def hop_of(compared: Compared) -> str:
    """Return where it breaks most likely, "" where the model has no hop that explains it."""
    hop = compared.hop
    if hop is None:
        return ""
    return f"likeliest at {plain(hop.at.name)}: {plain(hop.says)}"


def beside(compared: Compared, scan: Scan) -> tuple[Result, ...]:
    """Return the results that speak of the same: of the network and the service; from outside of the service alone."""
    place, service = compared.probed, ArmId(compared.answer.service)
    if place.subnet == OUTSIDE:
        return tuple(each for each in scan.results if each.subject is not None and each.subject.id == service)
    named = re.compile(rf"(?<![\w.-]){re.escape(service.name)}(?![\w.-])", re.IGNORECASE)
    network = ArmId(place.network)
    of_network = (each for each in scan.results if each.subject is not None and each.subject.id == network)
    return tuple(each for each in of_network if any(_speaks_of(each, service, named)))


def _speaks_of(result: Result, service: ArmId, named: re.Pattern[str]) -> Iterator[bool]:
    reasons: tuple[Problem | Doubt | Note, ...] = (*result.problems, *result.doubts, *result.notes)
    yield from (service in each.involves or named.search(each.message) is not None for each in reasons)


def beside_of(compared: Compared, scan: Scan) -> str:
    """Name the results that speak of the same with their verdicts, "" where there are none."""
    names = sorted({f"{each.rule.id} ({each.verdict})" for each in beside(compared, scan)})
    return f"beside {', '.join(map(plain, names))}" if names else ""


def evidence_object(scan: Scan, evidence: Evidence) -> dict[str, Any]:
    """Return {files, answers}; see the JSON schema."""
    return {
        "files": [_file(each) for each in evidence.files],
        "answers": [_answer(each, scan) for each in evidence.compared],
    }


def _file(probed: Probed) -> dict[str, Any]:
    return {
        "network": probed.network or None,
        "subnet": probed.subnet if probed.subnet != OUTSIDE else None,
        "by": probed.by,
        "probed": probed.started,
        "sha256": probed.sha256,
        "current": probed.is_current,
        "not_here": probed.strangers,
        "notes": list(probed.notes),
    }


def _answer(compared: Compared, scan: Scan) -> dict[str, Any]:
    answer, hop = compared.answer, compared.hop
    return {
        "network": compared.probed.network or None,
        "subnet": compared.probed.subnet if compared.probed.subnet != OUTSIDE else None,
        "probed": compared.probed.started,
        "name": answer.name,
        "port": answer.port,
        "service": answer.service,
        "group": answer.group,
        "model": compared.prediction.target.expect.value,
        "probe": answer.kind.value,
        "good": compared.good,
        "outcome": compared.outcome.value,
        "says": answer.says,
        "remark": compared.remark,
        "hop": {"at": str(hop.at), "says": hop.says, "ok": hop.ok} if hop is not None else None,
        "results": [each.fingerprint for each in beside(compared, scan)],
    }
