"""JSON as ARM takes it, with where each value stands: comments, commas before a closing bracket, texts over lines.

Texts are read by the standard library's own function; the rest of the grammar is RFC 8259, section 2 to 6.
"""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_SPACE = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER = 400


class JsonObject(dict[str, Any]):
    """An object. `start` is the offset of its brace, `places` those of its keys, in characters."""

    __slots__ = ("places", "start")

    def __init__(self, start: int = 0) -> None:
        super().__init__()
        self.start = start
        self.places: dict[str, int] = {}

    def changed(self, key: str, value: Any) -> JsonObject:  # noqa: ANN401 - JSON
        """Return a copy with another value, which stands where the old one did."""
        found = JsonObject(self.start)
        found.update(self)
        found.places = self.places
        found[key] = value
        return found


class JsonList(list[Any]):
    """A list. `places` are the offsets of its items, in characters."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        super().__init__()
        self.places: list[int] = []


def parse(text: str) -> Any:  # noqa: ANN401 - JSON
    """Read it. Raises ValueError, and RecursionError for what is nested too deeply."""
    value, at = _value(text, _skipped(text, 0))
    at = _skipped(text, at)
    if at != len(text):
        raise _wrong(text, at, "nothing more")
    return value


def _skipped(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def _wrong(text: str, at: int, expected: str) -> ValueError:
    line = text.count("\n", 0, at) + 1
    return ValueError(f"expected {expected} at line {line}, column {at - text.rfind(chr(10), 0, at)}")


def _value(text: str, at: int) -> tuple[Any, int]:
    char = text[at : at + 1]
    if char == '"':
        return _string(text, at)
    if char == "{":
        return _object(text, at)
    if char == "[":
        return _list(text, at)
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    return _number(text, at)


def _string(text: str, at: int) -> tuple[str, int]:
    found: tuple[str, int] = scanstring(text, at + 1, False)  # noqa: FBT003 - not strict: line breaks are allowed
    return found


def _number(text: str, at: int) -> tuple[Any, int]:
    found = _NUMBER.match(text, at)
    if found is None or found.end() - at > _LONGEST_NUMBER:
        raise _wrong(text, at, "a value")
    return (float if found[1] or found[2] else int)(found[0]), found.end()


def _object(text: str, at: int) -> tuple[JsonObject, int]:
    held = JsonObject(at)
    at = _skipped(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise _wrong(text, at, "a name in quotes")
        start = at
        key, at = _string(text, at)
        at = _skipped(text, at)
        if text[at : at + 1] != ":":
            raise _wrong(text, at, "a colon")
        held[key], at = _value(text, _skipped(text, at + 1))
        held.places[key] = start
        at = _next(text, at, "}")
    return held, at + 1


def _list(text: str, at: int) -> tuple[JsonList, int]:
    held = JsonList()
    at = _skipped(text, at + 1)
    while text[at : at + 1] != "]":
        held.places.append(at)
        value, at = _value(text, at)
        held.append(value)
        at = _next(text, at, "]")
    return held, at + 1


def _next(text: str, at: int, end: str) -> int:
    """Return where the next item begins, or the bracket that ends all of them."""
    at = _skipped(text, at)
    char = text[at : at + 1]
    if char == end:
        return at
    if char != ",":
        raise _wrong(text, at, f"a comma or {end}")
    return _skipped(text, at + 1)
