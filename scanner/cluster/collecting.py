"""Collecting on a cluster: shards of subscriptions, each read by a worker with an identity of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from scanner.cluster import tasks
from scanner.cluster.connection import Cluster
from scanner.collect.azure.parts import in_shards, put_together
from scanner.collect.azure.source import LiveSource
from scanner.collect.collected import Collected

_LEAST_SECONDS = 1.0


def collect_on(cluster: Cluster, source: LiveSource, echo: Callable[[str], None]) -> Collected:
    """Read what `collect_live` would read, on the workers. Raises ClusterError and NothingScanned."""
    started, began = datetime.now(UTC), time.monotonic()
    [(surveyed, told)] = cluster.run(tasks.survey, source, [()])
    for line in told:
        echo(line)
    left = None if source.timeout is None else max(_LEAST_SECONDS, source.timeout - (time.monotonic() - began))
    shards = in_shards(surveyed.subscriptions, cluster.shares)
    parts = cluster.run(tasks.collect, surveyed, [(each, left) for each in shards])
    return put_together(surveyed, parts, started)
