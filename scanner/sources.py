"""Where a scan reads from and what judges it: this machine or a cluster, Azure, a snapshot or the demo."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from scanner.collect.collected import Collected, Progress
from scanner.errors import UsageError, one_line
from scanner.options import Options
from scanner.processes import evaluate_in_processes
from scanner.report.plain import plain
from scanner.scan import Evaluate

if TYPE_CHECKING:
    from scanner.cluster.connection import Cluster
    from scanner.collect.azure.collector import LiveSource

_GROUP_NAME = re.compile(r"[A-Za-z0-9][\w().-]{0,89}", re.ASCII)


def require_one_source(options: Options) -> None:
    """Raise UsageError unless the options name one source and fit together."""
    where = [bool(options.subscription), bool(options.management_group), options.all_subscriptions]
    if sum([*where, options.snapshot is not None, options.demo]) != 1:
        raise UsageError(
            "name one source: --subscription ID, --management-group NAME, --all-subscriptions, --snapshot FILE or "
            "--demo; see mlsec-scan --help"
        )
    if options.demo and options.context_subscription:
        raise UsageError("--demo has no other subscriptions; leave --context-subscription out")
    if options.snapshot and options.save_snapshot:
        raise UsageError("--snapshot is a snapshot already; leave --save-snapshot out")
    if options.dask_scheduler and options.fresh:
        raise UsageError("--fresh reads from this machine; leave it out with --dask-scheduler")
    for each in options.management_group:
        if not _GROUP_NAME.fullmatch(each):
            raise UsageError(f"{one_line(each)!r} is not the name of a management group")


def collector(options: Options, progress: Progress, cluster: Cluster | None) -> Callable[[], Collected]:
    """Return what collects; the Azure SDKs are imported only by the sources that use them."""
    if options.snapshot is not None:
        from scanner.collect.snapshot import read_snapshot  # noqa: PLC0415

        path = options.snapshot
        return lambda: read_snapshot(path)
    if options.demo:
        from scanner.demo import collect_demo  # noqa: PLC0415

        return lambda: collect_demo(progress, options.concurrency, options.timeout)
    source = _live(options)
    if cluster is not None:
        from scanner.cluster.collecting import collect_on  # noqa: PLC0415

        return lambda: collect_on(cluster, source, partial(_echo, options))
    from scanner.collect.azure.collector import collect_live  # noqa: PLC0415

    return lambda: collect_live(source, progress, partial(_echo, options))


def evaluator(options: Options, cluster: Cluster | None) -> Evaluate:
    """Return what judges: a cluster, or processes of this machine."""
    if cluster is None:
        return partial(evaluate_in_processes, processes=options.processes)
    from scanner.cluster.judging import evaluate_on  # noqa: PLC0415

    return partial(evaluate_on, cluster)


@contextmanager
def cluster_of(options: Options) -> Iterator[Cluster | None]:
    """Connect to the cluster that was asked for, if any. Raises UsageError and ClusterError."""
    if not options.dask_scheduler:
        yield None
        return
    from scanner.cluster.connection import connected  # noqa: PLC0415

    with connected(options.dask_scheduler, verbose=options.verbose) as cluster:
        yield cluster


def _live(options: Options) -> LiveSource:
    from scanner.collect.azure.cloud import cloud_of  # noqa: PLC0415
    from scanner.collect.azure.collector import LiveSource  # noqa: PLC0415

    return LiveSource(
        cloud_of(options.cloud),
        options.subscription,
        options.context_subscription,
        options.concurrency,
        options.timeout,
        via=options.via,
        management_groups=options.management_group,
        everything=options.all_subscriptions,
    )


def refresher(options: Options, progress: Progress) -> Callable[[Collected, tuple[str, ...]], Collected] | None:
    """Return what reads again, if that is asked for."""
    if not options.fresh or options.demo or options.snapshot is not None:
        return None
    from scanner.collect.azure.collector import refresh_live  # noqa: PLC0415

    source = _live(options)
    return lambda before, ids: refresh_live(source, before, ids, progress)


def _echo(options: Options, line: str) -> None:
    """Tell what will be scanned, before it is."""
    if not options.quiet:
        sys.stderr.write(f"{plain(line)}\n")
