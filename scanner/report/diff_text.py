"""A comparison of two scans for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from scanner.report.diff_words import name_of, reasons, sections, summary
from scanner.scan.diff import Change, Diff
from scanner.system.plain import plain

_INDENT = 8


def diff_as_text(diff: Diff, *, width: int = 100) -> str:
    """Return the changes by kind, with what came and went; the last line counts them. `width` is in columns."""
    lines = [f"{plain(diff.old)} → {plain(diff.new)}", ""]
    for title, changes in sections(diff):
        lines += [title, *(line for each in changes for line in _change(each, width)), ""]
    return "\n".join([*lines, summary(diff), ""])


def _change(change: Change, width: int) -> Iterator[str]:
    latest = change.latest
    yield f"  {latest.severity:<8} {latest.rule}  {name_of(latest.subject)}"
    for reason in reasons(change):
        indented = wrap(reason, max(width - _INDENT, 20), break_long_words=False, break_on_hyphens=False)
        yield from (f"{'':{_INDENT}}{line}" for line in indented)
