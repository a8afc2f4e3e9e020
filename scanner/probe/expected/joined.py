"""The answers of probes beside the model: what agrees, what differs and where it probably breaks, what is settled.

Verdicts are never changed by it: a probe saw one machine at one time, and a rule asks about a network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.domain.journey import Step
from scanner.errors import ProbeError, one_line
from scanner.graph import Graph
from scanner.probe.expected.hops import likeliest
from scanner.probe.expected.plan import predictions_of
from scanner.probe.expected.predicted import predicted
from scanner.probe.expected.prediction import Prediction
from scanner.probe.sealed import read_sealed
from scanner.probe.shapes import (
    OUTSIDE,
    RESULT_SCHEMA,
    Answer,
    Kind,
    Outcome,
    Result,
    good_inside,
    good_outside,
    outcome_of,
)


@dataclass(frozen=True, slots=True)
class Probed:
    """A file of answers: where the probe stood and when, by ARM ids and in UTC.

    `is_current` tells whether the estate is predicted as it was for the probe, `strangers` counts answers about what it
    does not have any more. `notes` is what it said of the machine that it ran on.
    """

    network: str
    subnet: str
    by: str
    started: str
    sha256: str
    is_current: bool
    strangers: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One answer beside what the model says now; `hop` is where the way breaks most likely, if it should not."""

    probed: Probed
    prediction: Prediction
    answer: Answer
    outcome: Outcome
    good: bool | None
    remark: str = ""
    hop: Step | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What probes found, beside the model."""

    files: tuple[Probed, ...]
    compared: tuple[Compared, ...]

    def of(self, outcome: Outcome) -> tuple[Compared, ...]:
        """Return the answers of one outcome."""
        return tuple(each for each in self.compared if each.outcome is outcome)


def read_result(path: Path) -> Result:
    """Read the answers of a probe. Raises ProbeError for a file that is damaged, edited, or contradicts itself."""
    result = read_sealed(path, Result, RESULT_SCHEMA, "file of a probe's answers")
    found_by = good_outside if result.stand.subnet == OUTSIDE else good_inside
    for each in result.answers:
        if each.good not in {found_by(each.kind), None}:
            says = f"{one_line(each.name)} was found {each.kind.value!r}, and is said to be {_GOOD[each.good]}"
            raise ProbeError(f"{path} contradicts itself: {says}; no probe writes that")
    return result


_GOOD = {True: "as a closed estate wants it", False: "other than a closed estate wants it", None: "not known"}


def joined(results: tuple[Result, ...], graph: Graph) -> Evidence:
    """Put answers beside the predictions of a graph, each file once. Raises ProbeError for those of another estate."""
    pairs = [_joined(each, graph) for each in dict.fromkeys(results)]
    compared = tuple(each for _, compared in pairs for each in compared)
    return Evidence(tuple(file for file, _ in pairs), tuple(_beside_others(compared)))


def _beside_others(compared: tuple[Compared, ...]) -> Iterator[Compared]:
    """Yield the answers; those that another probe of the place contradicts are remarked."""
    found: dict[tuple[str, str, int], list[Compared]] = defaultdict(list)
    for each in compared:
        found[_about(each)].append(each)
    for each in compared:
        others = [other for other in found[_about(each)] if {each.good, other.good} == {True, False}]
        times = ", ".join(dict.fromkeys(other.probed.started for other in others))
        yield _remarked(each, f"the probe of {times} found otherwise") if others else each


def _about(compared: Compared) -> tuple[str, str, int]:
    return compared.probed.subnet.lower(), compared.answer.name, compared.answer.port


def _remarked(compared: Compared, remark: str) -> Compared:
    return replace(compared, remark="; ".join(filter(None, (compared.remark, remark))))


def _joined(result: Result, graph: Graph) -> tuple[Probed, tuple[Compared, ...]]:
    expected = _predictions(result, graph)
    found = [(expected.get((each.name, each.port)), each) for each in result.answers]
    strangers = sum(prediction is None for prediction, _ in found)
    stand = result.stand
    where = stand.subnet.rpartition("/")[2]
    if strangers == len(found):
        raise ProbeError(
            f"the answers from {where} of {result.started} are of another estate: nothing that they are about is here"
        )
    current = result.predictions == predictions_of(graph)
    probed = Probed(
        stand.network, stand.subnet, stand.by, result.started, result.sha256, current, strangers, result.notes
    )
    return probed, tuple(_compared(probed, prediction, each) for prediction, each in found if prediction is not None)


def _predictions(result: Result, graph: Graph) -> dict[tuple[str, int], Prediction]:
    """Return what is predicted for where the probe stood, by name and port; nothing for a place that is not here."""
    every = predicted(graph)
    found: Iterator[Prediction]
    if result.stand.subnet == OUTSIDE:
        found = iter(every.outside)
    else:
        wanted = result.stand.subnet.lower()
        found = (each for place in every.places if str(place.subnet).lower() == wanted for each in place.predictions)
    return {(each.target.name, each.target.port): each for each in found}


def _compared(probed: Probed, prediction: Prediction, answer: Answer) -> Compared:
    good, remark = answer.good, ""
    expected = set(prediction.target.addresses)
    if good and expected and answer.kind is Kind.REACHED and set(answer.addresses) - expected:
        by_now = "has another address by now" if not probed.is_current else "has another address than the one reached"
        good, remark = None, f"the endpoint {by_now}"
    outcome = outcome_of(prediction.target.expect, answer.kind, good)
    if outcome is Outcome.OPEN:
        return Compared(probed, prediction, answer, outcome, None, remark)
    hop = likeliest(answer.kind, prediction.path) if not good and outcome is not Outcome.AGREED else None
    return Compared(probed, prediction, answer, outcome, good, remark, hop)
