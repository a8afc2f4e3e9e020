"""What Resource Graph gave in part or in another shape, and has ARM read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Lock

from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Listing
from scanner.collect.azure.resource_graph.by_arm import Arm
from scanner.collect.azure.resource_graph.covering import DEPLOYMENTS, is_whole_enough
from scanner.collect.azure.resource_graph.tables import COUNTED, KINDS, OF_ZONES, in_arms_words, lacks_a_field
from scanner.model.arm import ArmId, Json

_MOST_SINGLE = 10
"""How many resources of a type in a subscription are read one by one rather than listed."""


class Again:
    """What is to be read again; any thread may add to it, one that was given up too, until it is `read`.

    `partly` are the parents (keys), by type and subscription, below which ARM lists, and the graph told of all others.
    """

    def __init__(self, arm: Arm, *, home: bool) -> None:
        self._arm = arm
        self._home = home
        self._lock = Lock()
        self._listings: defaultdict[str, set[Listing]] = defaultdict(set)
        self._misshapen: defaultdict[tuple[str, str], list[ArmId]] = defaultdict(list)
        self._lacking: list[Json] = []
        self.partly: dict[tuple[str, str], set[str]] = {}

    def holds(self, listing: Listing, subscription: str) -> bool:
        """Tell whether a listing in a subscription (a GUID) is read again."""
        return listing in self._listings.get(subscription, ())

    def holds_type(self, kind: str, subscription: str) -> bool:
        """Tell the same of any listing of a type."""
        return any(row.type == kind for row in self._listings.get(subscription, ()))

    def add(self, found: Iterable[tuple[Listing, str]]) -> None:
        """Have listings be made again, each in a subscription (a GUID)."""
        with self._lock:
            for listing, guid in found:
                self._listings[guid].add(listing)

    def add_all(self, kinds: Iterable[str], batch: Sequence[str]) -> None:
        """Have the listings of types (lower case) be made again in all of some subscriptions."""
        self.add((KINDS[kind].listing, guid) for kind in kinds for guid in batch)

    def add_row(self, row: Json, arm_id: ArmId) -> bool:
        """Note a row that is not as ARM would show the resource; tell whether that is strange."""
        kind = str(row["type"]).lower()
        lacks = lacks_a_field(row)
        if kind == DEPLOYMENTS and lacks:
            self._lacking.append(row)
        else:
            self._misshapen[kind, arm_id.subscription].append(arm_id)
        return not (KINDS[kind].may_lack and lacks)

    def read(self, by_guid: Mapping[str, Json]) -> None:
        """Read by ARM what the graph gave in part: by listing, or by single reads where those are few."""
        # A thread that was given up may still add to them.
        for arm_id in [ArmId(str(each["id"])) for each in tuple(self._lacking) if not self._is_spared(each)]:
            self._misshapen[DEPLOYMENTS, arm_id.subscription].append(arm_id)
        for (kind, guid), ids in tuple(self._misshapen.items()):
            self._read_misshapen(kind, guid, ids)
        for listing, parent in self._parents(by_guid):
            self._arm.start_listing(listing, parent, home=self._home)
        self._arm.pool.drain()

    def _read_misshapen(self, kind: str, guid: str, ids: list[ArmId]) -> None:
        listing = KINDS[kind].listing if kind in KINDS else COUNTED[kind]
        if listing.type.lower() == kind and ids[0].parent is not None:
            self._list_below(listing, guid, {each.parent for each in ids if each.parent is not None})
        elif listing.type.lower() == kind and len(ids) <= _MOST_SINGLE:
            for each in ids:
                self._arm.start_item(each, home=self._home)
        else:
            self._listings[guid].add(listing)

    def _is_spared(self, row: Json) -> bool:
        """Tell whether no verdict hangs on what a row lacks, and keep it without."""
        is_spared = not self._arm.aside.reads_all and is_whole_enough(row, self._arm.store)
        if is_spared:
            self._arm.take([in_arms_words(row)], KINDS[str(row["type"]).lower()].listing, home=self._home)
        return is_spared

    def _list_below(self, listing: Listing, guid: str, parents: Collection[ArmId]) -> None:
        """Have a type be listed below some parents in a subscription: below all others it was read."""
        for each in sorted(parents):
            self._arm.aside.put(listing, each, home=self._home)
        self.partly[listing.type, guid] = {each.key for each in parents}

    def _parents(self, by_guid: Mapping[str, Json]) -> list[tuple[Listing, Json]]:
        """Return what is to be listed again, with each parent that is known by now."""
        wanted: defaultdict[tuple[str, str], list[Listing]] = defaultdict(list)
        with self._lock:
            again = [(guid, listing) for guid, listings in self._listings.items() for listing in listings]
        for guid, listing in again:
            wanted[guid, listing.parent.lower()].append(listing)
        found: list[tuple[Listing, Json]] = [
            (listing, by_guid[guid]) for guid in by_guid for listing in wanted.get((guid, SUBSCRIPTION.lower()), ())
        ]
        for resource in self._arm.store.rows if wanted else ():
            arm_id = ArmId(str(resource["id"]))
            if arm_id.type != SUBSCRIPTION.lower():
                repeated = wanted.get((arm_id.subscription, arm_id.type), ())
                found += [(listing, resource) for listing in repeated if self._is_needed(listing, arm_id)]
        return found

    def _is_needed(self, listing: Listing, parent: ArmId) -> bool:
        return listing is not OF_ZONES or self._arm.aside.reads_all or names_service(parent.name)
