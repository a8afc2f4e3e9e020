"""The live collector: what a scan calls to read Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from scanner.collect.azure.arm.tasks import TaskPool
from scanner.collect.azure.collection import Collection
from scanner.collect.azure.fresh import merged, to_read
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.scopes import all_subscriptions, subscriptions_below
from scanner.collect.azure.session.body import Reader
from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.credential import NoCredential, SharedCredential, sign_in
from scanner.collect.azure.session.deadline import Deadline, Pulse, TimeUp
from scanner.collect.azure.session.session import Session
from scanner.collect.collected import Collected, Progress, Silent
from scanner.collect.redaction.vault import VAULT
from scanner.errors import NothingScanned, SignInFailed
from scanner.graph.rows import Rows, key_of
from scanner.system.counting import counted
from scanner.system.heap import give_back, seldom_swept, share_heaps

_SHOWN = 10


def _to_nobody(_line: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class LiveSource(LivePlan):
    """Azure as a source. `echo` is told which subscriptions were found, a line at a time, before they are read."""

    echo: Callable[[str], None] = _to_nobody

    def collect(self, progress: Progress) -> Collected:
        """Read everything that a scan needs. Raises NothingScanned when no subscription could be read at all."""
        return collect_live(self, progress, self.echo)

    def refresh(self, before: Collected, ids: Iterable[str], progress: Progress) -> Collected:
        """Read again by ARM what some ids name."""
        return refresh_live(self, before, ids, progress)


def collect_live(
    source: LivePlan, progress: Progress | None = None, echo: Callable[[str], None] = _to_nobody
) -> Collected:
    """Read everything that a scan needs. Raises NothingScanned when no subscription could be read at all.

    `echo` is told, a line at a time, which subscriptions were found and which of them are not enabled.
    """
    started = datetime.now(UTC)

    def tell(line: str) -> None:
        echo(VAULT.scrubbed(line))

    collected = _collected(source, progress, tell, started)
    # Judging takes as much again.
    give_back(len(collected.resources))
    return collected


def _collected(
    source: LivePlan, progress: Progress | None, tell: Callable[[str], None], started: datetime
) -> Collected:
    with collecting(source, progress) as collection:
        source = resolved(source, collection, tell)
        collection.run(source, tell)
    return collection.collected(source, started)


def refresh_live(
    source: LivePlan, before: Collected, ids: Iterable[str], progress: Progress | None = None
) -> Collected:
    """Read again by ARM what some ids name, as far as Resource Graph told of it, with what lies below."""
    rows = before.resources
    known = frozenset(rows.keys() if isinstance(rows, Rows) else map(key_of, rows))
    spent = (datetime.now(UTC) - before.started).total_seconds()
    with collecting(source, progress, spent) as collection:
        collection.read_again(to_read(ids), known)
    return merged(before, collection.store, collection.session.traffic.requests)


@contextmanager
def collecting(source: LivePlan, progress: Progress | None, spent: float = 0.0) -> Iterator[Collection]:
    """Make a collection, and end what it still does when the block ends; `spent` seconds of its time are over."""
    deadline, pulse = Deadline(source.timeout, spent), Pulse(source.limits.stall_seconds)
    share_heaps()
    pool = TaskPool(source.concurrency, deadline, pulse)
    reader = Reader(deadline, pulse, source.limits)
    session = Session(
        source.cloud,
        _signed_in(pool, source.cloud, reader),
        deadline,
        concurrency=source.concurrency,
        retries=source.retries,
        backoff=source.backoff,
        read_seconds=source.read_seconds,
        pace=source.pace,
        progress=progress,
        limits=source.limits,
        pulse=pulse,
    )
    collection = Collection(session, pool, progress or Silent())
    try:
        # What is made of an answer goes with it, but for a few objects; each look at them walks all of the SDKs.
        with seldom_swept():
            yield collection
    finally:
        session.deadline.cancel()
        collection.pool.close()
        session.traffic.sum_up()


def resolved(source: LivePlan, collection: Collection, echo: Callable[[str], None]) -> LivePlan:
    """Name the subscriptions that were asked for as a whole. Raises NothingScanned where there are none."""
    if not source.management_groups and not source.everything:
        return source
    session = collection.session
    if source.everything:
        find = partial(all_subscriptions, session, collection.horizon)
    else:
        find = partial(subscriptions_below, session, source.management_groups)
    try:
        found = collection.pool.call(find)
    except TimeUp as error:
        raise NothingScanned(f"the subscriptions to scan could not be listed: {error}") from error
    context = {each.lower() for each in source.context}
    named = tuple(each for each in found if each not in context)
    if not named:
        raise NothingScanned("every subscription in the scope is a --context-subscription; none is left to judge")
    where = "that you can see" if source.everything else f"below {', '.join(source.management_groups)}"
    echo(f"scanning {counted(len(named), 'subscription')} {where}: {_few(named)}")
    return replace(source, subscriptions=named)


def _signed_in(pool: TaskPool, cloud: Cloud, reader: Reader) -> SharedCredential | NoCredential:
    """Sign in where it can be given up: the libraries that do it know nothing of a scan's time."""
    try:
        return pool.call(partial(sign_in, cloud, reader))
    except TimeUp as error:
        raise SignInFailed(f"could not sign in to Azure: {error}") from error


def _few(names: tuple[str, ...]) -> str:
    """List names, the first few of many."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
