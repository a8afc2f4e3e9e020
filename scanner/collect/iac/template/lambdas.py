"""Functions of template expressions that take a function: `map`, `filter`, `reduce`, `sort`, and others.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda (2025-04).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeAlias

from scanner.collect.iac.template.expressions import Call, Expression, Text
from scanner.collect.iac.template.functions import CannotTell, keyed
from scanner.collect.iac.template.values import NotKnown

Json = Any
Apply: TypeAlias = Callable[..., Json]
"""A lambda: takes the values of its variables."""

Evaluate: TypeAlias = Callable[[Expression, Mapping[str, Json]], Json]
"""Evaluates an expression with the values of variables by their names in lower case."""


class _Open(Exception):  # noqa: N818 - it ends an evaluation, and is not a fault
    """What decides is not known."""

    def __init__(self, value: NotKnown) -> None:
        super().__init__(value.why)
        self.value = value


def called(name: str, arguments: Sequence[Expression], evaluate: Evaluate) -> Json:
    """Return what a function comes to. Raises CannotTell for what is none of its arguments."""
    given = [_lambda(each, evaluate) if _is_lambda(each) else evaluate(each, {}) for each in arguments]
    if given and isinstance(given[0], NotKnown):
        return given[0]
    try:
        return TAKING[name](*given)
    except _Open as found:
        return found.value
    except (AttributeError, TypeError, ValueError) as error:
        raise CannotTell(f"{name} is given what it does not take") from error


def _is_lambda(node: Expression) -> bool:
    return isinstance(node, Call) and node.name == "lambda"


def _lambda(node: Expression, evaluate: Evaluate) -> Apply:
    *names, body = node.arguments if isinstance(node, Call) else ()
    keys = [each.value.lower() for each in names if isinstance(each, Text)]
    return lambda *values: evaluate(body, dict(zip(keys, values, strict=False)))


def _decided(value: Json) -> Json:
    if isinstance(value, NotKnown):
        raise _Open(value)
    return value


def _listed(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _filter(value: Json, keep: Apply) -> Json:
    return [each for place, each in enumerate(_listed(value)) if _decided(keep(each, place))]


def _map(value: Json, make: Apply) -> Json:
    return [make(each, place) for place, each in enumerate(_listed(value))]


def _reduce(value: Json, start: Json, join: Apply) -> Json:
    for place, each in enumerate(_listed(value)):
        start = join(start, each, place)
    return start


def _sort(value: Json, comes_first: Apply) -> Json:
    return sorted(_listed(value), key=cmp_to_key(lambda one, other: -1 if _decided(comes_first(one, other)) else 1))


def _to_object(value: Json, key: Apply, item: Apply = lambda each: each) -> Json:
    return keyed((str(_decided(key(each))), item(each)) for each in _listed(value))


def _group_by(value: Json, key: Apply) -> Json:
    found: dict[str, list[Json]] = {}
    for each in _listed(value):
        found.setdefault(str(_decided(key(each))), []).append(each)
    return keyed(found.items())


def _map_values(value: Json, make: Apply) -> Json:
    return {key: make(each) for key, each in value.items()}


TAKING: Mapping[str, Callable[..., Json]] = {
    "filter": _filter,
    "map": _map,
    "reduce": _reduce,
    "sort": _sort,
    "toobject": _to_object,
    "groupby": _group_by,
    "mapvalues": _map_values,
}
"""By name in lower case."""
