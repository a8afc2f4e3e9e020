"""The live scan's schedule.

Every listing of every subscription, children as soon as their parents' page arrives, then the references that lead
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from scanner.collect.azure.arm.listings import API_VERSIONS, LISTINGS, chain_below, children_of
from scanner.collect.azure.arm.pages import Refused, read_by_sdk, read_item, read_raw
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, SUBSCRIPTION, Arm, Listing, Query, Sdk
from scanner.collect.azure.arm.tasks import TaskPool
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.resource_graph.bulk import Bulk
from scanner.collect.azure.resource_graph.via import Choice, choose
from scanner.collect.azure.session.answers import CAUGHT, Failure, failure_of
from scanner.collect.azure.session.session import Session
from scanner.collect.collected import Collected, Progress
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.model.arm import ArmId, Json

_FORBIDDEN = 403
_ENABLED = "Enabled"
_ASKED = ("identity", "properties")
"""What raw listings ask of their parents beside the id (listings.py)."""
_ROUNDS = 4
"""How far references are followed: endpoint → its zone → a link's network → what is in its subnets."""


class Collection:
    """One run: the store that fills, and the tasks that fill it."""

    def __init__(self, session: Session, pool: TaskPool, progress: Progress) -> None:
        self.session = session
        self.pool = pool
        self.progress = progress
        self.store = Store()
        self.bulk: Bulk | None = None
        self.choice = Choice("arm", "")

    def run(self, source: LivePlan, echo: Callable[[str], None]) -> None:
        """Read the subscriptions, all listings in them, then what they refer to elsewhere."""
        self.read_contents(self.survey(source, echo))
        self.store.settle()

    def survey(self, source: LivePlan, echo: Callable[[str], None]) -> list[Json]:
        """Read the subscriptions alone, choose how to read what is in them, and return those that could be read."""
        subscriptions = self._read_subscriptions(source)
        for each in subscriptions:
            if str(each.get("state", _ENABLED)).lower() != _ENABLED.lower():
                echo(f"{each['id']} is {each['state']}; it is read as far as Azure allows")
        self.choice = choose(self.session, source.via, sorted(self.store.listed))
        return subscriptions

    def read_contents(self, subscriptions: list[Json]) -> None:
        """Read what is in subscriptions by the way that was chosen, then what they refer to elsewhere."""
        if self.choice.via == "graph":
            self.bulk = Bulk(self)
            self.bulk.run(subscriptions)
        else:
            for each in subscriptions:
                self._start_children(each, home=True)
            self.pool.drain()
        for _ in range(_ROUNDS):
            if not self._follow():
                break
            self.pool.drain()

    def read_again(self, ids: Iterable[ArmId], known: frozenset[str]) -> None:
        """Read single resources with what lies below them, then what they refer to and is not known."""
        for _ in range(_ROUNDS):
            for each in ids:
                self.start_item(each)
            self.pool.drain()
            ids = [each for each in self.store.unread() if each.key not in known]
        self.store.settle()

    def collected(self, source: LivePlan, started: datetime) -> Collected:
        """Hand over what is in the store."""
        told = self.bulk.told if self.bulk is not None else ()
        return handed_over(
            source, self.store.rows, self.store.gaps, started, self.session.traffic.requests, self.choice, told
        )

    # Subscriptions

    def _read_subscriptions(self, source: LivePlan) -> list[Json]:
        """Read each subscription first, so that a wrong or forbidden one is told as such, once; return those read."""
        wanted = dict.fromkeys(ArmId(f"/subscriptions/{each}") for each in (*source.subscriptions, *source.context))
        for each in wanted:
            self.pool.start(partial(self._read_item, each, home=True))
        self.pool.drain()
        self.store.listed = frozenset(each.subscription for each in wanted if self.store.knows(each))
        named = {ArmId(f"/subscriptions/{each}").subscription for each in source.subscriptions}
        if not self.store.listed & named:
            raise NothingScanned(self._why_nothing())
        return [self.store.rows.row(each.key) for each in wanted if self.store.knows(each)]

    def _why_nothing(self) -> str:
        gaps = sorted(self.store.gaps, key=lambda gap: gap.scope)
        reasons = "; ".join(f"{gap.scope}: {gap.why}{_needs(gap)}" for gap in gaps)
        answered = any(gap.status for gap in gaps)
        advice = (
            "check the id with `az account list`, and that you hold a role there"
            if answered
            else "check the network, the proxy settings and --cloud"
        )
        return f"no subscription could be read: {reasons}; {advice}"

    # Listings

    def _start_children(self, parent: Json, *, home: bool) -> None:
        arm_id = ArmId(str(parent["id"]))
        for listing in children_of(arm_id.type):
            if self.bulk is None or not self.bulk.covers(listing, arm_id.subscription):
                self._start(listing, parent, home=home)

    def start_listing(self, listing: Listing, parent: Json) -> None:
        """Start to list below a parent in a subscription that is scanned."""
        self._start(listing, parent, home=True)

    def _start(self, listing: Listing, parent: Json, *, home: bool) -> None:
        task = partial(self._list, listing, _needed(listing, parent), home=home)
        self.pool.start(task, chain=chain_below(listing.type.lower()))

    def start_item(self, arm_id: ArmId) -> None:
        """Start to read one resource in a subscription that is scanned."""
        self.pool.start(partial(self._read_item, arm_id, home=True))

    def take(self, rows: list[Json], listing: Listing) -> None:
        """Keep rows of a subscription that is scanned, and start on their children."""
        self._take(rows, listing, home=True)

    def _list(self, listing: Listing, parent: Json, *, home: bool) -> None:
        self.progress.asked(listing.type)
        match listing.source:
            case Sdk() as operation:
                arm_id, take = ArmId(str(parent["id"])), partial(self._take, listing=listing, home=home)
                self._attempt(
                    listing, str(arm_id), partial(read_by_sdk, self.session, listing, operation, arm_id, take)
                )
            case Arm(queries=queries):
                for query in queries(parent):
                    if self.store.claim(query.path, query.filter):
                        take = partial(self._take, listing=listing, home=home, on_behalf=query.on_behalf)
                        self._attempt(listing, _scope(query), partial(read_raw, self.session, listing, query, take))

    def _take(self, rows: list[Json], listing: Listing, *, home: bool, on_behalf: str = "") -> None:
        """Keep a page and start on the children of what is new."""
        if listing.fields:
            self.store.supplement(rows, listing)
            return
        fresh = self.store.add(rows, home=home, on_behalf=on_behalf)
        self.progress.listed(listing.type, len(fresh))
        for row in fresh:
            # What is in the subscriptions is read once it is known which of them there are.
            if not _is_subscription(row):
                self._start_children(row, home=home)

    # References

    def _follow(self) -> bool:
        """Read what is referred to and was not listed; tell whether there was any."""
        new = self.store.unread()
        for each in new:
            self.pool.start(partial(self._read_item, each, home=False))
        return bool(new)

    def _read_item(self, arm_id: ArmId, *, home: bool) -> None:
        self.progress.asked(str(arm_id))
        row = Listing(_type_of(arm_id), Arm(lambda _: []), API_VERSIONS[arm_id.type], "")
        take = partial(self._take, listing=row, home=home)
        self._attempt(row, str(arm_id), partial(read_item, self.session, arm_id, row.api_version, take))

    # What goes wrong

    def _attempt(self, listing: Listing, scope: str, read: Callable[[], None]) -> None:
        """Read; what may not or cannot be read becomes a gap."""
        try:
            read()
        except Refused as refused:
            self._miss(listing, scope, refused.failure)
        except CAUGHT as error:
            self._miss(listing, scope, failure_of(error))

    def _miss(self, listing: Listing, scope: str, failure: Failure) -> None:
        if failure.foreign and ArmId(scope).type == PRIVATE_ENDPOINT.lower():
            # An endpoint that Microsoft made for a managed network: it lies with Microsoft, and nobody can read it.
            return
        gap = Gap(listing.kind, scope, failure.why, failure.status, listing.action, gone=failure.gone)
        self.store.miss(gap, absent=failure.absent)
        if not failure.absent:
            self.progress.missed(gap)


