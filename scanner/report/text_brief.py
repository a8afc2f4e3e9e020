"""The text report as it usually is: what matters most first, in a hundred lines however large the estate is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from scanner.engine import Result, Verdict
from scanner.model.arm import ArmId
from scanner.report.grouping import Places
from scanner.report.lines import Paper
from scanner.report.text_failures import Failures, by_severity
from scanner.report.text_fitting import fitted
from scanner.report.text_unknowns import unknown_blocks
from scanner.report.todo import Todo, source_option
from scanner.report.view import View
from scanner.report.words import Status, of_status
from scanner.scan.outcome import Scan
from scanner.system.counting import counted

_LONGEST = 100
"""Lines of the whole report; `--top` and `--all` ask for more."""

_OF_UNKNOWNS = 18
"""Lines that unknowns get beside however many failures."""

_WORST = 5
_FIRST = 5
"""Workspaces, and things to fix, that are named at the head."""


def brief(scan: Scan, view: View, paper: Paper, todos: Iterable[Todo], taken: int) -> Iterator[str]:
    """Yield the worst workspaces, what to fix first, failures and unknowns; `taken` lines are for other things."""
    places, shown = Places(scan), [each for each in scan.results if view.shows(each)]
    first = [*_worst(scan, places, paper), *_fix_first(todos, paper), *_hidden(scan, shown, view, paper)]
    failures = [*Failures(view, places, paper).blocks(shown)]
    named = view.only is Verdict.UNKNOWN
    unknowns = [] if view.only is Verdict.FAIL else [*unknown_blocks(scan.gaps, shown, paper, named=named)]
    room = _LONGEST - taken - len(first)
    kept = min(sum(each.length for each in unknowns), _OF_UNKNOWNS)
    lines = [*fitted(failures, None if view.top else room - kept, _more)]
    yield from (*first, *lines)
    yield from fitted(unknowns, None if view.top else room - len(lines), _more)


def _more(count: int) -> str:
    return f"  and {count} more"


def next_steps(scan: Scan, paper: Paper, todos: Iterable[Todo]) -> Iterator[str]:
    """Yield what to type next."""
    worst = next(iter(of_status(scan, Status.FAIL) or of_status(scan, Status.UNKNOWN)), None)
    yield from ("", "Next")
    if worst is not None:
        yield from paper.lines(f"mlsec-scan explain {worst.rule.id}: why it matters, and how to fix it", 1)
    source = source_option(scan.header)
    if any(each.how for each in todos):
        yield from paper.lines(f"mlsec-scan fix {source} --all: the steps that clear what edits can, each verified", 1)
    again = f"mlsec-scan {source}" if source else "the same scan with"
    yield from paper.lines(f"{again} --report html=mlsec.html: pictures, paths and every result", 1)
    yield from paper.lines(f"{again} --all: every result here, passes too", 1)


# What is worst


def _worst(scan: Scan, places: Places, paper: Paper) -> Iterator[str]:
    """Yield the workspaces of which the worst failed, and most of it."""
    found = _by_workspace((each for each in scan.results if _matters(each)), places)
    standings = sorted(found.items(), key=lambda each: _weight(each[1]), reverse=True)
    if not standings:
        return
    yield from ("", "Worst first")
    for workspace, results in standings[:_WORST]:
        yield from paper.lines(f"{places.workspace(workspace)}: {_standing(results)}", 1)
    rest = len(scan.solutions) - min(len(standings), _WORST)
    if rest:
        yield from paper.lines(f"and {rest} more workspace{'s' if rest > 1 else ''}", 1)


def _by_workspace(results: Iterable[Result], places: Places) -> dict[ArmId, list[Result]]:
    found: dict[ArmId, list[Result]] = defaultdict(list)
    for result in results:
        for workspace in places.homes.of(result):
            found[workspace].append(result)
    return found


def _matters(result: Result) -> bool:
    return not result.is_waived and result.verdict in {Verdict.FAIL, Verdict.UNKNOWN}


def _failed(results: Iterable[Result]) -> list[Result]:
    return [each for each in results if each.verdict is Verdict.FAIL]


def _weight(results: list[Result]) -> tuple[int, ...]:
    """Return the failures of each severity, the worst first, then the unknowns."""
    counts = Counter(each.severity.rank for each in _failed(results))
    return (*(counts[rank] for rank in range(4, -1, -1)), len(results))


def _standing(results: list[Result]) -> str:
    failed = _failed(results)
    unknown = len(results) - len(failed)
    said = [by_severity(failed), f"{unknown} unknown" if unknown else ""]
    return ", ".join(filter(None, said))


# What to fix first, and what is left out


def _fix_first(todos: Iterable[Todo], paper: Paper) -> Iterator[str]:
    every = [*todos]
    if every:
        yield from ("", "Fix first")
        yield from chain.from_iterable(_todo(number, each, paper) for number, each in enumerate(every[:_FIRST], 1))
    if len(every) > _FIRST:
        yield from paper.lines(f"and {len(every) - _FIRST} more: mlsec-scan causes, for the same source", 1)


def _todo(number: int, todo: Todo, paper: Paper) -> Iterator[str]:
    yield from paper.lines(f"{number}. {todo.what}; {todo.clears}", 1)
    yield from paper.lines(todo.how or todo.does, 3)


def _hidden(scan: Scan, shown: list[Result], view: View, paper: Paper) -> Iterator[str]:
    """Yield how much the reader asked not to see."""
    if view.narrows:
        count = len(scan.results) - len(shown)
        yield from (
            "",
            *paper.lines(f"Not shown, by {view.narrows}: {count} of {counted(len(scan.results), 'result')}"),
        )
