"""What a file of Terraform holds: blocks with their attributes, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from scanner.model.place import Place

NOT_LITERAL = object()
"""Stands for what is an expression: its value is not in the file."""

Step: TypeAlias = str | int
"""The name of an attribute or nested block, or which of several blocks of that name."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute. `start` and `end` are the offsets of its value in bytes.

    `literal` is a plain text, number, switch or list of such, else NOT_LITERAL.
    """

    place: Place
    start: int
    end: int
    literal: Any = NOT_LITERAL


@dataclass(slots=True)
class Body:
    """What stands between two braces.

    `inside` is the offset in bytes of what follows the opening one, `end` that of the closing one.
    """

    place: Place
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: dict[str, list[Body]] = field(default_factory=dict)
    dynamic: frozenset[str] = frozenset()
    inside: int = 0
    end: int = 0

    def literals(self) -> dict[str, Any]:
        """Return the attributes whose values are in the file."""
        return {name: each.literal for name, each in self.attributes.items() if each.literal is not NOT_LITERAL}

    def walk(self, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Attribute]]:
        """Yield every attribute by its path, those of nested blocks too: ("site_config", 0, "always_on")."""
        for name, each in self.attributes.items():
            yield (*path, name), each
        for name, several in self.blocks.items():
            for number, body in enumerate(several):
                yield from body.walk((*path, name, number))


@dataclass(slots=True)
class Block:
    """A block at the top of a file: `resource "type" "name"`, `module "name"`, and others."""

    kind: str
    labels: tuple[str, ...]
    body: Body

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.body.place


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that speaks to this program, without what marks it; `block` is the one below it, None without one."""

    text: str
    place: Place
    block: Place | None


@dataclass(slots=True)
class File:
    """A file. `text` are its bytes as they were read; `broken` are places that are no HCL."""

    name: str
    text: bytes = b""
    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    broken: list[Place] = field(default_factory=list)