def handed_over(  # noqa: PLR0913, PLR0917 - each is one fact of what was collected
    source: LivePlan,
    rows: Sequence[Json],
    gaps: Iterable[Gap],
    started: datetime,
    requests: int,
    choice: Choice,
    told: Iterable[str],
) -> Collected:
    """Return what was collected. `told` is what had to be read again, beside why the way was chosen."""
    return Collected(
        rows,
        tuple(sorted(gaps, key=lambda gap: (gap.kind, gap.scope, gap.why))),
        source.label,
        source.cloud.name,
        source.subscriptions,
        source.context,
        started,
        datetime.now(UTC),
        requests,
        via=choice.via,
        why="; ".join((choice.why, *sorted(told))),
    )


def _needs(gap: Gap) -> str:
    return f" (needs {gap.permission})" if gap.status == _FORBIDDEN else ""


def _needed(listing: Listing, parent: Json) -> Json:
    """Return what a listing needs to know of its parent: thousands wait in the pool, and rows are long."""
    needed = {"id": parent["id"]}
    return needed if isinstance(listing.source, Sdk) else needed | {key: parent[key] for key in _ASKED if key in parent}


def _is_subscription(row: Json) -> bool:
    return ArmId(str(row["id"])).type == SUBSCRIPTION.lower()


def _scope(query: Query) -> str:
    """Return the id below which a raw query lists: a parent, or the subscription of a provider's collection."""
    before, provider, tail = query.path.rpartition("/providers/")
    return f"{before}{provider}{tail.rpartition('/')[0]}" if tail.count("/") > 1 else before


def _type_of(arm_id: ArmId) -> str:
    """Return the documented spelling of an id's type."""
    return _SPELLING.get(arm_id.type, arm_id.type)


def _spellings(types: Iterable[str]) -> dict[str, str]:
    return {each.lower(): each for each in types}


_SPELLING = _spellings([SUBSCRIPTION, "Microsoft.Authorization/roleDefinitions", *(row.type for row in LISTINGS)])
