"""From options to a scan and its reports: what the command line asked for, wired together."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanner.collect.collected import Collected, Progress
from scanner.config import Config, read_config
from scanner.engine import Rule, Severity, Subject
from scanner.errors import UsageError, one_line
from scanner.files import to_stdout, written_whole
from scanner.names import require_known
from scanner.outcome import Scan
from scanner.pack import built_in_pack, load_packs
from scanner.progress import shown
from scanner.report.json_v1 import as_json
from scanner.report.text import as_text
from scanner.scan import Request, chosen, exit_code, scan
from scanner.settings import Profile, Scope, Settings

DEFAULT_CONFIG = Path("mlsec.toml")

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of a scan, as click hands it over."""

    subscription: tuple[str, ...]
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
    fail_on: str
    allow_unknown: bool
    save_snapshot: Path | None
    concurrency: int
    timeout: float | None
    quiet: bool
    verbose: bool


def run(options: Options) -> int:
    """Scan, write the reports, and return the exit code."""
    _set_up_logging(verbose=options.verbose)
    _require_one_source(options)
    reports = [_report(each) for each in options.report]
    with shown(quiet=options.quiet or options.verbose) as progress:
        finished = scan(Request(_source(options, progress), _rules(options), _settings(options), options.save_snapshot))
    _write(finished, options.format, options.output)
    for kind, path in reports:
        _write(finished, kind, path)
    fail_on = None if options.fail_on == "never" else Severity(options.fail_on).rank
    return exit_code(finished, fail_on, allow_unknown=options.allow_unknown)


def _set_up_logging(*, verbose: bool) -> None:
    """Keep the SDKs' own log lines off stderr; what the user can act on comes as an error. Tell of our requests."""
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scanner.azure")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)


# The source


def _require_one_source(options: Options) -> None:
    given = [bool(options.subscription), options.snapshot is not None, options.demo]
    if sum(given) != 1:
        raise UsageError("name one source: --subscription ID, --snapshot FILE or --demo; see mlsec-scan --help")
    if options.demo and options.context_subscription:
        raise UsageError("--demo has no other subscriptions; leave --context-subscription out")
    if options.snapshot and options.save_snapshot:
        raise UsageError("--snapshot is a snapshot already; leave --save-snapshot out")
    for each in (*options.subscription, *options.context_subscription):
        if not _GUID.fullmatch(each):
            raise UsageError(f"{one_line(each)!r} is not a subscription id; `az account list` shows them")


def _source(options: Options, progress: Progress) -> Callable[[], Collected]:
    """Return what collects; the Azure SDKs are imported only by the sources that use them."""
    if options.snapshot is not None:
        from scanner.collect.snapshot import read_snapshot  # noqa: PLC0415

        path = options.snapshot
        return lambda: read_snapshot(path)
    if options.demo:
        from scanner.demo import collect_demo  # noqa: PLC0415

        return lambda: collect_demo(progress, options.concurrency, options.timeout)
    return _live(options, progress)


def _live(options: Options, progress: Progress) -> Callable[[], Collected]:
    from scanner.collect.azure.cloud import cloud_of  # noqa: PLC0415
    from scanner.collect.azure.collector import LiveSource, collect_live  # noqa: PLC0415

    source = LiveSource(
        cloud_of(options.cloud),
        options.subscription,
        options.context_subscription,
        options.concurrency,
        options.timeout,
    )
    return lambda: collect_live(source, progress)


# What is judged, and how


def _rules(options: Options) -> tuple[Rule[Subject], ...]:
    rules = load_packs([built_in_pack(), *options.rules])
    ids = (*options.rule, *options.skip_rule)
    require_known("rule", ids, (rule.id for rule in rules), "`mlsec-scan rules` lists them")
    controls = dict.fromkeys(rule.control for rule in rules)
    require_known("control", options.control, controls, "`mlsec-scan rules` lists them")
    found = chosen(rules, options.rule, options.skip_rule, options.control)
    if not found:
        raise UsageError("no rule is left to judge by; widen --rule, --skip-rule and --control")
    return found


def _settings(options: Options) -> Settings:
    config = _config(options.config)
    scope = Scope(
        options.subscription,
        options.context_subscription,
        options.resource_group,
        options.workspace,
    )
    return Settings(
        Profile(options.profile),
        scope=scope,
        allowed_ip_ranges=config.allowed_ip_ranges,
        aml_vnets=config.aml_vnets,
        access_vnets=config.access_vnets,
    )


def _config(path: Path | None) -> Config:
    if path is not None:
        return read_config(path)
    return read_config(DEFAULT_CONFIG) if DEFAULT_CONFIG.is_file() else Config()


# Reports


def _report(text: str) -> tuple[str, Path]:
    kind, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--report takes FORMAT=FILE, not {one_line(text)!r}")
    require_known("format", [kind], FORMATS, f"formats are {', '.join(FORMATS)}")
    return kind.lower(), Path(path)


def _write(finished: Scan, kind: str, path: Path | None) -> None:
    if path is None:
        to_stdout(_for_terminal(finished) if kind == "text" else FORMATS[kind](finished))
        return
    with written_whole(path) as file:
        file.write(FORMATS[kind](finished).encode())


def _for_terminal(finished: Scan) -> str:
    """Return the text report as wide as the terminal, in colour where that is wanted."""
    if not sys.stdout.isatty():
        return as_text(finished)
    return as_text(finished, width=os.get_terminal_size().columns, colour="NO_COLOR" not in os.environ)


FORMATS: dict[str, Callable[[Scan], str]] = {"text": as_text, "json": as_json}
"""The reporters by format."""
