"""Changes that would mend what a rule found: small edits of ARM resources, with what only a person can choose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias, TypeVar

from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId

S_contra = TypeVar("S_contra", contravariant=True)


class Stage(IntEnum):
    """When a change is due: what makes a way comes before what closes another."""

    GROUND = 1
    """Identities, roles, subnets: what the others stand on."""
    ENDPOINT = 2
    NAMES = 3
    """Zones, links, records."""
    WAY = 4
    """Peerings, routes, rules that let in."""
    GUARD = 5
    """Groups and rules that keep out, addresses taken away."""
    CLOSE = 6
    """Public access off."""


@dataclass(frozen=True, slots=True)
class Set:
    """Give a property of a resource a value: JSON; `path` is dotted, from the resource on ("properties.x")."""

    target: ArmId
    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Create:
    """Make a resource: `row` is what ARM would show of it, with its id."""

    row: dict[str, Any]

    @property
    def target(self) -> ArmId:
        """What is made."""
        return ArmId(self.row["id"])


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a resource away, with its children."""

    target: ArmId


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve the connection of a private endpoint at the service that it leads to."""

    target: ArmId
    endpoint: ArmId
    connection: ArmId


@dataclass(frozen=True, slots=True)
class Sync:
    """Have a peering learn its peer's present address space."""

    target: ArmId


Edit: TypeAlias = Set | Create | Delete | Approve | Sync


@dataclass(frozen=True, slots=True)
class Choice:
    """What only a person can choose: `value` is a proposal that stands in the edits, `why` where it comes from."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that belong together and mend one fault, in the order in which they are made.

    `says` is a command ("approve the connection of pe-kv"); `at` is the resource that the fault is in.
    """

    says: str
    at: ArmId
    edits: tuple[Edit, ...]
    stage: Stage
    choices: tuple[Choice, ...] = ()

    @property
    def id(self) -> str:
        """12 hex digits, the same in every run for the same edits."""
        said = json.dumps([described(each) for each in self.edits], sort_keys=True, default=str)
        return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def described(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON: `do`, `target`, and what belongs to it."""
    told: dict[str, Any] = {"do": type(edit).__name__.lower(), "target": str(edit.target)}
    match edit:
        case Set(path=path, value=value):
            told |= {"path": path, "value": value}
        case Create(row=row):
            told |= {"resource": row}
        case Approve(endpoint=endpoint, connection=connection):
            told |= {"endpoint": str(endpoint), "connection": str(connection)}
    return told


Changes: TypeAlias = Iterable[Change]
Changing: TypeAlias = Callable[[S_contra, Graph], Changes]
"""Yields what would mend the faults of a subject that failed; none where nothing is known that would."""


def no_changes(_subject: object, _graph: Graph) -> Changes:
    """Offer nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class NoEdit:
    """Offers nothing, and says why: what a person has to decide, or what Azure lets nobody change."""

    why: str

    def __call__(self, _subject: object, _graph: Graph) -> Changes:
        """Offer nothing."""
        return ()


def offered(changing: Changing[Any], subject: object, graph: Graph) -> Sequence[Change]:
    """Return what is offered; nothing more from where something was not seen on."""
    found: list[Change] = []
    with suppress(MissingEvidence):
        found.extend(changing(subject, graph))
    return found
