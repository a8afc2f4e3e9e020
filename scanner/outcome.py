"""A finished scan: what reporters turn into text and the exit code is read from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from scanner.engine import Result, Severity, Verdict
from scanner.evidence import Gap


@dataclass(frozen=True, slots=True)
class Header:
    """Where a scan came from. Times are in UTC; `requests` counts what was sent to Azure."""

    source: str
    cloud: str
    profile: str
    subscriptions: tuple[str, ...]
    context_subscriptions: tuple[str, ...]
    started: datetime
    finished: datetime
    requests: int
    tool_version: str


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
    """Header, solutions, results in rule order, and gaps."""

    header: Header
    solutions: tuple[SolutionSummary, ...]
    results: tuple[Result, ...]
    gaps: tuple[Gap, ...]

    @property
    def by_verdict(self) -> Counter[Verdict]:
        """How many results there are of each verdict."""
        return Counter(result.verdict for result in self.results)

    @property
    def fails_by_severity(self) -> Counter[Severity]:
        """How many failed results there are of each severity."""
        return Counter(result.severity for result in self.results if result.verdict is Verdict.FAIL)
