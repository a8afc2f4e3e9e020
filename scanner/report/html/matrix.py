"""The private-path matrix: which virtual network reaches which service of a solution, and over which hops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scanner.engine import Doubt, Hop, Note, Problem, Result
from scanner.model.arm import ArmId
from scanner.report.html.homes import Home
from scanner.report.html.judged import PATHS

_Reason: TypeAlias = Problem | Doubt | Note

COLUMNS = ("workspace", "blob", "file", "vault", "registry")

_LABEL = re.compile(r"(?<![\w.-])(blob|file|vault|registry) of ([^\s:,;]+)")
"""How the end-to-end rules name a sub-resource in what they say: `paths.Service.label`."""


class Reach(StrEnum):
    """What is known of a path, worst last."""

    NOT_JUDGED = "not judged"
    REACHED = "reached"
    UNKNOWN = "unknown"
    BROKEN = "broken"

    @property
    def slug(self) -> str:
        """The word as a class name."""
        return self.value.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that a result says of a path, with its hops."""

    reach: Reach
    says: str
    hops: tuple[Hop, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of the way from one VNet to one service; the worst of its ways."""

    service: str
    ways: tuple[Way, ...]

    @property
    def reach(self) -> Reach:
        """The worst of the ways."""
        return max((each.reach for each in self.ways), key=list(Reach).index, default=Reach.NOT_JUDGED)

    @property
    def worst(self) -> Way | None:
        """The way that decides; None where nothing was judged."""
        return next((each for each in self.ways if each.reach is self.reach), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A consumer VNet: its roles for the workspace, a cell for each of COLUMNS, and what is said of it as a whole."""

    vnet: ArmId
    roles: str
    cells: tuple[Cell, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one solution."""

    home: Home
    rows: tuple[Row, ...]


def matrix(results: Iterable[Result], every: tuple[Home, ...]) -> tuple[Part, ...]:
    """Return the matrix, a part for each solution."""
    judged = [_judged(each, every) for each in results if each.rule.control == PATHS and each.subject is not None]
    return tuple(Part(home, tuple(_rows(judged, home))) for home in every)


def unlisted(results: Iterable[Result]) -> tuple[str, ...]:
    """Return why some consumers could not even be listed."""
    blind = (each for each in results if each.rule.control == PATHS and each.subject is None)
    return tuple(dict.fromkeys(doubt.message for each in blind for doubt in each.doubts))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A result of a VNet: what it says of services, and what it says of none."""

    vnet: ArmId
    rule: str
    reasons: tuple[_Reason, ...]
    loose: tuple[_Reason, ...]


def _judged(result: Result, every: tuple[Home, ...]) -> _Judged:
    reasons: tuple[_Reason, ...] = (*result.problems, *result.doubts, *result.notes)
    loose = tuple(each for each in reasons if not any(_service(each, home) for home in every))
    vnet = result.subject.id if result.subject is not None else ArmId("")
    return _Judged(vnet, result.rule.id, tuple(each for each in reasons if each not in loose), loose)


def _rows(judged: list[_Judged], home: Home) -> Iterator[Row]:
    more = (each.vnet for each in judged if any(_service(reason, home) for reason in each.reasons))
    for vnet in dict.fromkeys((*home.vnets, *more)):
        yield _row(vnet, [each for each in judged if each.vnet == vnet], home)


def _row(vnet: ArmId, judged: list[_Judged], home: Home) -> Row:
    found = [(_service(reason, home), _way(reason, each.rule)) for each in judged for reason in each.reasons]
    loose = [reason for each in judged for reason in each.loose]
    doubts = tuple(Way(Reach.UNKNOWN, each.message, (), PATHS) for each in loose if isinstance(each, Doubt))
    ways = {column: tuple(way for service, way in found if service == column) for column in COLUMNS}
    cells = tuple(Cell(column, ways[column] or doubts) for column in COLUMNS)
    return Row(vnet, _roles(vnet, home), cells, tuple(each.message for each in loose if isinstance(each, Note)))


def _way(reason: _Reason, rule: str) -> Way:
    match reason:
        case Problem(message=message, path=path):
            return Way(Reach.BROKEN, message, path, rule)
        case Doubt(message=message):
            return Way(Reach.UNKNOWN, message, (), rule)
        case Note(message=message, path=path):
            return Way(_walked(path), message, path, rule)


def _walked(path: tuple[Hop, ...]) -> Reach:
    found = {hop.ok for hop in path}
    return Reach.BROKEN if False in found else Reach.UNKNOWN if None in found else Reach.REACHED


def _service(reason: _Reason, home: Home) -> str | None:
    """Return the column that a reason belongs in; None where it speaks of another solution, or of no service."""
    label = _LABEL.search(reason.message)
    if label is not None:
        return label[1] if label[2].lower() in home.named(label[1]) else None
    return "workspace" if any(_has_word(name, reason.message) for name in home.named("workspace")) else None


def _has_word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text.lower()) is not None


def _roles(vnet: ArmId, home: Home) -> str:
    roles = (("AML VNet", home.summary.aml_vnets), ("access VNet", home.summary.access_vnets))
    return ", ".join(role for role, ids in roles if vnet in set(map(ArmId, ids)))
