"""Terraform's files in JSON: the same blocks, by https://developer.hashicorp.com/terraform/language/syntax/json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.collect.iac.hcl.tree import NOT_LITERAL, Attribute, Block, Body, File
from scanner.collect.positioned_json import JsonList, JsonObject, parse
from scanner.model.place import Place, Positions

_LABELS = {"resource": 2, "data": 2, "module": 1}


def read_json(name: str, text: bytes) -> File:
    """Return what a file holds; never raises: what is no JSON is listed as broken. Values are not for editing."""
    written = text.decode("utf-8-sig", "replace")
    found = File(name, text)
    try:
        whole = parse(written)
    except (ValueError, RecursionError):
        found.broken = [Place(name)]
        return found
    reader = _Reader(Positions(name, written))
    if isinstance(whole, JsonObject):
        for kind, labels in _LABELS.items():
            found.blocks += [
                Block(kind, path, reader.body(at, held)) for path, at, held in _labelled(whole, kind, labels)
            ]
    return found


def _labelled(whole: JsonObject, kind: str, labels: int) -> Iterator[tuple[tuple[str, ...], int, JsonObject]]:
    """Yield the blocks of a kind with their labels and offsets. Any level may be a list of objects."""
    found: list[tuple[tuple[str, ...], int, Any]] = [((), whole.places.get(kind, 0), whole.get(kind))]
    for _ in range(labels):
        found = [
            ((*path, name), held.places[name], held[name])
            for path, _, value in found
            for held in _objects(value)
            for name in held
        ]
    yield from ((path, at, held) for path, at, value in found for held in _objects(value))


def _objects(value: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - JSON
    for each in value if isinstance(value, JsonList) else [value]:
        if isinstance(each, JsonObject):
            yield each


class _Reader:
    """Reads blocks of one file."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def body(self, at: int, held: JsonObject) -> Body:
        found = Body(self._positions.at(at))
        for name, value in held.items():
            nested = [*_objects(value)]
            if nested:
                found.blocks[name] = [self.body(each.start, each) for each in nested]
            else:
                is_plain = isinstance(value, bool | int | float) or (isinstance(value, str) and "${" not in value)
                literal = value if is_plain or value is None else NOT_LITERAL
                found.attributes[name] = Attribute(self._positions.at(held.places[name]), 0, 0, literal)
        return found
