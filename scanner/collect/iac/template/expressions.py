"""The language of template expressions: `[concat(parameters('name'), '-x')]`, parsed into a tree.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions (2024-06).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(-?[0-9]+(?:\.[0-9]+)?)|([A-Za-z_][A-Za-z0-9_.]*)|(\.\??)|([()\[\],]))\s*")
_DEEPEST = 64


class BadExpression(ValueError):  # noqa: N818 - it names what is wrong with the text
    """A text in brackets that is no expression."""


@dataclass(frozen=True, slots=True)
class Text:
    """A literal text."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; its name is in lower case."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A property or an item of a value."""

    of: Expression
    key: Expression


Expression: TypeAlias = Text | Number | Call | Member


def is_expression(text: str) -> bool:
    """Tell whether a text is an expression; one that starts with two brackets is a literal with one."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


@lru_cache(maxsize=4096)
def parsed(text: str) -> Expression:
    """Parse an expression with its brackets. Raises BadExpression."""
    tokens = _tokens(text[1:-1])
    return _Parser(tokens).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise BadExpression("it is no expression that is known here")
        kind = ("text", "number", "name", "dot", "mark")[match.lastindex - 1 if match.lastindex else 0]
        found.append((kind, match[match.lastindex or 1]))
        place = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._expression()
        if self._place < len(self._tokens):
            raise BadExpression("it goes on where an expression would end")
        return found

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise BadExpression("it ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadExpression("it is nested too deeply")
        found = self._members(self._operand())
        self._depth -= 1
        return found

    def _operand(self) -> Expression:
        kind, value = self._next()
        if kind == "text":
            return Text(value.replace("''", "'"))
        if kind == "number":
            return Number(int(float(value)))
        if kind == "name" and self._peek() == ("mark", "("):
            self._next()
            return Call(value.lower(), tuple(self._arguments()))
        raise BadExpression(f"{value!r} is not known here")

    def _arguments(self) -> list[Expression]:
        if self._peek() == ("mark", ")"):
            self._next()
            return []
        found = [self._expression()]
        while self._peek() == ("mark", ","):
            self._next()
            found.append(self._expression())
        if self._next() != ("mark", ")"):
            raise BadExpression("a bracket is not closed")
        return found

    def _members(self, found: Expression) -> Expression:
        while True:
            kind, value = self._peek()
            if kind == "dot":
                self._next()
                kind, name = self._next()
                if kind != "name":
                    raise BadExpression("a name is missing after a dot")
                for part in name.split("."):
                    found = Member(found, Text(part))
            elif (kind, value) == ("mark", "["):
                self._next()
                found = Member(found, self._expression())
                if self._next() != ("mark", "]"):
                    raise BadExpression("a bracket is not closed")
            else:
                return found
