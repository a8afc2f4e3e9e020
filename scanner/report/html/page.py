"""Puts the page together: one file that holds its style, its script and its pictures, and fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scanner.engine import Severity, Verdict
from scanner.frameworks.view import State
from scanner.report.frameworks import DERIVED, REMARK, controls_of, rules_of, state_of, summary_of, views_of
from scanner.report.html.assets import asset, policy
from scanner.report.html.build import pictures
from scanner.report.html.homes import Home, homes
from scanner.report.html.matrix import COLUMNS, matrix, unlisted
from scanner.report.html.results import ControlPart, control_parts
from scanner.report.html.svg import Art, art, edge_title
from scanner.report.html.trend import plot
from scanner.report.plain import plain
from scanner.report.unread import spot_help, spot_words
from scanner.report.words import (
    Status,
    horizon_of,
    name_of,
    narrowing_of,
    of_status,
    rules_run,
    scope_of,
    snapshot_of,
    status_of,
    waiver_words,
)
from scanner.scan.outcome import Scan

_FEW = 3
"""So many pictures are open when the page opens; of more, the reader chooses."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the summary: what it counts, and the filter that shows just that."""

    word: str
    count: int
    slug: str
    filter: str


@dataclass(frozen=True, slots=True)
class SolutionPart:
    """A solution's card: its numbers and its picture, None where the scan does not carry what was judged."""

    home: Home
    failed: int
    unknown: int
    art: Art | None


def as_html(scan: Scan) -> str:
    """Return the report as one HTML page."""
    drawn = pictures(scan)
    every = homes(scan, drawn)
    controls = control_parts(scan, every)
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
            homes=every,
            solutions=[_solution(home, controls) for home in every],
            open_pictures=len(every) <= _FEW,
            columns=COLUMNS,
            matrix=matrix(scan.results, every),
            unlisted=unlisted(scan.results),
            controls=controls,
            trend=plot(scan.trend),
            frameworks=views_of(scan),
            horizon=[*snapshot_of(scan.header), *horizon_of(scan.header)],
            rules_run=rules_run(scan),
            narrowed=[(heading, said.split(", ")) for heading, said in narrowing_of(scan)],
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("scanner.report.html"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        waiver=waiver_words, scope=scope_of, slug=_slug, spot_words=spot_words, spot_help=spot_help
    )
    environment.filters.update(controls_summary=summary_of, control_state=state_of, control_rules=rules_of)
    environment.globals.update(edge_title=edge_title, status_of=status_of, name_of=name_of, controls_of=controls_of)
    environment.globals.update(frameworks_remark=REMARK, frameworks_derived=DERIVED, control_pill=_PILLS)
    return environment


_PILLS = {
    State.FAILING: "fail",
    State.UNKNOWN: "unknown",
    State.WAIVED: "waived",
    State.NO_FAILURE: "pass",
    State.NOT_ASSESSED: "n-a",
}


def _harmless(value: object) -> object:
    """Make every text that a template prints harmless, before it is escaped; our own style and script stay."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _slug(word: str) -> str:
    """Return a status or control as a class name: "n/a" is "n-a"."""
    return word.lower().replace("/", "-").replace(" ", "-")


def _headline(scan: Scan) -> str:
    """Say what the scan comes to, and no more than it shows."""
    failed, unknown = len(scan.fails), scan.by_verdict[Verdict.UNKNOWN]
    if failed:
        return f"{failed} of {len(scan.results)} results failed"
    if scan.not_judged and not scan.solutions:
        return "No workspace was judged"
    if unknown:
        return f"Nothing failed, but {unknown} of {len(scan.results)} results {_are(unknown)} unknown"
    if scan.not_judged:
        return "Nothing failed, but not everything could be read"
    return "Nothing failed, and nothing is unknown" if scan.by_verdict[Verdict.PASS] else "Nothing was judged"


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


def _solution(home: Home, controls: tuple[ControlPart, ...]) -> SolutionPart:
    rows = [row for control in controls for rule in control.rules for row in rule.rows if home in row.homes]
    return SolutionPart(
        home,
        sum(row.status is Status.FAIL for row in rows),
        sum(row.status is Status.UNKNOWN for row in rows),
        art(home.picture) if home.picture is not None else None,
    )
