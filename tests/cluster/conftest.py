"""A real cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from distributed import LocalCluster

from scanner.cluster import judging
from scanner.cluster.connection import Cluster, connected

local_cluster: Callable[..., Any] = LocalCluster
"""distributed has no types."""


def started(workers: int) -> Any:  # noqa: ANN401 - as above
    """Start a scheduler and so many workers of one thread."""
    return local_cluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Start a cluster for a module of tests and yield the scheduler's address."""
    with started(2) as cluster:
        yield str(cluster.scheduler_address)


@pytest.fixture
def cluster(scheduler: str) -> Iterator[Cluster]:
    """Yield a connection to the cluster."""
    with connected(scheduler) as connection:
        yield connection


@pytest.fixture(autouse=True)
def small_estates_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have estates sent that are otherwise judged where they are."""
    monkeypatch.setattr(judging, "PAYS_FROM", 0)
