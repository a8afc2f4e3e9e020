"""An estate without something: what is deleted goes with all that Azure deletes with it, and what named it lets go."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from scanner.creation.estate import Estate
from scanner.creation.removal import delete
from scanner.graph import Graph
from scanner.model.arm import ArmId


def without(graph: Graph, gone: Iterable[ArmId]) -> Graph:
    """Return the graph once resources are deleted."""
    removed = tuple(gone)
    keys = graph.rows.keys()
    before = {key: json.dumps(graph.rows.row(key), sort_keys=True, default=str) for key in keys}
    estate = Estate(json.loads(each) for each in before.values())
    delete(estate, (str(each) for each in removed))
    names = before.keys() - estate.rows.keys()
    after = {key: _released(row, names) for key, row in estate.rows.items()}
    changed: dict[str, Any] = {key: None for key in before if key not in after}
    changed |= {key: row for key, row in after.items() if json.dumps(row, sort_keys=True, default=str) != before[key]}
    return graph.edited(changed)


def _released(value: Any, names: AbstractSet[str]) -> Any:  # noqa: ANN401 - JSON
    """Return JSON without references to what is gone."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if not _names(each, names)}
        return {key: _released(each, names) for key, each in kept.items()}
    if isinstance(value, list):
        return [_released(each, names) for each in value if not _names(each, names)]
    return value


def _names(value: Any, names: AbstractSet[str]) -> bool:  # noqa: ANN401 - JSON
    """Tell whether JSON is a reference to what is gone, or to a part of it."""
    if not isinstance(value, dict) or set(value) != {"id"}:
        return False
    at: ArmId | None = ArmId(str(value["id"]))
    while at is not None and at.key not in names:
        at = at.parent
    return at is not None
