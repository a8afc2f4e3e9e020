"""What waits to be listed until it is known whether a verdict can depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scanner.collect.azure.arm.demand import EVERYTHING, Demand
from scanner.collect.azure.arm.sharing import is_narrowed
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Listing, Need
from scanner.collect.azure.arm.told import Told
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId, Json

_OF_ALL_JUDGED = frozenset({Need.JUDGED, Need.HOLDS_DATA})
"""The needs of all workspaces, where all are judged."""

_TOLD_LATE = frozenset({Need.IN_REACH})
"""The needs that hold until something is read that shows otherwise."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A listing below a parent; `home` if that is in a subscription that is scanned."""

    listing: Listing
    parent: ArmId
    home: bool


class Aside:
    """The listings that wait, by what a store holds.

    With `reads_all` nothing waits for a need, and what waits is needed. Not `sees_all` if there are workspaces that the
    store will not hold. `networks` are names and ids of virtual networks that count as a solution's, `scope` is what is
    judged. Listings of types `postponed` wait whatever their need.
    """

    def __init__(self, store: Store) -> None:
        self.reads_all = False
        self.sees_all = True
        self.networks: tuple[str, ...] = ()
        self.scope = EVERYTHING
        self.postponed: frozenset[str] = frozenset()
        self._store = store
        self._told = Told(store.rows.row)
        self._waiting: list[Waiting] = []

    def must_wait(self, listing: Listing) -> bool:
        """Tell whether a listing is not made at once."""
        by_need = listing.need is not Need.ALWAYS and (listing.need not in _OF_ALL_JUDGED or is_narrowed(self.scope))
        return (by_need and not self.reads_all) or listing.type in self.postponed

    def put(self, listing: Listing, parent: ArmId, *, home: bool) -> None:
        """Have a listing wait. The parent need not have been read by now."""
        self._waiting.append(Waiting(listing, parent, home))

    def demand(self) -> Demand:
        """Return what is needed as things stand."""
        return Demand(self._store, self._told, sees_all=self.sees_all, networks=self.networks, scope=self.scope)

    def needed(self) -> set[Waiting]:
        """Return what is needed by now, to be called while nothing is being read."""
        return self._needed(self.demand())

    def _needed(self, demand: Demand) -> set[Waiting]:
        held = (each for each in self._waiting if self._holds(each.parent))
        return {each for each in held if self.reads_all or demand.needs(each.listing.need, each.parent)}

    def _holds(self, parent: ArmId) -> bool:
        """Tell whether a parent was read; subscriptions are, first of all."""
        return parent.type == SUBSCRIPTION.lower() or self._store.knows(parent)

    def row_of(self, parent: ArmId) -> Json | None:
        """Return what is known of a parent, None if it was not read; of a subscription, which is read first, its id."""
        if parent.type == SUBSCRIPTION.lower():
            return {"id": str(parent)}
        return self._store.rows.row(parent.key) if self._store.knows(parent) else None

    def taken(self, *, early: bool = False) -> Iterable[Waiting]:
        """Return what is needed by now, and let it wait no longer.

        First comes what more may hang on, in subscriptions, and last what others have, which may turn out to be
        needless. With `early`, while not all has been read, it is all that will be needed whatever comes.
        """
        demand = self.demand()
        needed = self._needed(demand)
        sure = {each for each in needed if not demand.waits_for_others(each.listing.need, each.parent)}
        if early:
            found = {each for each in sure if each.listing.need not in _TOLD_LATE}
        else:
            found = {each for each in needed if each.listing.parent == SUBSCRIPTION} or sure or needed
        self._waiting = [each for each in self._waiting if each not in found]
        return found

    def drop(self, is_read: Callable[[Listing, ArmId], bool]) -> None:
        """Forget what has been read by another way since."""
        self._waiting = [each for each in self._waiting if not is_read(each.listing, each.parent)]

    def leave(self) -> None:
        """Note in the store what was left unread."""
        for listing, subscription in {(each.listing, each.parent.subscription) for each in self._waiting}:
            if listing.fields:
                self._store.left.add((listing.kind, subscription))
            else:
                self._store.cover(Covered(listing.type, f"/subscriptions/{subscription}", Ground.LEFT))
