"""Plans and templates with anything in the place of anything: they are read or refused, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Silent
from scanner.collect.iac.template_source import TemplateSource
from scanner.collect.iac.terraform_source import TerraformSource
from scanner.errors import CodeError
from scanner.graph import Graph
from tests.collect.iac.support import plan_of, raw_estate, state_of
from tests.collect.iac.templated import templates_of

ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "x",
    5,
    1.5,
    True,
    [None],
    [[]],
    {"a": 1},
    "/subscriptions/x",
    {"references": ["a"]},
    {"references": 5},
    {"constant_value": []},
    "[",
    "[concat(",
    "[reference('x')]",
    {"$unknown": 3},
    {"$chosen": "x"},
    {"$principal": []},
)
ROUNDS = 25


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*path, key)
        yield from _places(each, (*path, key))


def _put(document: Any, path: tuple[Any, ...], value: Any) -> None:  # noqa: ANN401 - JSON
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["plan", "state", "template"])
def test_odd_document_is_read_or_refused(tmp_path: Path, kind: str, seed: int) -> None:
    rows, dice = raw_estate("single-vnet"), random.Random(seed)  # noqa: S311 - a seed to repeat it by
    document = {"plan": plan_of, "state": state_of, "template": templates_of}[kind](rows)
    places = list(_places(document))
    path = tmp_path / "code.json"
    sources: dict[str, TerraformSource | TemplateSource] = {
        "plan": TerraformSource(plans=(path,)),
        "state": TerraformSource(states=(path,)),
        "template": TemplateSource((path,)),
    }
    source, read = sources[kind], 0
    for _ in range(ROUNDS):
        odd = deepcopy(document)
        # The longest first: what is replaced holds no other place any more.
        for place in sorted(dice.sample(places, dice.choice((1, 3, 10))), key=len, reverse=True):
            _put(odd, place, deepcopy(dice.choice(ODD)))
        path.write_text(json.dumps(odd))
        try:
            found = source.collect(Silent())
        except CodeError:
            continue
        read += len(Graph(found.resources, found.gaps)) > 0

    assert read > 0
