"""Collecting on a cluster: shards of subscriptions, each read by a worker with an identity of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from scanner.cluster import tasks
from scanner.cluster.connection import Cluster
from scanner.collect.azure.parts import Part, Survey, in_shards, put_together, unread_part
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.session.deadline import Deadline
from scanner.collect.collected import Collected, Progress
from scanner.model.arm import Json

_LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ClusterSource:
    """Azure as a source, read by the workers of a cluster. Progress is not shown: it happens elsewhere."""

    cluster: Cluster
    plan: LivePlan
    echo: Callable[[str], None]

    def collect(self, _progress: Progress) -> Collected:
        """Read what a `LiveSource` would read. Raises ClusterError and NothingScanned."""
        return collect_on(self.cluster, self.plan, self.echo)


def collect_on(cluster: Cluster, source: LivePlan, echo: Callable[[str], None]) -> Collected:
    """Read what `collect_live` would read, on the workers. Raises ClusterError and NothingScanned."""
    started, began = datetime.now(UTC), time.monotonic()
    [answer] = cluster.run(tasks.survey, source, [()])
    surveyed, told = _survey_in(answer, cluster)
    for line in told:
        echo(line)
    left = None if source.timeout is None else max(_LEAST_SECONDS, source.timeout - (time.monotonic() - began))
    shards = in_shards(surveyed.subscriptions, cluster.shares)
    parts = cluster.run(tasks.collect, surveyed, [(each, left) for each in shards], partial(_late, source.timeout))
    for each in parts:
        if not isinstance(each, Part):
            raise cluster.malformed(each)
    return put_together(surveyed, parts, started)


def _late(timeout: float | None, subscriptions: list[Json], _left: float | None) -> Part:
    """Return what stands for a shard whose worker did not end in time."""
    return unread_part(subscriptions, str(Deadline(timeout).over()))


def _survey_in(answer: object, cluster: Cluster) -> tuple[Survey, list[str]]:
    match answer:
        case (Survey() as surveyed, [*told]):
            return surveyed, list(map(str, told))
        case _:
            raise cluster.malformed(answer)
