"""History and trend for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.engine import Severity
from scanner.history.findings import Interval, Run
from scanner.history.story import Story
from scanner.history.words import aligned, duration, finding_words, name_of, scope_words, standing_words
from scanner.report.json_text import utc
from scanner.scan.trend import Point
from scanner.system.counting import counted
from scanner.system.plain import plain

_BAR = 30
_WORST_FIRST = tuple(reversed(Severity))


def history_as_text(name: str, stories: Iterable[Story], last: int) -> str:
    """Return for each scope what opened and closed in its `last` runs, and what is open."""
    return _text(name, stories, lambda story: _history(story, last))


def trend_as_text(name: str, stories: Iterable[Story], last: int) -> str:
    """Return for each scope the counts of its `last` runs, and how long failures stay."""
    return _text(name, stories, lambda story: _trend(story, last))


def _text(name: str, stories: Iterable[Story], part: Callable[[Story], Iterator[str]]) -> str:
    lines = [plain(name), ""]
    for story in stories:
        lines += [f"scope {story.number}: {scope_words(story.scope)}", *part(story), ""]
    return "\n".join(lines)


# History


def _history(story: Story, last: int) -> Iterator[str]:
    for run in [*story.runs.values()][-last:]:
        opened, closed = story.opened.get(run.number, []), story.closed.get(run.number, [])
        yield f"  run {run.number}, {_run(run)}: {len(opened)} opened, {len(closed)} closed"
        for each in opened:
            yield f"      opened  {finding_words(each)}"
        for each in closed:
            yield f"      closed  {finding_words(each)}, {each.ending} after {duration(each.lasted(run.finished))}"
    yield from _open(story)
    yield from _intervals(story)


def _run(run: Run) -> str:
    return f"{utc(run.finished)}, {plain(run.source)}, {counted(run.rules, 'rule')}"


def _open(story: Story) -> Iterator[str]:
    found = story.open
    yield f"  open: {len(found)}"
    for each in found:
        yield f"      {finding_words(each)}"
        yield f"          {standing_words(each, each.lasted(story.last.finished))}"


def _intervals(story: Story) -> Iterator[str]:
    if story.intervals:
        yield "  how each result stood"
    before = ("", "")
    for each in story.intervals:
        if (each.rule, each.subject) != before:
            yield f"      {plain(each.rule)}  {name_of(each.subject)}"
        before = each.rule, each.subject
        yield f"          {_interval(each, story.runs)}"


def _interval(interval: Interval, runs: dict[int, Run]) -> str:
    first = runs[interval.first].finished
    until = f"until {utc(runs[interval.until].finished)}" if interval.until is not None else "still so"
    waived = ", waived" if interval.state.waived else ""
    return f"{interval.state.verdict:<7}  {interval.state.severity}{waived}, from {utc(first)}, {until}"


# Trend

_COLUMNS = ("run", "finished", *_WORST_FIRST, "waived", "unknown", "pass", "opened", "closed", "failed")


def _trend(story: Story, last: int) -> Iterator[str]:
    points = story.points[-last:]
    most = max((each.failures for each in points), default=0)
    rows = [_COLUMNS, *(_point(each, story, most) for each in points)]
    numbers = {*range(len(_COLUMNS) - 1)} - {1}
    yield from (f"  {line}" for line in aligned(rows, numbers))
    fix, age = story.mean_time_to_fix, story.median_age
    yield f"  mean time to fix: {duration(fix) if fix is not None else 'nothing was fixed yet'}"
    yield f"  median age of what is open: {duration(age) if age is not None else 'nothing is open'}"


def _point(point: Point, story: Story, most: int) -> tuple[str, ...]:
    number = point.run or 0
    counts = [*(point.failed.get(each, 0) for each in _WORST_FIRST), point.waived, point.unknown, point.passed]
    events = len(story.opened.get(number, ())), len(story.closed.get(number, ()))
    bar = "▇" * -(-point.failures * _BAR // most) if most else ""
    return (str(number), utc(point.when), *map(str, (*counts, *events)), f"{bar} {point.failures}".strip())
