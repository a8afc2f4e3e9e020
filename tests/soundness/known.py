"""Violations that are known: each with the view that shows it. The list may only shrink.

`python -m tests.soundness.known [--seconds N]` writes it anew: what still occurs of it, and what a search finds beside.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soundness.hiding import Hiding, Way
from tests.soundness.property import violations
from tests.soundness.search import Search
from tests.soundness.views import view_of
from tests.soundness.worlds import World

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
    """Read the list."""
    return tuple(map(_read, json.loads(PATH.read_text())))


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
    """Write the list, one entry of each rule and move."""
    found: dict[tuple[str, str], Known] = {}
    for each in entries:
        found.setdefault(each.key, each)
    text = json.dumps([_written(found[key]) for key in sorted(found)], indent=2, ensure_ascii=False)
    PATH.write_text(f"{text}\n")


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
