"""Reading listings and items into the store: children as soon as their parents' page arrives.

What cannot be read, or not completely, becomes a gap; what was read to its end is noted as covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeAlias

from scanner.collect.azure.arm.held import Rights
from scanner.collect.azure.arm.listings import LISTINGS, chain_below, children_of, item_listing, spoken_in
from scanner.collect.azure.arm.pages import Refused, Take, read_by_sdk, read_item, read_raw
from scanner.collect.azure.arm.providers import Providers
from scanner.collect.azure.arm.scrutiny import Scrutiny
from scanner.collect.azure.arm.store import Store, plant
from scanner.collect.azure.arm.tables.listing import (
    PRIVATE_ENDPOINT,
    SUBSCRIPTION,
    Arm,
    Listing,
    Older,
    Query,
    Sdk,
    Within,
)
from scanner.collect.azure.arm.tasks import TaskPool
from scanner.collect.azure.aside import Aside
from scanner.collect.azure.session.answers import CAUGHT, Failure, failure_of
from scanner.collect.azure.session.deadline import TimeUp
from scanner.collect.azure.session.session import Session
from scanner.collect.collected import Progress
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId, Json, id_in

_OK = 200
_NOT_SHOWN = "the answer does not show what lies in it"
_ASKED = ("identity", "properties")
"""What raw listings ask of their parents beside the id (listings.py)."""

Read: TypeAlias = Callable[[Listing, Take], list[str]]
"""Reads a listing to its last page, and returns what was wrong with pages whose rows were taken."""


class Instead(Protocol):
    """What makes some listings needless."""

    def covers(self, listing: Listing, subscription: str) -> bool:
        """Tell whether a listing in a subscription (a GUID) is not needed."""

    def leaves(self, listing: Listing, parent: ArmId) -> bool:
        """Tell whether it is needed all the same below one parent."""


class Reading:
    """The store that fills, and the tasks that fill it. `instead` is what reads by other ways than ARM.

    `leaders` are, of single items with one answer for several, those that were read. `foreign` are the subscriptions
    (GUIDs) that Azure says are somebody else's. What is listed by need waits `aside` until `start_needed`.
    """

    def __init__(self, session: Session, pool: TaskPool, progress: Progress) -> None:
        self.session = session
        self.pool = pool
        self.progress = progress
        self.store = Store()
        self.rights = Rights(session, self.miss)
        self.instead: list[Instead] = []
        self.foreign: set[str] = set()
        self.leaders: dict[object, ArmId] = {}
        self.aside = Aside(self.store)
        self._providers = Providers(session)

    def start_children(self, parent: Json, *, home: bool, among: Iterable[Listing] = LISTINGS) -> None:
        """Start to list what lies below a resource, as far as nothing else does; only `among` some listings."""
        arm_id = id_in(str(parent["id"]))
        for listing in children_of(arm_id.type):
            if (among is LISTINGS or listing in among) and not self._is_covered(listing, parent):
                self.start_or_wait(listing, parent, home=home)

    def start_or_wait(self, listing: Listing, parent: Json, *, home: bool) -> None:
        """Start to list below a parent, or wait until that is known to be needed; what it shows is taken at once."""
        if isinstance(listing.source, Within):
            self._take_shown(listing, listing.source.rows(parent), id_in(str(parent["id"])), home=home)
        elif self.aside.must_wait(listing):
            self.aside.put(listing, id_in(str(parent["id"])), home=home)
        else:
            self.start_listing(listing, parent, home=home)

    def _take_shown(self, listing: Listing, rows: list[Json] | None, parent: ArmId, *, home: bool) -> None:
        if rows is None:
            self.miss(Gap(listing.kind, str(parent), _NOT_SHOWN, _OK, listing.action))
        else:
            self.take(rows, listing, home=home)
            self.store.cover(Covered(listing.type, str(parent)))

    def start_needed(self, *, early: bool = False) -> bool:
        """Start to list what has become necessary, and tell whether there is any; while nothing is being read.

        With `early` more is going to be read that is not needed for that.
        """
        needed = self.aside.taken(early=early)
        for each in needed:
            self.start_listing(each.listing, self._row_of(each.parent), home=each.home)
        return bool(needed)

    def drop_covered(self) -> None:
        """Let nothing wait that has been read by another way since."""
        self.aside.drop(self._is_read)

    def _is_read(self, listing: Listing, parent: ArmId) -> bool:
        is_left = any(each.leaves(listing, parent) for each in self.instead)
        return not is_left and self._is_covered(listing, self._row_of(parent))

    def _row_of(self, parent: ArmId) -> Json:
        return self.aside.row_of(parent) or {"id": str(parent)}

    def _is_covered(self, listing: Listing, parent: Json) -> bool:
        """Tell whether something else reads a listing, in every subscription that it is about."""
        subscriptions = {id_in(str(parent["id"])).subscription}
        if listing.is_asked_for and isinstance(listing.source, Arm):
            subscriptions = {ArmId(_scope(each)).subscription for each in listing.source.queries(parent)}
        return all(any(each.covers(listing, guid) for each in self.instead) for guid in subscriptions)

    def start_listing(self, listing: Listing, parent: Json, *, home: bool = True) -> None:
        """Start to list below a parent; `home` if that is in a subscription that is scanned."""
        needed = _needed(listing, parent)
        task = partial(self._list, listing, needed, home=home)
        late = partial(self._list_late, listing, needed)
        self.pool.start(task, chain=chain_below(listing.type.lower()), late=late)

    def start_item(self, arm_id: ArmId, *, home: bool = True) -> None:
        """Start to read one resource."""
        self.pool.start(partial(self._read_item, arm_id, home=home), late=partial(self._item_late, arm_id))

    def start_rights(self, subscription: str, actions: Iterable[str], chain: int = 0) -> None:
        """Start to ask what is held in a subscription (a GUID), unless it is known that some actions are."""
        if self.rights.hold_above(subscription, actions):
            return
        task, late = partial(self.rights.held_in, subscription), partial(self.rights.give_up, subscription)
        self.pool.start(task, chain=chain, late=late)

    def take(self, rows: list[Json], listing: Listing, *, home: bool = True, on_behalf: str = "") -> None:
        """Keep a page and start on the children of what is new."""
        if listing.fields:
            self.store.supplement(rows, listing)
            return
        fresh = self.store.add(rows, home=home, on_behalf=on_behalf)
        self.progress.listed(listing.type, len(fresh))
        for row in fresh:
            # What is in the subscriptions is read once it is known which of them there are.
            if not _is_subscription(row):
                self.start_children(row, home=home)

    def forget(self) -> None:
        """Let go of what only reading needs, and of what coverage stands on: once that is taken."""
        self.instead.clear()
        self.aside = Aside(self.store)
        self.store.forget()

    def miss(self, gap: Gap) -> None:
        """Keep a gap, and tell of it."""
        self.store.miss(gap)
        self.progress.missed(gap)

    def _list(self, listing: Listing, parent: Json, *, home: bool) -> None:
        self.progress.asked(listing.type)
        match listing.source:
            case Sdk() as operation:
                arm_id = id_in(str(parent["id"]))
                read = partial(_by_sdk, self.session, operation, arm_id)
                self._attempt(listing, str(arm_id), read, partial(self.take, listing=listing, home=home))
            case Arm(queries=queries):
                for query in queries(parent):
                    if self.store.claim(query.path, query.filter):
                        take = partial(self.take, listing=listing, home=home, on_behalf=query.on_behalf)
                        self._attempt(listing, _scope(query), partial(_raw, self.session, query), take, query.on_behalf)

    def _read_item(self, arm_id: ArmId, *, home: bool) -> None:
        self.progress.asked(str(arm_id))
        listing = item_listing(arm_id.type)
        read = partial(_item, self.session, arm_id)
        failure = self._read(listing, "", read, partial(self.take, listing=listing, home=home))
        if isinstance(failure, Failure):
            self._fail(listing, arm_id, failure)
        else:
            for each in failure:
                self.miss(Gap(listing.kind, str(arm_id), each, _OK, listing.action))

    def _list_late(self, listing: Listing, parent: Json, why: TimeUp) -> None:
        """Note that a listing was given up."""
        source, scopes = listing.source, {str(parent["id"])}
        if isinstance(source, Arm):
            scopes = {_scope(query) for query in source.queries(parent)}
        for scope in scopes:
            self._fail(listing, ArmId(scope), failure_of(why))

    def _item_late(self, arm_id: ArmId, why: TimeUp) -> None:
        self._fail(item_listing(arm_id.type), arm_id, failure_of(why))

    def _attempt(self, listing: Listing, scope: str, read: Read, take: Take, about: str = "") -> None:
        """Read a listing; what may not or cannot be read becomes a gap, what was read whole is covered."""
        found = self._read(listing, scope, read, take)
        if isinstance(found, Failure):
            self._fail(listing, ArmId(scope), found)
            return
        for each in found:
            self.miss(Gap(listing.kind, scope, each, _OK, listing.action))
        if not found and not listing.fields:
            self._earn(listing, ArmId(scope), about)

    def _read(self, listing: Listing, scope: str, read: Read, take: Take) -> list[str] | Failure:
        """Read; return what was wrong with rows, or why there are none. An older version is tried once."""
        instead = spoken_in(self.session.cloud.name, listing)
        if instead is not None:
            return _by_older(instead, listing, scope, read, take)
        found = _sifted(listing, scope, read, take)
        if isinstance(found, Failure):
            older = next((each for each in listing.older if each.api_version in found.versions), None)
            if older is not None:
                return _by_older(older, listing, scope, read, take)
        return found

    def _earn(self, listing: Listing, scope: ArmId, about: str) -> None:
        """Note that a listing was read whole, if its action is held wherever ARM would leave rows out."""
        lack = self.rights.lack(scope.subscription, listing.action) if listing.is_filtered else None
        if lack is None:
            self.store.cover(Covered(listing.type, str(scope), about=about))
        else:
            self.miss(Gap(listing.kind, f"/subscriptions/{scope.subscription}", lack, _OK, listing.action))

    def _is_not_offered(self, listing: Listing, scope: ArmId) -> bool:
        """Tell whether the provider's own list of types says so of what is listed by subscription."""
        by_subscription = scope.key == f"/subscriptions/{scope.subscription}" and not listing.fields
        return by_subscription and self._providers.lacks(scope.subscription, listing.type)

    def _fail(self, listing: Listing, scope: ArmId, failure: Failure) -> None:
        if failure.foreign and scope.type == PRIVATE_ENDPOINT.lower():
            # An endpoint that Microsoft made for a managed network: it lies with Microsoft, and nobody can read it.
            self.foreign.add(scope.subscription)
            return
        doubt = self._providers.doubt(scope.subscription, listing.type) if failure.absent else None
        why = failure.why if doubt is None else f"{failure.why}; {doubt}"
        gap = Gap(listing.kind, str(scope), why, failure.status, listing.action, gone=failure.gone)
        if failure.absent and doubt is None and self._is_not_offered(listing, scope):
            self.store.cover(Covered(listing.type, str(scope), Ground.NOT_OFFERED))
        elif failure.absent and doubt is None:
            self.store.miss(gap, absent=True)
        else:
            self.miss(gap)


