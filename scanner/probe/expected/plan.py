"""Predictions as a probe file holds them."""

from __future__ import annotations

from datetime import datetime

from scanner.graph import Graph
from scanner.probe.expected.predicted import Predicted, predicted
from scanner.probe.names import is_askable
from scanner.probe.sealed import digest_of
from scanner.probe.shapes import PLAN_SCHEMA, Place, Plan, Target

_LONGEST = 2_000


def plan_of(graph: Graph, scanned: datetime) -> Plan:
    """Return the probe file of a graph that was read at a time (UTC)."""
    found = predicted(graph)
    places, outside = _asked(found)
    scope = graph.settings.scope
    return Plan(
        PLAN_SCHEMA,
        graph.settings.cloud,
        tuple(sorted(scope.subscriptions)),
        f"{scanned:%Y-%m-%dT%H:%M:%SZ}",
        digest_of((places, outside)),
        places,
        outside,
        tuple(each[:_LONGEST] for each in (*found.unread, *_left_out(found))),
    )


def predictions_of(graph: Graph) -> str:
    """Return the digest of what is predicted of a graph: equal for two scans of one estate that has not changed."""
    return digest_of(_asked(predicted(graph)))


def _asked(found: Predicted) -> tuple[tuple[Place, ...], tuple[Target, ...]]:
    return tuple(_places(found)), tuple(each.target for each in found.outside if is_askable(each.target))


def _places(found: Predicted) -> list[Place]:
    return [
        Place(
            str(each.subnet.parent or each.subnet),
            str(each.subnet),
            each.prefixes,
            tuple(prediction.target for prediction in each.predictions if is_askable(prediction.target)),
        )
        for each in found.places
    ]


def _left_out(found: Predicted) -> list[str]:
    """Say which names are in the estate that no probe asks for."""
    every: list[Target] = [each.target for place in found.places for each in place.predictions]
    every += [each.target for each in found.outside]
    return [f"{name} is no name that a probe asks for" for name in sorted({t.name for t in every if not is_askable(t)})]
