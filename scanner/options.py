"""The options of a scan, and how those of a file come in where the command line says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.config import Config
from scanner.config.defaults import KEYS

_WHERE = {"subscription", "management_group", "all_subscriptions"}
_OF_AZURE = _WHERE | {"context_subscription", "cloud", "save_snapshot", "via", "fresh"}
_OF_AN_ESTATE = _OF_AZURE | {"resource_group", "workspace"}


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of a scan, as click hands it over; `given` names the options that it said itself."""

    subscription: tuple[str, ...]
    management_group: tuple[str, ...]
    all_subscriptions: bool
    snapshot: Path | None
    demo: bool
    context_subscription: tuple[str, ...]
    resource_group: str
    workspace: str
    cloud: str
    profile: str
    rule: tuple[str, ...]
    skip_rule: tuple[str, ...]
    control: tuple[str, ...]
    rules: tuple[Path, ...]
    config: Path | None
    format: str
    output: Path | None
    report: tuple[str, ...]
    baseline: Path | None
    fail_on: str
    allow_unknown: bool
    save_snapshot: Path | None
    history: str | None
    via: str
    fresh: bool
    concurrency: int
    processes: int | None
    dask_scheduler: str
    timeout: float | None
    quiet: bool
    verbose: bool
    given: frozenset[str] = frozenset()


def effective(options: Options, config: Config) -> Options:
    """Fill in what the file says of options that the command line left open."""
    return replace(options, **{key: getattr(config.defaults, key) for key in from_file(options, config)})


def from_file(options: Options, config: Config) -> Iterator[str]:
    """Yield the options that the file decides: it says something, and it is not about another source."""
    silenced = _OF_AN_ESTATE if options.demo else _OF_AZURE if options.snapshot is not None else set()
    # One way to say where to scan takes the place of another.
    silenced = silenced | (_WHERE if options.given & _WHERE else set())
    for key in KEYS:
        if getattr(config.defaults, key) is not None and key not in options.given and key not in silenced:
            yield key
