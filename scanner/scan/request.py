"""What a scan is asked to do: where to read, what to judge by, what counts, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from scanner.collect.collected import Collected, Progress
from scanner.collect.snapshot import save_snapshot
from scanner.engine import Result, Rule, Subject
from scanner.engine.processes import evaluate_in_processes
from scanner.frameworks.framework import Framework
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.probe.shapes import Result as Answers
from scanner.scan.block_waivers import BlockWaiver
from scanner.scan.gate import Gate
from scanner.scan.narrowing import Narrowing

Save: TypeAlias = Callable[[Collected, Path], None]
"""Keeps what was read in a file, as `collect.snapshot.save_snapshot` does."""

Evaluate: TypeAlias = Callable[[Sequence[Rule[Subject]], Graph], tuple[Result, ...]]
"""Judges every subject of every rule, as `engine.evaluate` does."""


class Source(Protocol):
    """Where a scan reads from."""

    def collect(self, progress: Progress) -> Collected:
        """Read everything that a scan needs. Raises NothingScanned, or SnapshotError for a file."""
        ...


class Refreshing(Protocol):
    """A source that can read again what may have been out of date."""

    def refresh(self, before: Collected, ids: tuple[str, ...], progress: Progress) -> Collected:
        """Return what was read before, with what these ARM ids name as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report beside the main one: its format, one of `config.choices.FORMATS`, and where it goes."""

    format: str
    path: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is written of a scan. `path` None is stdout; `snapshot` None writes none."""

    format: str = "text"
    path: Path | None = None
    reports: tuple[ReportFile, ...] = ()
    snapshot: Path | None = None

    @property
    def formats(self) -> frozenset[str]:
        """Every format that something is written in."""
        return frozenset({self.format, *(each.format for each in self.reports)})


_TO_STDOUT = Outputs()


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One scan.

    `refresh` reads again what failures stand on, where it lags; `narrowed` and `frameworks` are for its reports, and so
    are the answers of `probes`. `in_code` are waivers that stand above blocks of code.
    """

    source: Source
    rules: tuple[Rule[Subject], ...]
    settings: Settings
    gate: Gate
    outputs: Outputs = _TO_STDOUT
    evaluate: Evaluate = evaluate_in_processes
    refresh: Refreshing | None = None
    narrowed: Narrowing | None = None
    save: Save = save_snapshot
    frameworks: tuple[Framework, ...] = ()
    probes: tuple[Answers, ...] = ()
    in_code: tuple[BlockWaiver, ...] = ()
