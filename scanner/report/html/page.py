"""Puts the page together: one file that holds its style, its script and its pictures, and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment

from scanner.engine import Severity, Verdict
from scanner.frameworks.view import State
from scanner.report.evidence import COLUMNS as AGREEMENT
from scanner.report.evidence import REMARK as PROBES
from scanner.report.evidence import agreement, beside_of, counts_of, files_of, hop_of, name_of, told, words_of
from scanner.report.frameworks import DERIVED, REMARK, controls_of, rules_of, state_of, summary_of, views_of
from scanner.report.html.assets import asset, policy
from scanner.report.html.build import pictures
from scanner.report.html.drifted import drift_part
from scanner.report.html.first import fix_first
from scanner.report.html.heat import Row, Tally, heat
from scanner.report.html.homes import Finder, Home, homes
from scanner.report.html.matrix import COLUMNS, Part, matrix, unlisted
from scanner.report.html.pages import environment_of_pages
from scanner.report.html.results import groups
from scanner.report.html.svg import Art, art, edge_title, line_looks
from scanner.report.html.trend import plot
from scanner.report.unread import spot_help, spot_words
from scanner.report.words import (
    Status,
    change_of,
    horizon_of,
    narrowing_of,
    notes_of,
    of_status,
    rules_run,
    scope_of,
    snapshot_of,
    waiver_words,
)
from scanner.scan.outcome import Scan
from scanner.system.counting import counted

_FEW = 3
"""So many solutions are open when the page opens, one below the other; of more, one at a time is shown."""

_PRINTED = 5
"""So many pictures are printed, of the solutions that are worst off; of more, paper shows nothing."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the summary: what it counts, and the filter that shows just that."""

    word: str
    count: int
    slug: str
    filter: str


@dataclass(frozen=True, slots=True)
class SolutionPart:
    """A solution's card: its numbers, its private paths and its picture, None where the scan carries no estate."""

    home: Home
    total: Tally
    paths: Part
    art: Art | None


def as_html(scan: Scan) -> str:
    """Return the report as one HTML page."""
    drawn = pictures(scan)
    every = homes(scan, drawn)
    finder = Finder(every)
    estate = heat(scan.results, every, finder)
    urgent, later = fix_first(scan)
    paths = {part.home.place: part for part in matrix(scan.results, every)}
    return (
        _environment()
        .get_template("page.html")
        .render(
            scan=scan,
            headline=_headline(scan),
            policy=policy(),
            style=asset("style.css"),
            script=asset("script.js"),
            verdicts=_verdicts(scan),
            severities=_severities(scan),
            known=sum(each.seen_before for each in scan.fails),
            urgent=urgent,
            later=later,
            heat=estate,
            homes=every,
            solutions=[part for row in estate.rows for part in _solution(row, paths)],
            few=_FEW,
            printed=_PRINTED,
            columns=COLUMNS,
            unlisted=unlisted(scan.results),
            groups=groups(scan, finder),
            trend=plot(scan.trend),
            frameworks=views_of(scan),
            evidence=_evidence(scan),
            drift=drift_part(scan.drift),
            horizon=[*snapshot_of(scan.header), *horizon_of(scan.header), *notes_of(scan.header), *change_of(scan)],
            rules_run=rules_run(scan),
            narrowed=[(heading, said.split(", ")) for heading, said in narrowing_of(scan)],
        )
    )


@cache
def _environment() -> Environment:
    environment = environment_of_pages()
    environment.filters.update(
        waiver=waiver_words, scope=scope_of, slug=_slug, spot_words=spot_words, spot_help=spot_help
    )
    environment.filters.update(controls_summary=summary_of, control_state=state_of, control_rules=rules_of)
    environment.globals.update(edge_title=edge_title, line_looks=line_looks, controls_of=controls_of)
    environment.globals.update(
        frameworks_remark=REMARK, frameworks_derived=DERIVED, probes_remark=PROBES, control_pill=_PILLS
    )
    return environment


_PILLS = {
    State.FAILING: "fail",
    State.UNKNOWN: "unknown",
    State.WAIVED: "waived",
    State.NO_FAILURE: "pass",
    State.NOT_ASSESSED: "n-a",
}


def _slug(word: str) -> str:
    """Return a status or control as a class name: "n/a" is "n-a"."""
    return word.lower().replace("/", "-").replace(" ", "-")


def _headline(scan: Scan) -> str:
    """Say what the scan comes to, and no more than it shows."""
    failed, unknown = len(scan.fails), scan.by_verdict[Verdict.UNKNOWN]
    if failed:
        return f"{failed} of {counted(len(scan.results), 'result')} failed"
    if scan.not_judged and not scan.solutions:
        return "No workspace was judged"
    if unknown:
        return f"Nothing failed, but {unknown} of {counted(len(scan.results), 'result')} {_are(unknown)} unknown"
    if scan.not_judged:
        return "Nothing failed, but not everything could be read"
    return "Nothing failed, and nothing is unknown" if scan.by_verdict[Verdict.PASS] else "Nothing was judged"


@dataclass(frozen=True, slots=True)
class Probes:
    """What probes found: counts, how model and probe met, where probes stood, and the answers to look at."""

    counts: str
    files: list[str]
    columns: list[str]
    agreement: list[tuple[str, list[int]]]
    rows: list[tuple[str, str, str, str]]


def _evidence(scan: Scan) -> Probes | None:
    if scan.evidence is None:
        return None
    rows = [(name_of(each), words_of(each), hop_of(each), beside_of(each, scan)) for each in told(scan.evidence)]
    return Probes(counts_of(scan.evidence), [*files_of(scan.evidence)], [*AGREEMENT], agreement(scan.evidence), rows)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _verdicts(scan: Scan) -> list[Tile]:
    return [
        Tile(_WORDS[status], len(of_status(scan, status)), _slug(status), f"verdict={_slug(status)}")
        for status in Status
    ]


_WORDS = {
    Status.FAIL: "failed",
    Status.WAIVED: "waived",
    Status.UNKNOWN: "unknown",
    Status.PASS: "passed",
    Status.NOT_APPLICABLE: "not applicable",
}


def _severities(scan: Scan) -> list[Tile]:
    found = scan.fails_by_severity
    return [Tile(each, found[each], each, f"verdict=fail&severity={each}") for each in reversed(Severity)]


def _solution(row: Row, paths: dict[int, Part]) -> Iterator[SolutionPart]:
    """Yield the card of a workspace's row."""
    home = row.home
    if home is not None:
        drawing = art(home.picture) if home.picture is not None else None
        yield SolutionPart(home, row.total, paths[home.place], drawing)
