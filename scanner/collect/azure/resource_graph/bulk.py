"""Reading many subscriptions through Azure Resource Graph, and by ARM what the graph lacks or left open.

The graph silently omits what the caller may not read. So it stands in for a listing only where the caller's roles, as
ARM tells them, cover the whole subscription: elsewhere ARM lists the type and says what is forbidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Lock

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.scrutiny import text_of
from scanner.collect.azure.arm.tables.listing import Listing
from scanner.collect.azure.resource_graph.again import Again
from scanner.collect.azure.resource_graph.by_arm import Arm
from scanner.collect.azure.resource_graph.covering import below_parents, in_zones
from scanner.collect.azure.resource_graph.query import (
    MOST_ROWS,
    MOST_SUBSCRIPTIONS,
    batches,
    count_in,
    counts_of,
    ids_of,
    pages,
    rows_of,
)
from scanner.collect.azure.resource_graph.tables import (
    COUNTED,
    KINDS,
    OF_ZONES,
    READ_BY_GRAPH,
    WITHIN,
    Wanted,
    actions_for,
    as_arm,
    listing_of,
    subscription_of,
)
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId, Json

_MOST_ASKING = 8
"""Threads that ask the graph. More would only wait for its quota, and keep the others from asking ARM."""
_AT_ONCE = 100
"""Rows that are kept in one go."""
_FIRST = 9
"""Queries go before every listing: of all limits that of the graph is the tightest."""


class Bulk:
    """One reading of some subscriptions; `covers` says which listings it makes needless.

    `among` are the listings that are wanted; without `home` the subscriptions are neighbours of those that are scanned.
    Of so many that the graph's quota bounds the reading, what shows what is needed comes first, and then `begin` is
    called, once, while nothing is being read: what it starts is listed while the graph is asked for the rest.
    """

    def __init__(
        self,
        arm: Arm,
        among: Iterable[Listing] = LISTINGS,
        *,
        home: bool = True,
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        self._arm = arm
        self._home = home
        self._begin = begin
        self._wanted = Wanted(among)
        self._lock = Lock()
        self._covered: defaultdict[str, set[str]] = defaultdict(set)
        self._again = Again(arm, home=home)
        self._open: dict[Callable[[], None], Callable[[], None]] = {}
        self.told: set[str] = set()

    def covers(self, listing: Listing, subscription: str) -> bool:
        """Tell whether the graph is asked instead of a listing, and did not fail."""
        return subscription in self._covered.get(listing.type, ()) and not self._again.holds(listing, subscription)

    def leaves(self, listing: Listing, parent: ArmId) -> bool:
        """Tell whether the graph did not tell below one parent what a listing would, whatever it told elsewhere."""
        return parent.key in self._again.partly.get((listing.type, parent.subscription), ())

    def run(self, subscriptions: Sequence[Json]) -> None:
        """Read subscriptions, given as ARM shows them."""
        by_guid = {ArmId(str(each["id"])).subscription: each for each in subscriptions}
        for guid in by_guid:
            self._arm.start_rights(guid, self._wanted.actions)
        self._arm.pool.drain()
        for guid in by_guid:
            self._note_what_is_held(guid)
        # Told apart before the first query: one that fails has ARM list more, once all else is done.
        by_arm = [(listing, guid) for guid in by_guid for listing in self._listed_by_arm(guid)]
        first, *rest = self._wanted.stages(several=len(by_guid) > MOST_SUBSCRIPTIONS)
        self._start_queries(first, by_guid, counts=True)
        for listing, guid in by_arm:
            self._arm.start_or_wait(listing, by_guid[guid], home=self._home)
        self._arm.pool.drain()
        for stage in rest:
            self._begin()
            self._start_queries(stage, by_guid)
            self._arm.pool.drain()
        self._replace_lost()
        self._again.read(by_guid)
        self._note_covered()

    def _note_covered(self) -> None:
        """Note what the graph told of whole, once ARM was asked for the rest."""
        read = {
            (kind, guid)
            for kind, guids in self._covered.items()
            for guid in guids
            if not self._again.holds_type(kind, guid)
        }
        zones = () if self._arm.aside.reads_all else self._covered.get(OF_ZONES.type, ())
        zoned = {(OF_ZONES.type, guid) for guid in zones}
        for kind, guid in read - self._again.partly.keys() - zoned:
            self._cover(kind, guid)
        partly = {each: keys for each, keys in self._again.partly.items() if each in read}
        for each in (*below_parents(self._arm.store, partly), *in_zones(self._arm.store, zoned, read)):
            self._arm.store.cover(each)

    def _cover(self, kind: str, guid: str) -> None:
        self._arm.store.cover(Covered(kind, f"/subscriptions/{guid}", Ground.COUNTED))

    def _start_queries(
        self, tables: Iterable[tuple[str, Sequence[str]]], by_guid: dict[str, Json], *, counts: bool = False
    ) -> None:
        """Start what asks the graph: first what most other requests wait for."""
        parts, new = list(batches(sorted(by_guid))), dict[Callable[[], None], Callable[[], None]]()
        for each in parts if counts and self._wanted.counted else ():
            new[partial(self._count, each, by_guid)] = partial(self._count_nothing, each, by_guid)
        for table, kinds in tables:
            for each in parts:
                new[partial(self._read, table, kinds, each)] = partial(self._again.add_all, kinds, each)
        self._open |= new
        waiting = deque(new)
        for _ in range(max(1, min(_MOST_ASKING, self._arm.pool.size // 2))):
            self._arm.pool.start(partial(self._ask, waiting), chain=_FIRST)

    def _ask(self, waiting: deque[Callable[[], None]]) -> None:
        """Ask what waits, one after the other."""
        while True:
            with self._lock:
                ask = waiting.popleft() if waiting else None
            if ask is None:
                return
            ask()
            del self._open[ask]

    def _replace_lost(self) -> None:
        """Have ARM read what was asked of the graph by a query that was given up."""
        for instead in tuple(self._open.values()):
            self._tell("Resource Graph did not answer in time")
            instead()

    def _note_what_is_held(self, guid: str) -> None:
        held = self._arm.rights
        for row in self._wanted.by_graph:
            if held.hold(guid, actions_for(row)):
                self._covered[row.type].add(guid)

    def _listed_by_arm(self, guid: str) -> list[Listing]:
        """Return the listings of what the graph does not have, or would keep from this caller."""
        found = []
        for listing in self._wanted.of_subscription:
            counted = listing.type.lower() in COUNTED and self._holds(listing, guid)
            if not counted and not self.covers(listing, guid):
                found.append(listing)
                if listing.type in READ_BY_GRAPH:
                    self._tell("ARM listed what your roles do not cover in a whole subscription")
        return found

    def _holds(self, listing: Listing, guid: str) -> bool:
        return self._arm.rights.hold(guid, [listing.action])

    # Rows

    def _read(self, table: str, kinds: Sequence[str], batch: Sequence[str]) -> None:
        """Read all rows of a table, and note what has to be read again."""
        kept: Counter[tuple[str, str]] = Counter()
        try:
            total = self._rows(rows_of(table, kinds, self._within(table)), batch, kept)
            missing = total - sum(kept.values())
            if missing > 0:
                self._tell("Resource Graph counted more rows than it gave")
            if missing > 0 and self._find_short(table, kinds, batch, kept) < missing:
                self._again.add_all(kinds, batch)
        except CAUGHT as error:
            self._tell(f"Resource Graph did not answer in full: {failure_of(error).why}")
            self._again.add_all(kinds, batch)

    def _rows(self, query: str, batch: Sequence[str], kept: Counter[tuple[str, str]]) -> int:
        """Keep the rows of a query, count them by type and subscription, and return how many there should be."""
        # Hashes, since a tenant has a million ids. Were two the same, the count would be short and ARM be asked.
        total, ids = 0, dict[int, int]()
        for page in pages(self._arm.session, query, batch):
            total = page.total
            by_listing: defaultdict[Listing, list[Json]] = defaultdict(list)
            for row in page.rows:
                arm_id, listing = ArmId(str(row.get("id", ""))), listing_of(row)
                if listing is None or arm_id.subscription not in batch:
                    continue
                before = len(ids)
                content = hash(text_of(row))
                if ids.setdefault(hash(arm_id), content) != content:
                    self._tell("Resource Graph gave two rows of one id that differ")
                    self._again.add([(listing, arm_id.subscription)])
                if len(ids) == before:
                    continue
                kept[str(row["type"]).lower(), arm_id.subscription] += 1
                resource = as_arm(row)
                if resource is None:
                    self._note_shape(row, arm_id)
                elif self.covers(listing, arm_id.subscription):
                    by_listing[listing].append(resource)
            # A page takes tens of megabytes and is copied while it is kept: bit by bit it is never there twice.
            page.rows.clear()
            for listing, rows in by_listing.items():
                while rows:
                    self._arm.take(rows[-_AT_ONCE:], listing, home=self._home)
                    del rows[-_AT_ONCE:]
        return total

    def _within(self, table: str) -> tuple[str, ...]:
        return () if self._arm.aside.reads_all else WITHIN.get(table, ())

    def _note_shape(self, row: Json, arm_id: ArmId) -> None:
        if self._again.add_row(row, arm_id):
            self._tell("Resource Graph gave rows in another shape than ARM's")

    def _find_short(
        self, table: str, kinds: Sequence[str], batch: Sequence[str], kept: Counter[tuple[str, str]]
    ) -> int:
        """Note the types, by subscription, of which fewer rows came than there are; return how many lack in all."""
        missing = 0
        # One answer holds so many rows, and rows without an id cannot be paged through.
        for part in batches(batch, max(1, MOST_ROWS // len(kinds))):
            query = counts_of(table, kinds, "type", "subscriptionId", within=self._within(table))
            for page in pages(self._arm.session, query, part):
                for row in page.rows:
                    kind, guid = str(row.get("type")).lower(), str(row.get("subscriptionId")).lower()
                    short = count_in(row) - kept[kind, guid]
                    if kind in KINDS and short > 0:
                        missing += short
                        self._again.add([(KINDS[kind].listing, guid)])
        return missing

    def _count(self, batch: Sequence[str], by_guid: dict[str, Json]) -> None:
        """Find out where there is something that ARM is to list, and start to list it."""
        total, seen = 0, set[str]()
        found = set[tuple[str, Listing]]()
        try:
            for page in pages(self._arm.session, ids_of("resources", sorted(self._wanted.counted)), batch):
                seen |= {str(row["id"]).lower() for row in page.rows}
                found |= {(subscription_of(row), COUNTED[str(row["type"]).lower()]) for row in page.rows}
                total = page.total
            complete = len(seen) >= total
        except (*CAUGHT, KeyError):
            complete = False
        if not complete:
            self._count_nothing(batch, by_guid)
            return
        for guid in batch:
            types = {listing.type for where, listing in found if where == guid}
            self._list_counted(types, by_guid[guid], guid)
            for listing in self._wanted.counted.values():
                if listing.type not in types and self._holds(listing, guid):
                    self._cover(listing.type, guid)

    def _count_nothing(self, batch: Sequence[str], by_guid: dict[str, Json]) -> None:
        """Start to list everything that could not be counted."""
        self._tell("Resource Graph did not count in full")
        for guid in batch:
            self._list_counted({listing.type for listing in self._wanted.counted.values()}, by_guid[guid], guid)

    def _list_counted(self, types: set[str], subscription: Json, guid: str) -> None:
        """Start ARM's listings of some types; one may have several, as for fields of a preview version."""
        for row in self._wanted.of_subscription:
            if row.type in types and self._holds(row, guid):
                self._arm.start_or_wait(row, subscription, home=self._home)

    def _tell(self, what: str) -> None:
        with self._lock:
            self.told.add(what)
