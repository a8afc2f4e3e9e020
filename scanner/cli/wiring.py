"""From options to a request: the one place where the command line turns into what a scan is asked to do.

A source is a class with `collect(progress)` and a row in `_SOURCES`. The Azure SDKs and a cluster's packages are
imported only by the rows that need them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.code_waivers import code_of, require_waivers, waivers_in
from scanner.cli.frameworks import frameworks_asked_for, require_frameworks
from scanner.cli.narrowing import narrowing_of
from scanner.cli.options import Options
from scanner.cli.policing import policy_of, require_allowed
from scanner.cli.rule_choice import rules_asked_for
from scanner.config.choices import FORMATS
from scanner.config.file import Config
from scanner.config.names import require_known
from scanner.engine.processes import evaluate_in_processes
from scanner.engine.severity import Severity
from scanner.errors import UsageError, one_line
from scanner.frameworks.framework import mapped
from scanner.graph.settings import Profile, Scope, Settings
from scanner.probe.expected.joined import read_result
from scanner.report.earlier import Baseline, baseline_in
from scanner.scan.gate import Gate
from scanner.scan.request import Evaluate, Outputs, Refreshing, ReportFile, ScanRequest, Source
from scanner.system.plain import plain

if TYPE_CHECKING:
    from scanner.cluster.connection import Cluster
    from scanner.collect.azure.collector import LiveSource


@contextmanager
def requested(options: Options, config: Config) -> Iterator[ScanRequest]:
    """Make the request that options and configuration come to; a cluster is connected while the block runs.

    Raises UsageError, RulePackError, ReportError, ProbeError or ClusterError.
    """
    rules, policy = rules_asked_for(options, config), policy_of(options, config)
    in_code = waivers_in(code_of(options.source)) if options.source else ()
    require_waivers(in_code, rules.every)
    require_allowed(policy, options, config, rules, today(), tuple(each.waiver for each in in_code))
    narrowed = narrowing_of(options, config, rules, policy)
    settings, gate, outputs = settings_of(options, config), gate_of(options, config), outputs_of(options)
    frameworks = frameworks_asked_for(options, rules.every)
    require_frameworks((outputs.format, *(each.format for each in outputs.reports)), frameworks)
    if policy is not None:
        gate = replace(gate, required=frozenset(each.id for each in rules.judging if policy.requires(each.id)))
    with _cluster_of(options) as cluster:
        yield ScanRequest(
            _source_of(options, settings, cluster),
            mapped(rules.judging, frameworks),
            settings,
            gate,
            outputs,
            _evaluate_of(options, cluster),
            _refresh_of(options),
            narrowed,
            frameworks=frameworks,
            probes=tuple(map(read_result, options.evidence)),
            in_code=in_code,
        )


# What is judged, and what counts


def settings_of(options: Options, config: Config) -> Settings:
    """Return the choices that verdicts depend on. The demo is another estate than the one whose roles a file names."""
    aml, access = ((), ()) if options.demo else (config.aml_vnets or (), config.access_vnets or ())
    groups, workspaces = tuple(filter(None, options.resource_group)), tuple(filter(None, options.workspace))
    scope = Scope(options.subscription, options.context_subscription, groups, workspaces)
    return Settings(
        Profile(options.profile),
        scope=scope,
        allowed_ip_ranges=config.allowed_ip_ranges or (),
        aml_vnets=aml,
        access_vnets=access,
        trusted_subscriptions=config.trusted_subscriptions or (),
    )


def gate_of(options: Options, config: Config) -> Gate:
    """Return what failures are held against. Raises ReportError for a baseline that is none."""
    baseline = baseline_in(options.baseline) if options.baseline is not None else Baseline()
    return Gate(
        today(),
        config.waivers,
        baseline.failed,
        None if options.fail_on == "never" else Severity(options.fail_on),
        options.allow_unknown,
        options.allow_empty,
        options.gate == "all",
        unknown_before=baseline.unknown,
        compared=baseline.every,
    )


def today() -> date:
    """Return the day by UTC, which waivers go by."""
    return datetime.now(UTC).date()


def outputs_of(options: Options) -> Outputs:
    """Return what is written. Raises UsageError for a report in a format that nobody knows."""
    reports = tuple(_report(each) for each in options.report)
    return Outputs(options.format, options.output, reports, options.save_snapshot)


def _report(text: str) -> ReportFile:
    kind, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--report takes FORMAT=FILE, not {one_line(text)!r}")
    require_known("format", [kind], FORMATS, f"formats are {', '.join(FORMATS)}")
    return ReportFile(kind.lower(), Path(path))


# Where it reads, and what judges


def _source_of(options: Options, settings: Settings, cluster: Cluster | None) -> Source:
    if options.is_live and not options.is_beside:
        named = (*settings.aml_vnets, *settings.access_vnets)
        # What is kept may be judged beside a plan, on which more depends than on what is there.
        keeps = options.save_snapshot is not None
        live = replace(_live(options), networks=named, scope=settings.scope, reads_all=keeps)
        if cluster is None:
            return live
        from scanner.cluster.collecting import ClusterSource  # noqa: PLC0415 - part of an extra

        return ClusterSource(cluster, live, live.echo)
    return next(make(options) for option, make in _SOURCES.items() if getattr(options, option))


def _snapshot(options: Options) -> Source:
    from scanner.collect.snapshot import SnapshotSource  # noqa: PLC0415

    assert options.snapshot is not None  # noqa: S101 - it is the row that was chosen
    return SnapshotSource(options.snapshot, options.accept_edited)


def _code(options: Options) -> Source:
    from scanner.collect.iac.terraform_source import TerraformSource  # noqa: PLC0415
    from scanner.collect.iac.what_if_source import WhatIfSource  # noqa: PLC0415

    if options.is_beside:
        # What code adds may depend on what nothing that is there does.
        there = _snapshot(options) if options.snapshot is not None else replace(_live(options), reads_all=True)
        return WhatIfSource(there, options.plan, options.state, code_of(options.source))
    return TerraformSource(options.plan, options.state, options.cloud, code_of(options.source))


def _template(options: Options) -> Source:
    from scanner.collect.iac.template_source import TemplateSource  # noqa: PLC0415

    return TemplateSource(options.template, options.parameters, options.cloud)


def _demo(options: Options) -> Source:
    from scanner.collect.demo.source import DemoSource  # noqa: PLC0415 - it imports the SDKs

    return DemoSource(options.concurrency, options.timeout)


def plan_of(options: Options) -> LiveSource:
    """Return where and how a live scan reads. Raises UsageError for a cloud that is none."""
    return _live(options)


def _live(options: Options) -> LiveSource:
    from scanner.collect.azure.collector import LiveSource  # noqa: PLC0415 - it imports the SDKs
    from scanner.collect.azure.session.cloud import cloud_of  # noqa: PLC0415
    from scanner.collect.azure.session.limits import Limits  # noqa: PLC0415
    from scanner.system.reading import MIB  # noqa: PLC0415

    return LiveSource(
        cloud_of(options.cloud),
        options.subscription,
        options.context_subscription,
        options.concurrency,
        options.timeout,
        via=options.via,
        management_groups=options.management_group,
        everything=options.all_subscriptions,
        neighbours=not options.no_neighbours,
        limits=Limits(answer_bytes=options.answer_mib * MIB),
        echo=partial(_echo, quiet=options.quiet),
    )


_SOURCES: Mapping[str, Callable[[Options], Source]] = {
    "plan": _code,
    "state": _code,
    "template": _template,
    "snapshot": _snapshot,
    "demo": _demo,
    "subscription": _live,
    "management_group": _live,
    "all_subscriptions": _live,
}
"""Sources by the option that names one."""


def _refresh_of(options: Options) -> Refreshing | None:
    """Return what reads again, if that is asked for and can be."""
    return _live(options) if options.fresh and options.is_live else None


def _evaluate_of(options: Options, cluster: Cluster | None) -> Evaluate:
    """Return what judges: a cluster, or processes of this machine."""
    if cluster is None:
        return partial(evaluate_in_processes, processes=options.processes)
    from scanner.cluster.judging import evaluate_on  # noqa: PLC0415 - part of an extra

    return partial(evaluate_on, cluster)


@contextmanager
def _cluster_of(options: Options) -> Iterator[Cluster | None]:
    """Connect to the cluster that was asked for, if any. Raises UsageError and ClusterError."""
    if not options.dask_scheduler:
        yield None
        return
    from scanner.cluster.connection import connected  # noqa: PLC0415 - part of an extra

    with connected(options.dask_scheduler, options.timeout, verbose=options.verbose) as cluster:
        yield cluster


def _echo(line: str, *, quiet: bool) -> None:
    """Tell what will be scanned, before it is."""
    if not quiet:
        sys.stderr.write(f"{plain(line)}\n")
