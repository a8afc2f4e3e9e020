"""What Virtual Network Manager has in force: rows that Resource Graph alone has, and ARM tells only to a POST.

They are asked for by whatever way the rest is read, but `arm`: one question for up to 250 subscriptions, and a second
where a manager lies in another subscription than the networks. What cannot be asked is no gap: a network without a
manager lacks nothing, and of one that a manager may manage the graph of the scan knows that the rows were not read.
Where networks are in connected groups, a third asks all that the identity sees for other networks of those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from scanner.collect.azure.arm.tables.listing import Arm, Listing, nothing
from scanner.collect.azure.resource_graph import by_arm
from scanner.collect.azure.resource_graph.query import batches, pages, rows_of
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.deadline import TimeUp
from scanner.collect.azure.session.wire import WireError
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId, Json, properties_of
from scanner.model.network_manager import (
    AdminCollection,
    AdminRule,
    ConnectivityConfiguration,
    EffectiveAdminRules,
    EffectiveConnectivity,
    GroupMembership,
    RegionalRules,
    manager_of,
    taken_of,
)

TABLE = "networkresources"
_WHY = "no version of ARM has it: Resource Graph speaks its own"


def _row(kind: str) -> Listing:
    return Listing(kind, Arm(nothing), "2021-03-01", _WHY)


OF_NETWORKS = tuple(_row(each.TYPE) for each in (EffectiveAdminRules, EffectiveConnectivity, GroupMembership))
"""What lies on virtual networks."""
OF_MANAGERS = tuple(_row(each.TYPE) for each in (RegionalRules, AdminCollection, AdminRule, ConnectivityConfiguration))
"""What lies below network managers."""
ROWS = (*OF_NETWORKS, *OF_MANAGERS)
"""Listings by Resource Graph alone. Which actions show their rows is documented for memberships only
(https://learn.microsoft.com/azure/role-based-access-control/permissions/networking, 2024): that `{type}/read` does, as
of all other types, is taken for granted, and no role that is made for a scan can name them; Reader has them."""

_CONNECTIVITY = OF_NETWORKS[1]
_BY_TYPE = {each.type.lower(): each for each in ROWS}


Wanted: TypeAlias = Callable[[Json], bool]


def _anything(_row: Json) -> bool:
    return True


class InForce:
    """One reading of what managers have in force on the networks of some subscriptions; `told` is what went wrong."""

    def __init__(self, reading: by_arm.Arm, horizon: Collection[str]) -> None:
        self._reading = reading
        self._horizon = horizon
        self._asked: set[tuple[str, str]] = set()
        self.told: set[str] = set()

    def read(self, subscriptions: Iterable[str]) -> None:
        """Read the networks of subscriptions (GUIDs), and what their managers have, wherever those lie.

        Who else is in a connected group shows on the other networks alone, in whatever subscription.
        """
        named = [each for row in self._read(ROWS, subscriptions) for each in _configurations_in(row)]
        self._read(OF_MANAGERS, {manager_of(each).subscription for each in named} & set(self._horizon))
        groups = {taken_of(each) for each in named if "/connectivityconfigurations/" in each.key}
        if groups:
            others = set(self._horizon) - {guid for kind, guid in self._asked if kind == _CONNECTIVITY.type}
            rows = self._read((_CONNECTIVITY,), others, lambda row: _is_in(row, groups))
            for row in rows:
                self._reading.start_item(ArmId(ArmId(str(row["id"])).scope), home=False)
            self._reading.pool.drain()

    def _read(self, listings: Sequence[Listing], guids: Iterable[str], wanted: Wanted = _anything) -> list[Json]:
        """Keep what is wanted of the rows of some types in subscriptions, and return it; nothing is asked for twice."""
        new = sorted(each for each in guids if any((row.type, each) not in self._asked for row in listings))
        found: list[Json] = []
        for each in new:
            self._reading.start_rights(each, [row.action for row in listings])
        self._reading.pool.drain()
        for batch in batches([each for each in new if self._may_read(listings, each)]):
            self._asked |= {(row.type, each) for row in listings for each in batch}
            found += self._read_batch(listings, batch, wanted)
        return found

    def _may_read(self, listings: Sequence[Listing], guid: str) -> bool:
        """Tell whether the graph would leave nothing out, which it does not say."""
        return self._reading.rights.hold(guid, [each.action for each in listings])

    def _read_batch(self, listings: Sequence[Listing], batch: Sequence[str], wanted: Wanted) -> list[Json]:
        query = rows_of(TABLE, [each.type.lower() for each in listings])
        try:
            rows = self._reading.pool.call(lambda: [each for each in self._rows(query, batch) if wanted(each)])
        except (*CAUGHT, TimeUp) as error:
            self.told.add(f"Resource Graph did not tell what network managers have in force: {failure_of(error).why}")
            return []
        by_type: defaultdict[str, list[Json]] = defaultdict(list)
        for row in rows:
            by_type[str(row["type"]).lower()].append(row)
        for kind, found in by_type.items():
            self._reading.take(found, _BY_TYPE[kind], home=True)
        for listing in listings:
            for guid in batch:
                self._reading.store.cover(Covered(listing.type, f"/subscriptions/{guid}", Ground.COUNTED))
        return rows

    def _rows(self, query: str, batch: Sequence[str]) -> Iterator[Json]:
        """Yield the rows of a query as ARM would show them. Raises the SDK's errors, and WireError if some lack."""
        total, ids = 0, set[str]()
        for page in pages(self._reading.session, query, batch):
            total = page.total
            for row in page.rows:
                arm_id = ArmId(str(row.get("id", "")))
                ids.add(arm_id.key)
                if arm_id.subscription in batch and str(row.get("type")).lower() in _BY_TYPE:
                    yield as_arm(row)
        if len(ids) < total:
            raise WireError("Resource Graph counted more rows than it gave")


def as_arm(row: Json) -> Json:
    """Return a row with its properties in ARM's spelling: the graph has them with either case of the first letter.

    https://learn.microsoft.com/azure/virtual-network-manager/query-azure-resource-graph (2023-11-02)
    """
    held = {key: value for key, value in row.items() if value is not None and value != ""}
    spelled = _BY_TYPE[str(row["type"]).lower()].type
    return held | {"type": spelled, "properties": _uncapitalized(row.get("properties"))}


def _uncapitalized(value: object) -> object:
    if isinstance(value, dict):
        return {f"{str(key)[:1].lower()}{str(key)[1:]}": _uncapitalized(each) for key, each in value.items()}
    return [_uncapitalized(each) for each in value] if isinstance(value, list) else value


def _is_in(row: Json, groups: Collection[ArmId]) -> bool:
    """Tell whether a network is in the connected groups of one of some configurations."""
    return any(taken_of(each) in groups for each in _configurations_in(row))


def _configurations_in(row: Json) -> Iterator[ArmId]:
    held = properties_of(row)
    for name in ("effectiveSecurityAdminConfigurations", "effectiveConnectivityConfigurations"):
        listed = held.get(name)
        for each in listed if isinstance(listed, list) else ():
            named = each.get("id") if isinstance(each, dict) else each
            if isinstance(named, str) and named.lower().startswith("/subscriptions/"):
                yield ArmId(named)
