"""What a search found, as text: causes first, each with the rules that it moved and the smallest example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from tests.soundness.estate import written
from tests.soundness.search import Example, Search

Found: TypeAlias = Sequence[Example]


def _causes(search: Search) -> list[tuple[str, str, Found]]:
    """Group the kinds by what was hidden and what moved, the most frequent first."""
    grouped: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for (_, move, hidden), example in search.found.items():
        grouped[" and ".join(f"{family}: {written(kind)}" for family, kind in hidden), move].append(example)
    found = [(hidden, move, sorted(each, key=lambda one: -one.met)) for (hidden, move), each in grouped.items()]
    return sorted(found, key=lambda each: -sum(one.met for one in each[2]))


def counted(search: Search) -> str:
    """Return how much was compared."""
    counts = search.counts
    return (
        f"{counts['views']:,} views of {counts['worlds']:,} worlds ({counts['views over a socket']:,} over a socket), "
        f"{counts['verdicts']:,} verdicts compared: "
        f"{counts['violations']:,} violations of {len(search.found):,} kinds"
    )


def as_text(search: Search) -> str:
    """Return the counts, and each kind with its example in a few lines."""
    lines = [counted(search)]
    for hidden, move, found in _causes(search):
        lines += ["", f"{move}, hidden {hidden}: {sum(each.met for each in found)} times"]
        lines += [f"  {_one_line(each)}" for each in found]
        lines += [f"  for example: {line}" for line in _example(found[0])]
    return "\n".join(lines)


def _one_line(example: Example) -> str:
    return f"{example.violation.rule} ({example.met}; {', '.join(sorted(way.name for way in example.ways))})"


def _example(example: Example) -> list[str]:
    return [
        f"world {example.world}, {example.reading}",
        *(f"hidden {each}" for each in example.hidings),
        str(example.violation),
    ]


def as_markdown(search: Search) -> str:
    """Return a table of causes, then an example of each rule with the code that repeats it."""
    lines = [counted(search), "", "| times | moved | hidden | rules |", "|---|---|---|---|"]
    causes = _causes(search)
    for number, (hidden, move, found) in enumerate(causes, 1):
        times, rules = sum(each.met for each in found), ", ".join(each.violation.rule for each in found)
        lines.append(f"| {times} | {move} | [{number}] {hidden} | {rules} |")
    for number, (hidden, move, found) in enumerate(causes, 1):
        lines += ["", f"### [{number}] {move}, hidden {hidden}", ""]
        lines += [f"- {_one_line(each)}" for each in found]
        shown = found[0]
        lines += [
            "",
            "```python",
            *(f"# {line}" for line in _example(shown)),
            f"show({shown.world!r},",
            *(f"     {each!r}," for each in shown.hidings),
            f"     rule={shown.violation.rule!r})",
            "```",
        ]
    return "\n".join(lines) + "\n"
