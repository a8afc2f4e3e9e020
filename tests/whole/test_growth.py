"""Judging asks as much of each solution in a large estate as in a small one."""

from __future__ import annotations

import cProfile
import pstats
from typing import TypeAlias

from scanner.engine import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph import Graph
from tests.bench.estates import estate_of

_SMALL, _TIMES = 1_000, 4
_MANY = 1_500
"""Calls below which a function tells nothing: what is done once weighs in them."""
_SLACK = 1.5

_Function: TypeAlias = tuple[str, int, str]


def test_no_function_is_called_for_each_pair_of_solutions() -> None:
    small, large = _calls(_SMALL), _calls(_SMALL * _TIMES)
    found = {
        f"{name} of {path}": calls / small[path, line, name]
        for (path, line, name), calls in large.items()
        if calls > _MANY and calls > small.get((path, line, name), calls) * _TIMES * _SLACK
    }

    assert len(large) > len(small) / 2
    assert max(large.values()) > _MANY
    assert found == {}


def _calls(size: int) -> dict[_Function, int]:
    """Count the calls of each function that judging an estate takes."""
    rules, graph = load_packs([built_in_pack()]), Graph(estate_of(size))
    profile = cProfile.Profile()
    profile.runcall(evaluate, rules, graph)
    stats: dict[_Function, tuple[int, int, float, float, object]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return {function: calls for function, (_, calls, *_rest) in stats.items()}
