"""A comparison of two scans for a job summary or a pull request, never longer than either takes."""

from __future__ import annotations

from itertools import accumulate

from scanner.report.diff_words import TITLES, name_of, sections, summary, why
from scanner.report.markdown import LONGEST
from scanner.report.markdown_text import details, literal
from scanner.scan.diff import Change, Diff, Kind

_FOLDED = {TITLES[Kind.STILL_FAILING], TITLES[Kind.NO_LONGER_SEEN]}
_HEADER = "| severity | rule | subject | why |\n|---|---|---|---|\n"
_FRAME = 3_000
"""Characters left for the head and for what frames the tables."""

_MOST_REASONS = 5


def diff_as_markdown(diff: Diff) -> str:
    """Return the changes as tables, the ones that ask for nothing folded. What finds no room is counted."""
    parts, room = (
        [f"## mlsec-scan: {summary(diff)}\n", f"{literal(diff.old)} → {literal(diff.new)}\n"],
        LONGEST - _FRAME,
    )
    for title, changes in sections(diff):
        rows = [_row(each) for each in changes]
        fitting = sum(total <= room for total in accumulate(len(row) for row in rows))
        parts.append(_part(title, rows, fitting))
        room -= sum(map(len, rows[:fitting]))
    return "\n".join(parts)


def _part(title: str, rows: list[str], fitting: int) -> str:
    left_out = f"\n*{len(rows) - fitting} more left out here.*\n" if fitting < len(rows) else ""
    body = f"{_HEADER}{''.join(rows[:fitting])}{left_out}"
    return details(f"{title} ({len(rows)})", body) if title in _FOLDED else f"### {title}\n\n{body}"


def _row(change: Change) -> str:
    latest, said = change.latest, list(why(change))
    more = [f"and {len(said) - _MOST_REASONS} more"] if len(said) > _MOST_REASONS else []
    told = "<br>".join([*(literal(each) for each in said[:_MOST_REASONS]), *more])
    return f"| {latest.severity} | {literal(latest.rule)} | {literal(name_of(latest.subject))} | {told} |\n"
