"""Violations that are known: each with the view that shows it. The lists may only shrink.

`python -m tests.soundness.known [--seconds N]` writes known.json anew: what still occurs of it, what a search finds
beside, and which failures a refused stranger takes away.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soundness.damage import strangers
from tests.soundness.hiding import Hiding, Way
from tests.soundness.property import violations
from tests.soundness.search import Search
from tests.soundness.stray import lost_to, with_stranger
from tests.soundness.views import view_of
from tests.soundness.witness import truly_lost
from tests.soundness.worlds import World

BESIDE_STRANGERS = ("reference", "landing-zone", "article")
"""Layouts to which strangers are added."""

PATH = Path(__file__).parent / "known.json"


@dataclass(frozen=True, slots=True)
class Known:
    """A rule, what moves, and a view that shows it."""

    rule: str
    move: str
    world: World
    hidings: tuple[Hiding, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What is known: that this rule moves so, whatever is hidden."""
        return self.rule, self.move

    def occurs(self) -> bool:
        """Tell whether the view still shows it."""
        return any(each.move == self.move for each in violations(view_of(self.world, self.hidings), self.rule))

    def __str__(self) -> str:
        return f"{self.rule}: {self.move}"


def known() -> tuple[Known, ...]:
    """Read the list of what is unsound."""
    return tuple(map(_read, json.loads(PATH.read_text())["unsound"]))


def known_to_be_lost(layout: str, stranger: str) -> list[str]:
    """Read which rules lose a failure where a stranger is refused."""
    found: dict[str, dict[str, list[str]]] = json.loads(PATH.read_text())["lost"]
    return found.get(layout, {}).get(stranger, [])


def rules_lost(layout: str, stranger: str) -> list[str]:
    """Return which rules lose a failure where a stranger is refused that could not be what is missing."""
    view = with_stranger(layout, stranger)
    hidden = next(each.scope for each in view.hidings if each.way is Way.ITEM)
    return sorted({each.rule for each in truly_lost(list(lost_to(view)), view.world, hidden)})


def _read(entry: dict[str, Any]) -> Known:
    hidings = tuple(Hiding(**{**each, "way": Way[each["way"]]}) for each in entry["hidden"])
    return Known(entry["rule"], entry["moved"], World(entry["layout"], tuple(entry["damages"])), hidings)


def _written(entry: Known) -> dict[str, Any]:
    hidden = [{"way": each.way.name, "kind": each.kind, "scope": each.scope, "at": each.at} for each in entry.hidings]
    return {
        "rule": entry.rule,
        "moved": entry.move,
        "layout": entry.world.layout,
        "damages": list(entry.world.damages),
        "hidden": hidden,
    }


def write(entries: Iterable[Known]) -> None:
    """Write the lists: of what is unsound one entry of each rule and move."""
    found: dict[tuple[str, str], Known] = {}
    for each in entries:
        found.setdefault(each.key, each)
    lost = {layout: {each: rules_lost(layout, each) for each in strangers()} for layout in BESIDE_STRANGERS}
    whole = {
        "unsound": [_written(found[key]) for key in sorted(found)],
        "lost": {layout: {each: rules for each, rules in by.items() if rules} for layout, by in lost.items()},
    }
    PATH.write_text(f"{json.dumps(whole, indent=2, ensure_ascii=False)}\n")


def main() -> None:
    """Keep what still occurs, and add what a search finds."""
    parser = argparse.ArgumentParser(prog="python -m tests.soundness.known", description="Write known.json anew.")
    parser.add_argument("--seconds", type=int, default=300, help="how long to search (default 300)")
    parser.add_argument("--seed", type=int, default=0, help="draw as in another run")
    options = parser.parse_args()
    search, ends = Search(options.seed), time.monotonic() + options.seconds
    search.run(lambda: time.monotonic() < ends)
    new = [Known(each.violation.rule, each.violation.move, each.world, each.hidings) for each in search.found.values()]
    write([*(each for each in known() if each.occurs()), *new])


if __name__ == "__main__":
    main()
