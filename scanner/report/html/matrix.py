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

_WORD = re.compile(r"[\w.-]+")
"""What the name of a workspace is made of, and what it ends at in a message."""


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

    @property
    def breaks(self) -> bool:
        """Whether it is known at which hop the way breaks."""
        return self.reach is Reach.BROKEN and self.worst is not None and bool(self.worst.hops)


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
    names = _Names(every)
    found = [said for each in results if each.rule.control == PATHS for said in _said(each, names)]
    index = _Index(found)
    return tuple(Part(home, tuple(_rows(index, home))) for home in every)


def unlisted(results: Iterable[Result]) -> tuple[str, ...]:
    """Return why some consumers could not even be listed."""
    blind = (each for each in results if each.rule.control == PATHS and each.subject is None)
    return tuple(dict.fromkeys(doubt.message for each in blind for doubt in each.doubts))


@dataclass(frozen=True, slots=True)
class _Said:
    """A reason that an end-to-end rule gives for a VNet, with the column and names of the service that it is about.

    The column is "" where it is about none.
    """

    vnet: ArmId
    rule: str
    reason: _Reason
    column: str
    names: frozenset[str]


def _said(result: Result, names: _Names) -> Iterator[_Said]:
    if result.subject is not None:
        reasons: tuple[_Reason, ...] = (*result.problems, *result.doubts, *result.notes)
        for reason in reasons:
            yield _Said(result.subject.id, result.rule.id, reason, *names.meant(reason.message))


class _Names:
    """The names of what the solutions offer, in lower case, to be found in messages."""

    def __init__(self, every: Iterable[Home]) -> None:
        homes = tuple(every)
        self._of = {column: frozenset[str]().union(*(home.named(column) for home in homes)) for column in COLUMNS}
        self._odd = [name for name in self._of["workspace"] if _WORD.fullmatch(name) is None]

    def meant(self, message: str) -> tuple[str, frozenset[str]]:
        """Return the column and the names that a message speaks of; "" where it is another solution's, or none's."""
        label = _LABEL.search(message)
        if label is not None:
            found, column = frozenset({label[2].lower()}) & self._of[label[1]], label[1]
        else:
            text = message.lower()
            plain_names = self._of["workspace"].intersection(_WORD.findall(text))
            found, column = plain_names.union(name for name in self._odd if _has_word(name, text)), "workspace"
        return (column, found) if found else ("", found)


def _has_word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None


class _Index:
    """What was said, by the service that it is about and by virtual network, each in the order of the results."""

    def __init__(self, found: Iterable[_Said]) -> None:
        self.loose: dict[ArmId, list[_Said]] = {}
        self._about: dict[tuple[str, str], dict[int, _Said]] = {}
        for place, said in enumerate(found):
            if not said.column:
                self.loose.setdefault(said.vnet, []).append(said)
            for name in said.names:
                self._about.setdefault((said.column, name), {})[place] = said

    def of(self, home: Home) -> list[_Said]:
        """Return what was said of a solution's services."""
        keys = ((column, name) for column in COLUMNS for name in home.named(column))
        places = {place: said for key in keys for place, said in self._about.get(key, {}).items()}
        return [places[place] for place in sorted(places)]


def _rows(index: _Index, home: Home) -> Iterator[Row]:
    found = index.of(home)
    for vnet in dict.fromkeys((*home.vnets, *(each.vnet for each in found))):
        yield _row(vnet, [each for each in found if each.vnet == vnet], index.loose.get(vnet, []), home)


def _row(vnet: ArmId, found: list[_Said], loose: list[_Said], home: Home) -> Row:
    reasons = [each.reason for each in loose]
    doubts = tuple(Way(Reach.UNKNOWN, each.message, (), PATHS) for each in reasons if isinstance(each, Doubt))
    ways = {
        column: tuple(_way(each.reason, each.rule) for each in found if each.column == column) for column in COLUMNS
    }
    cells = tuple(Cell(column, ways[column] or doubts) for column in COLUMNS)
    return Row(vnet, _roles(vnet, home), cells, tuple(each.message for each in reasons if isinstance(each, Note)))


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


def _roles(vnet: ArmId, home: Home) -> str:
    roles = (("AML VNet", home.summary.aml_vnets), ("access VNet", home.summary.access_vnets))
    return ", ".join(role for role, ids in roles if vnet in set(map(ArmId, ids)))
