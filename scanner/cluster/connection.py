"""Reaching a Dask scheduler, and making sure that its workers run what we run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, TypeVar

from scanner.cluster.deadline import TooLate, within
from scanner.cluster.tasks import Done, Failed, answered, fingerprint
from scanner.errors import ScanError, UsageError, one_line

T = TypeVar("T")

_CONNECT_SECONDS = 10
_GRACE_SECONDS = 1.0
"""What workers that end in time need to send what they have."""

_ATTEMPTS = 3
_PROTOCOLS = ("tcp://", "tls://", "ws://", "wss://")


class ClusterError(ScanError):
    """The cluster cannot be used: nobody there, no workers, or others than we."""

    exit_code = 4


class ClusterTimeoutError(ClusterError):
    """The cluster did not answer in time."""


class Cluster:
    """A connection to a scheduler. Whatever is asked of it is answered within `timeout` seconds of connecting."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - distributed has no types of its own
        address: str,
        timeout: float | None = None,
    ) -> None:
        self._client = client
        self._address = address
        self._timeout = timeout
        self._ends = None if timeout is None else monotonic() + timeout

    @property
    def shares(self) -> int:
        """How many shares to cut reading into: two for each task that runs at once, so that who is early takes over."""
        return max(1, sum(self._threads().values())) * 2

    @property
    def workers(self) -> int:
        """How many processes work: threads of one take turns where they compute."""
        return len(self._threads())

    def _threads(self) -> dict[str, int]:
        found: dict[str, int] = self._client.nthreads()
        return found

    def run(
        self,
        task: Callable[..., T],
        shared: object,
        arguments: Sequence[tuple[Any, ...]],
        late: Callable[..., T] | None = None,
    ) -> list[T]:
        """Run a task for each tuple of arguments behind something that all of them share; results in their order.

        A task whose worker died is run again by the cluster. `late` gives, from its arguments, the result of a task
        that does not end in time. Raises ClusterTimeoutError where there is none such, ClusterError, and what of ours
        a task raised.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._in_time(lambda: self._run(task, shared, arguments, late))
            except self._lost() as error:
                # What was sent lay on the workers that died, or one task took several of them down.
                if attempt == _ATTEMPTS:
                    message = f"the cluster at {self._address} lost its workers again and again: {one_line(error)}"
                    raise ClusterError(f"{message}; see their logs, most likely they want memory") from error
        raise AssertionError("unreachable")

    def _in_time(self, call: Callable[[], T]) -> T:
        try:
            return within(None if self._ends is None else self._ends - monotonic() + _GRACE_SECONDS, call)
        except TooLate:
            raise ClusterTimeoutError(
                f"the cluster at {self._address} did not answer within {self._timeout:g} seconds; "
                "see the logs of its workers, or raise --timeout"
            ) from None

    def _run(
        self,
        task: Callable[..., T],
        shared: object,
        arguments: Sequence[tuple[Any, ...]],
        late: Callable[..., T] | None,
    ) -> list[T]:
        sent = self._client.scatter(shared, broadcast=True, hash=False)
        futures = [
            self._client.submit(answered, task, sent, *each, pure=False, retries=_ATTEMPTS) for each in arguments
        ]
        if late is not None:
            self._wait_for(futures)
        ended = [late is None or each.done() for each in futures]
        answers = iter(self._gathered([each for each, is_done in zip(futures, ended, strict=True) if is_done]))
        return [
            self._value(next(answers)) if is_done or late is None else late(*each)
            for each, is_done in zip(arguments, ended, strict=True)
        ]

    def _wait_for(self, futures: list[Any]) -> None:
        """Wait until every task has ended, or time is nearly up: what did come still has to be fetched."""
        from distributed import wait  # noqa: PLC0415 - part of an extra

        wait_for: Callable[..., object] = wait
        left = None if self._ends is None else max(self._ends - monotonic(), 0) + _GRACE_SECONDS / 2
        with suppress(TimeoutError), self._client.as_current():
            wait_for(futures, timeout=left)

    def _gathered(self, futures: list[Any]) -> list[object]:
        try:
            found: list[object] = self._client.gather(futures)
        except self._lost():
            raise
        except Exception as error:
            # A worker could not send what it had, or what it sent cannot be read here.
            raise ClusterError(f"a worker of {self._address} did not answer: {one_line(error)}") from error
        return found

    def _value(self, answer: object) -> Any:  # noqa: ANN401 - who asked knows what to look for
        match answer:
            case Done(value=value):
                return value
            case Failed(kind=kind, says=says) if kind in (ours := _by_name(ScanError)):
                raise ours[kind](says)
            case Failed(says=says):
                raise ClusterError(f"a worker of {self._address} failed: {one_line(says)}")
            case _:
                raise self.malformed(answer)

    def malformed(self, answer: object) -> ClusterError:
        """Return the complaint that a worker answered something else than it was asked for."""
        return ClusterError(
            f"a worker of {self._address} answered with {type(answer).__name__} what nobody can use; "
            "install the same version of mlsec-scan and dask on all of them"
        )

    def require_ourselves(self) -> None:
        """Raise ClusterError unless every worker runs the same version with the same rules."""
        try:
            found: dict[str, object] = within(self._patience, lambda: self._client.run(fingerprint))
        except TooLate:
            raise ClusterError(f"a worker of {self._address} does not answer; see their logs") from None
        except (ImportError, AttributeError) as error:
            raise ClusterError(
                f"the workers at {self._address} have no mlsec-scan that could be used ({one_line(error)}); "
                "install the same version on them"
            ) from error
        if not found:
            raise ClusterError(f"the cluster at {self._address} has no workers any more")
        others = sorted({f"{each} on {worker}" for worker, each in found.items() if each != fingerprint()})
        if others:
            raise ClusterError(
                f"the workers at {self._address} run another mlsec-scan than this one ({fingerprint()}): "
                f"{one_line(', '.join(others))}; install the same version on them"
            )

    @property
    def _patience(self) -> float:
        """How long a worker may take to say what it is: as long as connecting may, and no longer than the scan."""
        return _CONNECT_SECONDS if self._timeout is None else min(_CONNECT_SECONDS, self._timeout)

    @staticmethod
    def _lost() -> tuple[type[BaseException], ...]:
        from distributed import KilledWorker  # noqa: PLC0415 - part of an extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        return KilledWorker, FutureCancelledError


@contextmanager
def connected(address: str, timeout: float | None = None, *, verbose: bool = False) -> Iterator[Cluster]:
    """Connect to a scheduler with workers that run what we run; `timeout` is in seconds, for all that is asked of it.

    Raises UsageError or ClusterError.
    """
    if not address.startswith(_PROTOCOLS):
        raise UsageError(f"--dask-scheduler takes an address such as tcp://host:8786, not {one_line(address)!r}")
    client = _client(address, verbose=verbose)
    try:
        cluster = Cluster(client, address, timeout)
        cluster.require_ourselves()
        yield cluster
    finally:
        client.close(timeout=_CONNECT_SECONDS)


def _by_name(kind: type[ScanError]) -> dict[str, type[ScanError]]:
    found = {kind.__name__: kind}
    for each in kind.__subclasses__():
        found |= _by_name(each)
    return found


def _client(address: str, *, verbose: bool) -> Any:  # noqa: ANN401 - as above
    try:
        from distributed import Client  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        raise UsageError(
            "--dask-scheduler needs distributed: in a checkout, pip install '.[dask]', here and for the workers"
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
