"""Reaching a Dask scheduler, and making sure that its workers run what we run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from scanner.cluster.tasks import fingerprint
from scanner.errors import ScanError, UsageError, one_line

T = TypeVar("T")

_CONNECT_SECONDS = 10
_ATTEMPTS = 3
_PROTOCOLS = ("tcp://", "tls://", "ws://", "wss://")


class ClusterError(ScanError):
    """The cluster cannot be used: nobody there, no workers, or others than we."""

    exit_code = 4


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, client: Any, address: str) -> None:  # noqa: ANN401 - distributed has no types of its own
        self._client = client
        self._address = address

    @property
    def shares(self) -> int:
        """How many shares to cut work into: two for each task that runs at once, so that who is early takes over."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values())) * 2

    def run(self, task: Callable[..., T], shared: object, arguments: Sequence[tuple[object, ...]]) -> list[T]:
        """Run a task for each tuple of arguments behind something that all of them share; results in their order.

        A task whose worker died is run again by the cluster. Raises ClusterError, and what a task raised.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._run(task, shared, arguments)
            except self._lost() as error:
                # What was sent lay on the workers that died, or one task took several of them down.
                if attempt == _ATTEMPTS:
                    message = f"the cluster at {self._address} lost its workers again and again: {one_line(error)}"
                    raise ClusterError(f"{message}; see their logs, most likely they want memory") from error
        raise AssertionError("unreachable")

    def _run(self, task: Callable[..., T], shared: object, arguments: Sequence[tuple[object, ...]]) -> list[T]:
        sent = self._client.scatter(shared, broadcast=True, hash=False)
        futures = [self._client.submit(task, sent, *each, pure=False, retries=_ATTEMPTS) for each in arguments]
        found: list[T] = self._client.gather(futures)
        return found

    def require_ourselves(self) -> None:
        """Raise ClusterError unless every worker runs the same version with the same rules."""
        try:
            found: dict[str, str] = self._client.run(fingerprint)
        except (ImportError, AttributeError) as error:
            raise ClusterError(
                f"the workers at {self._address} have no mlsec-scan that could be used ({one_line(error)}); "
                "install the same version on them"
            ) from error
        others = sorted({f"{each} on {worker}" for worker, each in found.items() if each != fingerprint()})
        if others:
            raise ClusterError(
                f"the workers at {self._address} run another mlsec-scan than this one ({fingerprint()}): "
                f"{one_line(', '.join(others))}; install the same version on them"
            )

    @staticmethod
    def _lost() -> tuple[type[BaseException], ...]:
        from distributed import KilledWorker  # noqa: PLC0415 - part of an extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        return KilledWorker, FutureCancelledError


@contextmanager
def connected(address: str, *, verbose: bool = False) -> Iterator[Cluster]:
    """Connect to a scheduler with workers that run what we run. Raises UsageError or ClusterError."""
    if not address.startswith(_PROTOCOLS):
        raise UsageError(f"--dask-scheduler takes an address such as tcp://host:8786, not {one_line(address)!r}")
    client = _client(address, verbose=verbose)
    try:
        cluster = Cluster(client, address)
        cluster.require_ourselves()
        yield cluster
    finally:
        client.close(timeout=_CONNECT_SECONDS)


def _client(address: str, *, verbose: bool) -> Any:  # noqa: ANN401 - as above
    try:
        from distributed import Client  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise UsageError(
            "--dask-scheduler needs the package distributed: install mlsec-scan[dask] here and on the workers"
        ) from error
    if not verbose:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    connect: Callable[..., Any] = Client
    client = None
    try:
        client = connect(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        why = "no scheduler answers" if client is None else "it has no workers"
        if client is not None:
            client.close(timeout=_CONNECT_SECONDS)
        raise ClusterError(
            f"the cluster at {address} cannot be used: {why}; check the address, and that both run the same dask"
        ) from error
    return client
