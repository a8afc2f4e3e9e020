"""What old api-versions answer, written after their shapes, and answers in another case: nothing breaks by them.

`old_shapes.json` has bodies by type and api-version: without fields that came later, with null or "" where a value is
not set, with values in another case, and with fields that nobody reads any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner.engine import evaluate
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.resource import Resource as Modelled
from tests.cases import Resource, estate
from tests.soundness.layouts import LAYOUTS
from tests.soundness.worlds import RULES
from tests.verdicts import Judged, by_subject

SHAPES: Mapping[str, Mapping[str, Resource]] = json.loads((Path(__file__).parent / "old_shapes.json").read_text())
EACH = [(kind, version) for kind, versions in SHAPES.items() for version in versions]
ESTATES = ("reference", "managed-network", "hub-spoke-private-resolver", "hub-spoke-firewall-dns", "virtual-wan")

Change = Callable[[Any], Any]
"""What becomes of a single value."""

CHANGES: Mapping[str, Change] = {
    "as it is": lambda value: value,
    "nulls": lambda _: None,
    "empty texts": lambda _: "",
    "upper case": lambda value: value.upper() if isinstance(value, str) else value,
    "lower case": lambda value: value.lower() if isinstance(value, str) else value,
    "objects": lambda value: {"value": value},
    "lists": lambda value: [value],
}


def models() -> Iterator[type[Modelled]]:
    """Yield every model of a resource type."""
    todo = [Modelled]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.TYPE:
            yield kind


@cache
def model_of(kind: str) -> type[Modelled]:
    return next(each for each in models() if kind == each.TYPE)


def changed(value: Any, change: Change) -> Any:  # noqa: ANN401 - JSON
    """Change each single value of a body."""
    if isinstance(value, dict):
        return {key: changed(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [changed(each, change) for each in value]
    return change(value)


def without_each(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield a body once for each key in it, without that."""
    for key, each in value.items() if isinstance(value, dict) else ():
        yield {other: kept for other, kept in value.items() if other != key}
        yield from ({**value, key: less} for less in without_each(each))
    for at, each in enumerate(value if isinstance(value, list) else ()):
        yield from ([*value[:at], less, *value[at + 1 :]] for less in without_each(each))


def bodies(kind: str, version: str) -> Iterator[Resource]:
    """Yield what an old api-version may answer."""
    shape = SHAPES[kind][version]
    yield from (changed(shape, change) for change in CHANGES.values())
    yield from without_each(shape)
    yield {**shape, "zones": [], "plan": {"name": ""}, "properties": {**(shape["properties"] or {}), "retired": [{}]}}


def named(kind: str) -> str:
    """Return an id of a type in a group of its own."""
    provider, *segments = kind.split("/")
    names = "/".join(f"{each}/old-{at}" for at, each in enumerate(segments))
    return f"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-old/providers/{provider}/{names}"


def judged(resources: list[Resource]) -> Judged:
    return by_subject(evaluate(RULES.values(), Graph(resources)))


def aged(resources: list[Resource], kind: str, body: Resource) -> list[Resource]:
    """Give every resource of a type the body of an old one, and add one if there is none."""
    found = [{**body, "id": each["id"], "type": each["type"]} if is_a(each, kind) else each for each in resources]
    return found if any(is_a(each, kind) for each in resources) else [*found, {**body, "id": named(kind), "type": kind}]


def is_a(resource: Resource, kind: str) -> bool:
    return ArmId(resource["id"]).type == kind.lower()


def home_of(kind: str) -> str:
    """Return an estate that has something of a type, else the first."""
    return next((name for name in ESTATES if any(is_a(each, kind) for each in estate(name))), ESTATES[0])


def test_there_are_old_shapes_of_every_type_that_has_a_listing_of_its_own() -> None:
    assert {each.TYPE for each in models() if not each.LISTED_WITH or each.TYPE in SHAPES} == set(SHAPES)


@pytest.mark.parametrize(("kind", "version"), EACH)
def test_what_an_old_api_version_answers_is_read(kind: str, version: str) -> None:
    for body in bodies(kind, version):
        read = decode(model_of(kind), {**body, "id": named(kind), "type": kind})

        assert read.name == named(kind).rpartition("/")[2]


@pytest.mark.parametrize(("kind", "version"), EACH)
def test_every_rule_comes_to_a_verdict_on_what_an_old_api_version_answers(kind: str, version: str) -> None:
    found = judged(aged(estate(home_of(kind)), kind, SHAPES[kind][version]))

    assert {rule for rule, _ in found} == set(RULES)


@pytest.mark.parametrize("age", range(4))
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("half", [0, 1], ids=["these", "those"])
def test_every_rule_comes_to_a_verdict_where_every_other_type_is_old(change: str, age: int, half: int) -> None:
    resources = estate("reference")
    for kind, versions in list(SHAPES.items())[half::2]:
        body = list(versions.values())[min(age, len(versions) - 1)]
        resources = aged(resources, kind, changed(body, CHANGES[change]))

    assert {rule for rule, _ in judged(resources)} == set(RULES)


@pytest.mark.parametrize("change", [str.upper, str.lower], ids=["upper", "lower"])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_the_case_in_which_azure_answers_changes_no_verdict(layout: str, change: Callable[[str], str]) -> None:
    resources = LAYOUTS[layout]()
    said = changed(resources, lambda value: change(value) if isinstance(value, str) else value)

    assert judged(said) == judged(resources)
