"""A finished scan: what reporters turn into text and the exit code is read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanner.causes.causes import Cause
from scanner.collect.collected import SnapshotFile
from scanner.collect.lines import Lines
from scanner.engine import Result, Severity, Verdict
from scanner.engine.waivers import WaiverUse
from scanner.evidence import Gap
from scanner.frameworks.framework import Framework
from scanner.graph import Graph
from scanner.probe.expected.joined import Evidence
from scanner.scan.blind_spots import BlindSpot, blind_spots
from scanner.scan.diff import Diff
from scanner.scan.drift import Drift
from scanner.scan.narrowing import Narrowing
from scanner.scan.places import NOWHERE, Places
from scanner.scan.trend import Point


@dataclass(frozen=True, slots=True)
class Header:
    """Where a scan came from. Times are in UTC; `requests` counts what was sent to Azure.

    `via` is "arm" or "graph" for what was read live, `why` the reason where there was a choice. `neighbours` are
    subscriptions that were read unasked, `horizon` those that the identity sees, where a source tells of it; sorted.
    `file` is the snapshot that was judged. `notes` are sentences on what was read.
    """

    source: str
    cloud: str
    profile: str
    subscriptions: tuple[str, ...]
    context_subscriptions: tuple[str, ...]
    started: datetime
    finished: datetime
    requests: int
    tool_version: str
    via: str = ""
    why: str = ""
    neighbours: tuple[str, ...] = ()
    horizon: tuple[str, ...] = ()
    file: SnapshotFile | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SolutionSummary:
    """A workspace and its parts as far as they were seen; ids as Azure wrote them, `isolation` None if unknown."""

    workspace: str
    isolation: str | None
    aml_vnets: tuple[str, ...]
    access_vnets: tuple[str, ...]
    storage_accounts: tuple[str, ...]
    key_vaults: tuple[str, ...]
    registries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """Header, solutions, results in rule order, gaps, and what became of the waivers.

    `graph` is what was judged, for reporters that draw it. `trend` is how earlier runs stood and this one stands, where
    a history is kept. `not_judged` is one line on what was not judged at all and why, "" where that is nothing.
    `narrowed` says how the scan was narrowed, and is None where nobody could. `causes` are what the failures that
    nobody accepted come from, the weightiest first. `frameworks` are those that reports show results by, bound to the
    profile. `change` is what a plan changes in the estate, where one was judged with it, and `unknown_before` has the
    fingerprints of what is unknown without it. `places` are where resources and faults stand in code, `drift`
    how the estate as it is differs from what code left behind, where that stands beside it. `lines` knows the code.
    `stand_ins` are addresses in code by the names, in lower case, that stand for unknown ones. `evidence` is what
    probes found, beside verdicts that stay as they are.
    """

    header: Header
    solutions: tuple[SolutionSummary, ...]
    results: tuple[Result, ...]
    gaps: tuple[Gap, ...]
    waivers: tuple[WaiverUse, ...] = ()
    graph: Graph | None = field(default=None, repr=False, compare=False)
    trend: tuple[Point, ...] = ()
    not_judged: str = ""
    narrowed: Narrowing | None = None
    causes: tuple[Cause, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    change: Diff | None = None
    unknown_before: frozenset[str] = frozenset()
    places: Places = NOWHERE
    drift: Drift | None = None
    lines: Lines | None = field(default=None, repr=False, compare=False)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence | None = None

    @property
    def blind_spots(self) -> tuple[BlindSpot, ...]:
        """What could not be read, by subscription and reason, with the unknown verdicts that hang on it."""
        return blind_spots(self.gaps, self.results)

    @property
    def waived(self) -> int:
        """How many failures somebody accepted."""
        return sum(result.is_waived for result in self.results)

    @property
    def fails(self) -> tuple[Result, ...]:
        """The failures that nobody accepted, those that the baseline knows among them."""
        return tuple(each for each in self.results if each.verdict is Verdict.FAIL and not each.is_waived)

    @property
    def unknown_and_new(self) -> int:
        """How many results are unknown, less those that the baseline knows or that are so without a plan."""
        unknown = [each for each in self.results if each.verdict is Verdict.UNKNOWN and not each.seen_before]
        return sum(each.fingerprint not in self.unknown_before for each in unknown)

    @property
    def by_verdict(self) -> Counter[Verdict]:
        """How many results there are of each verdict; a failure that somebody accepted counts as `waived` alone."""
        return Counter(result.verdict for result in self.results if not result.is_waived)

    @property
    def fails_by_severity(self) -> Counter[Severity]:
        """How many failed results there are of each severity, without what somebody accepted."""
        return Counter(result.severity for result in self.fails)
