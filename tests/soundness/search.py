"""A search for views that are unsound: draws at random, makes what it finds small, and keeps one of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import TypeAlias, TypeVar

from tests.soundness.damage import damages_of, files_of
from tests.soundness.hiding import (
    LISTING_WAYS,
    PROPERTY_WAYS,
    VALUE_WAYS,
    Hiding,
    Way,
    hidings_of,
)
from tests.soundness.layouts import LAYOUTS
from tests.soundness.property import Violation, violations
from tests.soundness.served import Served, Via, violations_over_a_socket
from tests.soundness.views import view_of
from tests.soundness.worlds import Broken, World, estate_of, verdicts_of

T = TypeVar("T")

_VIEWS_OF_A_WORLD = 12
_HOW_MANY_DAMAGES = (0, 1, 1, 1, 1, 2, 2, 3, 4, 6)
_HOW_MANY_HIDINGS = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)
_NEAR = 0.6
_EVERYTHING = 0.15
"""How often every damage of a file is made at once."""

_WHOLE = 0.6
"""How often a damage is one of a file, or takes a whole resource away."""

Kind: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""A rule, what moved, and what of which type was hidden."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a view comes to a graph: put together, or with `via` read over a socket by a scan."""

    via: Via | None = None

    def violations(self, world: World, hidings: tuple[Hiding, ...], only: str = "") -> list[Violation]:
        """Judge a view by all rules, or only one, and compare."""
        if self.via is None:
            return violations(view_of(world, hidings), only)
        return violations_over_a_socket(Served(world, hidings, self.via), only)

    def __str__(self) -> str:
        return f"over a socket, via {self.via}" if self.via else "put together"


AT_ONCE = Reading()
OVER_A_SOCKET = tuple(map(Reading, Via))


def family(way: Way) -> str:
    """Return what a way comes to for the graph."""
    if way in LISTING_WAYS:
        return "a whole listing"
    if way in PROPERTY_WAYS:
        return "all properties"
    if way in VALUE_WAYS:
        return "a value"
    if way in {Way.ITEM, Way.FILTERED, Way.TRUNCATED}:
        return "a row"
    return way.value


@dataclass(slots=True)
class Example:
    """The smallest view found of a kind, and how often the kind was met."""

    world: World
    hidings: tuple[Hiding, ...]
    violation: Violation
    reading: Reading = AT_ONCE
    met: int = 1
    ways: set[Way] = field(default_factory=set)


def kind_of(violation: Violation, hidings: Sequence[Hiding]) -> Kind:
    """Return the kind of a violation."""
    return violation.rule, violation.move, tuple(sorted({(family(each.way), each.kind) for each in hidings}))


class Search:
    """What was drawn so far and what was found. `socket` is the share of worlds that are read over a socket."""

    def __init__(self, seed: int, layouts: Sequence[str] = tuple(LAYOUTS), socket: float = 0.0) -> None:
        self.socket = socket
        self.chance = Random(seed)  # noqa: S311 - no secret
        self.layouts = layouts
        self.found: dict[Kind, Example] = {}
        self.counts = Counter[str]()

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Draw and compare until told to stop."""
        while goes_on():
            world = self._world()
            try:
                verdicts = len(verdicts_of(world))
            except Broken:
                self.counts["worlds that break a rule"] += 1
                continue
            self.counts["worlds"] += 1
            over_a_socket = self.chance.random() < self.socket
            for _ in range(_VIEWS_OF_A_WORLD):
                hidings = self._hidings(world)
                reading = self.chance.choice(OVER_A_SOCKET) if over_a_socket else AT_ONCE
                self.counts.update({"views": 1, "verdicts": verdicts, "views over a socket": over_a_socket})
                for each in reading.violations(world, hidings):
                    self._note(world, hidings, each, reading)

    def _world(self) -> World:
        layout = self.chance.choice(self.layouts)
        every = damages_of(layout)
        known = [each for each in every if not each.startswith("flip ")]
        wanted = self.chance.choice(_HOW_MANY_DAMAGES)
        if self.chance.random() < _EVERYTHING:
            return World(layout, files_of(layout))
        damages = (self.chance.choice(known if self.chance.random() < _WHOLE else every) for _ in range(wanted))
        return World(layout, tuple(dict.fromkeys(damages)))

    def _hidings(self, world: World) -> tuple[Hiding, ...]:
        """Draw what to hide, as often as not around what a damage touched: elsewhere it is seldom missed."""
        every = near_damage(world) if self.chance.random() < _NEAR else hidings_of(world)
        ways = sorted(every)
        if not ways:
            return ()
        return tuple(
            self.chance.choice(every[self.chance.choice(ways)]) for _ in range(self.chance.choice(_HOW_MANY_HIDINGS))
        )

    def _note(self, world: World, hidings: tuple[Hiding, ...], violation: Violation, reading: Reading) -> None:
        self.counts["violations"] += 1
        for each in (hidings, *((one,) for one in hidings)):
            if (known := self.found.get(kind_of(violation, each))) is not None:
                known.met += 1
                known.ways |= {one.way for one in each}
                return
        world, hidings, violation = shrunk(world, hidings, violation, reading)
        kind = kind_of(violation, hidings)
        example = self.found.setdefault(kind, Example(world, hidings, violation, reading, met=0))
        example.met += 1
        example.ways |= {one.way for one in hidings}


@lru_cache(maxsize=8)
def near_damage(world: World) -> dict[Way, tuple[Hiding, ...]]:
    """Return what can be hidden of the rows that a damage changed, of those they name, and of those that name them."""
    there, before = estate_of(world), estate_of(World(world.layout))
    touched = {key for key, row in there.rows.items() if before.rows.get(key) != row}
    near = touched | (before.rows.keys() - there.rows.keys())
    for key, named in (*there.mentions.items(), *before.mentions.items()):
        near |= {key} if named & touched or key in touched else set()
        near |= named if key in touched else set()
    scopes = near | {unit.scope for unit, keys in there.units.items() if near & set(keys)}
    found = {
        way: tuple(
            each for each in hidings if each.scope in scopes and (not each.at.startswith("/") or each.at in near)
        )
        for way, hidings in hidings_of(world).items()
    }
    return {way: each for way, each in found.items() if each}


def shrunk(
    world: World, hidings: tuple[Hiding, ...], violation: Violation, reading: Reading = AT_ONCE
) -> tuple[World, tuple[Hiding, ...], Violation]:
    """Leave out every hiding and every damage without which the same rule's verdict moves in the same way."""

    def same(world: World, hidings: tuple[Hiding, ...]) -> Violation | None:
        try:
            found = reading.violations(world, hidings, violation.rule)
        except Broken:
            return None
        return next((each for each in found if each.move == violation.move), None)

    for fewer in _without_each(hidings, lambda each: same(world, each) is not None):
        hidings = fewer
    damages = world.damages
    for fewer_damages in _without_each(damages, lambda each: same(World(world.layout, each), hidings) is not None):
        damages = fewer_damages
    world = World(world.layout, damages)
    return world, hidings, same(world, hidings) or violation


def _without_each(items: tuple[T, ...], holds: Callable[[tuple[T, ...]], bool]) -> Iterator[tuple[T, ...]]:
    """Yield ever shorter tuples that still hold."""
    for each in items:
        fewer = tuple(other for other in items if other != each)
        if fewer != items and holds(fewer):
            items = fewer
            yield items