def _sifted(listing: Listing, scope: str, read: Read, take: Take) -> list[str] | Failure:
    scrutiny = Scrutiny(listing, scope)
    try:
        told = read(listing, lambda rows: take(scrutiny.sift(rows)))
    except Refused as refused:
        return refused.failure
    except CAUGHT as error:
        return failure_of(error)
    return [*dict.fromkeys((*told, *scrutiny.complaints))]


def _by_older(older: Older, listing: Listing, scope: str, read: Read, take: Take) -> list[str] | Failure:
    return _sifted(replace(listing, api_version=older.api_version), scope, read, _lacking(older, take))


def _lacking(older: Older, take: Take) -> Take:
    """Make what an older version does not have unknown in the rows that it gives."""

    def taken(rows: list[Json]) -> None:
        take([_without(older, row) for row in rows])

    return taken


def _without(older: Older, row: Json) -> Json:
    found = dict(row)
    for field in older.lacks:
        plant(
            found, field, {UNKNOWN_KEY: f"{field} is not in api-version {older.api_version}, the newest offered here"}
        )
    return found


def _by_sdk(session: Session, operation: Sdk, parent: ArmId, listing: Listing, take: Take) -> list[str]:
    return read_by_sdk(session, listing, operation, parent, take)


def _raw(session: Session, query: Query, listing: Listing, take: Take) -> list[str]:
    return read_raw(session, listing, query, take)


def _item(session: Session, arm_id: ArmId, listing: Listing, take: Take) -> list[str]:
    return read_item(session, arm_id, listing.api_version, take)


def _needed(listing: Listing, parent: Json) -> Json:
    """Return what a listing needs to know of its parent: thousands wait in the pool, and rows are long."""
    needed = {"id": parent["id"]}
    return needed if isinstance(listing.source, Sdk) else needed | {key: parent[key] for key in _ASKED if key in parent}


def _is_subscription(row: Json) -> bool:
    return id_in(str(row["id"])).type == SUBSCRIPTION.lower()


def _scope(query: Query) -> str:
    """Return the id below which a raw query lists: a parent, or the subscription of a provider's collection."""
    before, provider, tail = query.path.rpartition("/providers/")
    return f"{before}{provider}{tail.rpartition('/')[0]}" if tail.count("/") > 1 else before
