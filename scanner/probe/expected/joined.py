"""The answers of probes beside the model: what agrees, what differs and where it probably breaks, what is settled.

Verdicts are never changed by it: a probe saw one machine at one time, and a rule asks about a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.domain.journey import Step
from scanner.errors import ProbeError
from scanner.graph import Graph
from scanner.probe.expected.hops import likeliest
from scanner.probe.expected.plan import predictions_of
from scanner.probe.expected.predicted import predicted
from scanner.probe.expected.prediction import Prediction
from scanner.probe.sealed import read_sealed
from scanner.probe.shapes import OUTSIDE, RESULT_SCHEMA, Answer, Kind, Outcome, Result, outcome_of


@dataclass(frozen=True, slots=True)
class Probed:
    """A file of answers: where the probe stood and when, by ARM ids and in UTC.

    `is_current` tells whether the estate is predicted as it was for the probe, `strangers` counts answers about what it
    does not have any more.
    """

    network: str
    subnet: str
    by: str
    started: str
    sha256: str
    is_current: bool
    strangers: int


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
    """Read the answers of a probe. Raises ProbeError for a file that is damaged, edited or something else."""
    return read_sealed(path, Result, RESULT_SCHEMA, "file of a probe's answers")


def joined(results: tuple[Result, ...], graph: Graph) -> Evidence:
    """Put the answers beside the predictions of a graph. Raises ProbeError for those of another estate."""
    pairs = [_joined(each, graph) for each in results]
    return Evidence(tuple(file for file, _ in pairs), tuple(each for _, compared in pairs for each in compared))


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
    probed = Probed(stand.network, stand.subnet, stand.by, result.started, result.sha256, current, strangers)
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
    if good and not probed.is_current and expected and answer.kind is Kind.REACHED:
        moved = set(answer.addresses) - expected
        good, remark = (None, "the endpoint has another address by now") if moved else (good, "")
    outcome = outcome_of(prediction.target.expect, answer.kind, good)
    hop = likeliest(answer.kind, prediction.path) if good is False and outcome is not Outcome.AGREED else None
    return Compared(probed, prediction, answer, outcome, good, remark, hop)
