"""The graph: every resource of a scan, decoded once, behind typed questions that never answer more than was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

from scanner.evidence import Gap, MissingEvidence, Unknown, known
from scanner.graph.remembered import Remembered
from scanner.graph.rows import HeldRows, PackedRows, Rows
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId, Json
from scanner.model.fields import decode
from scanner.model.network import VirtualNetwork
from scanner.model.resource import Resource

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

_SUBSCRIPTION_TYPE = "microsoft.resources/subscriptions"


class Graph:
    """Resources and gaps of one scan.

    Questions about absence are the dangerous ones. `all` and `children` first yield what was seen and then raise
    MissingEvidence if something could not be listed, so that `any(…)` over them is true when one fits, false when none
    does, and an exception when none was seen but one may exist.
    """

    def __init__(self, resources: Iterable[Json], gaps: Iterable[Gap] = (), settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.gaps = tuple(sorted(set(gaps), key=_gap_order))
        self._rows = resources if isinstance(resources, Rows) else HeldRows(resources)
        # Keys, which are ids in lower case: a large estate has many rows and few of them are looked at.
        self._by_type: dict[str, list[str]] = defaultdict(list)
        self._by_parent: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._decoded: dict[str, Resource] = {}
        self._memo: Remembered[Callable[[Graph], Any], Any] = Remembered(lambda build: build(self))
        self._gaps_by_kind: dict[str, list[Gap]] = defaultdict(list)
        self._gaps_at: dict[tuple[str, str], list[Gap]] = defaultdict(list)
        self._seen: dict[type[Resource], tuple[Resource, ...]] = {}
        for key in self._rows.keys():  # noqa: SIM118 - they are sorted
            self._place(key)
        for gap in self.gaps:
            self._gaps_by_kind[gap.kind.lower()].append(gap)
            self._gaps_at[gap.kind.lower(), ArmId(gap.scope).key].append(gap)
        self.subscriptions = frozenset(ArmId(each).subscription for each in self._by_type[_SUBSCRIPTION_TYPE])

    def _place(self, key: str) -> None:
        arm_id = ArmId(key)
        self._by_type[arm_id.type].append(key)
        if arm_id.parent is not None:
            self._by_parent[arm_id.parent.key, arm_id.type].append(key)

    def __len__(self) -> int:
        return sum(map(len, self._by_type.values()))

    def packed(self) -> PackedRows:
        """Return every resource as it was read, fit to be sent to another process."""
        return self._rows if isinstance(self._rows, PackedRows) else PackedRows(map(self._rows.row, self._rows.keys()))

    def seen(self, kind: type[R]) -> tuple[R, ...]:
        """Return every resource of a kind that was read, in id order, whatever else may exist."""
        if kind not in self._seen:
            self._seen[kind] = tuple(self._decode(kind, each) for each in self._by_type[kind.TYPE.lower()])
        return cast("tuple[R, ...]", self._seen[kind])

    def all(self, kind: type[R]) -> Iterator[R]:
        """Yield every resource of a kind, then raise MissingEvidence if some could not be listed."""
        yield from self.seen(kind)
        self._refuse_gaps(self._listing_gaps(kind))

    def children(self, kind: type[R], parent: ArmId) -> Iterator[R]:
        """Yield the children of a kind below a parent, then raise MissingEvidence if they could not be listed.

        Those of a parent that was not read were not asked for; one that is known not to exist has none.
        """
        for each in self._by_parent.get((parent.key, kind.TYPE.lower()), ()):
            yield self._decode(kind, each)
        self._refuse_gaps(self._covering(_listed_as(kind), parent))
        if not self._rows.holds(parent.key) and not self._is_known_absent(parent.type, parent):
            raise MissingEvidence(self._why_missing(parent.type, parent), (str(parent),))

    def get(self, kind: type[R], arm_id: ArmId) -> R:
        """Return the resource that a reference names, or raise MissingEvidence if it leads nowhere."""
        found = self._look_up(kind, arm_id)
        if found is None:
            raise MissingEvidence(self._why_missing(_listed_as(kind), arm_id), (str(arm_id),))
        return found

    def find(self, kind: type[R], arm_id: ArmId) -> R | None:
        """Return the resource, None if it does not exist, or raise MissingEvidence if that cannot be told."""
        found = self._look_up(kind, arm_id)
        if found is not None or self._is_gone(kind, arm_id):
            return found
        raise MissingEvidence(self._why_missing(_listed_as(kind), arm_id), (str(arm_id),))

    def _listing_gaps(self, kind: type[Resource]) -> Iterator[Gap]:
        """Yield what kept a kind, or the parents whose children it is, from being listed; not single unread items."""
        parts = _listed_as(kind).split("/")
        for length in range(len(parts), 1, -1):
            listed = "/".join(parts[:length])
            yield from (gap for gap in self._gaps_by_kind.get(listed, ()) if ArmId(gap.scope).type != listed)
        yield from self._gaps_by_kind.get(_SUBSCRIPTION_TYPE, ())

    def once(self, build: Callable[[Graph], T]) -> T:
        """Return `build(graph)`, computed at the first call: for indexes that several rules use.

        What is missing is remembered too, and raised again.
        """
        return cast("T", self._memo(build))

    def _decode(self, kind: type[R], key: str) -> R:
        found = self._decoded.get(key)
        if found is None:
            found = self._decoded[key] = decode(kind, self._rows.row(key))
        return cast("R", found)

    def _look_up(self, kind: type[R], arm_id: ArmId) -> R | None:
        if kind.LISTED_WITH:
            return cast("R | None", self.once(_embedded).get(arm_id))
        is_here = self._rows.holds(arm_id.key) and arm_id.type == kind.TYPE.lower()
        return self._decode(kind, arm_id.key) if is_here else None

    def _is_gone(self, kind: type[Resource], arm_id: ArmId) -> bool:
        """Tell whether a missing resource is known not to exist; a subnet or peering, by the VNet it would be in."""
        vnet = arm_id.parent if kind.LISTED_WITH else None
        if vnet is not None and self._rows.holds(vnet.key):
            return self._shows_parts(vnet)
        return self._is_known_absent(_listed_as(kind), vnet or arm_id)

    def _is_known_absent(self, listed: str, arm_id: ArmId) -> bool:
        """Tell whether the listing that would hold a missing resource was complete, or Azure says so of it."""
        covering = list(self._covering(listed, arm_id))
        if not covering:
            return arm_id.subscription in self.subscriptions
        return all(gap.gone and ArmId(gap.scope) == arm_id for gap in covering)

    def _shows_parts(self, vnet: ArmId) -> bool:
        """Tell whether the subnets and peerings of a VNet were read with it, and not only its name."""
        found = self._decode(VirtualNetwork, vnet.key)
        return not isinstance(found.subnets, Unknown) and not isinstance(found.peerings, Unknown)

    def _covering(self, listed: str, arm_id: ArmId) -> Iterator[Gap]:
        """Yield the gaps in the listing of a type that an id lies in: its own, and those of every scope above it."""
        if listed not in self._gaps_by_kind:
            return
        scope = ""
        for segment in arm_id.key.split("/")[1:]:
            scope = f"{scope}/{segment}"
            yield from self._gaps_at.get((listed, scope), ())

    def _why_missing(self, listed: str, arm_id: ArmId) -> str:
        gap = next(self._covering(listed, arm_id), None)
        if gap is not None:
            return str(gap)
        if arm_id.subscription not in self.subscriptions:
            return f"{arm_id} lies in subscription {arm_id.subscription}, which was not read"
        return f"{arm_id} is referred to but was not found"

    def _refuse_gaps(self, gaps: Iterable[Gap]) -> None:
        for gap in gaps:
            raise MissingEvidence(str(gap), (gap.scope,))


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return gap.kind.lower(), gap.scope.lower(), gap.why


def _listed_as(kind: type[Resource]) -> str:
    """Return the type, in lower case, under whose name a gap in a kind is noted."""
    return (kind.LISTED_WITH or kind.TYPE).lower()


def _embedded(graph: Graph) -> dict[ArmId, Resource]:
    """Index the subnets and peerings, which ARM lists inside their virtual network."""
    found: dict[ArmId, Resource] = {}
    for vnet in graph.seen(VirtualNetwork):
        for parts in (vnet.subnets, vnet.peerings):
            try:
                found.update((each.id, each) for each in known(parts))
            except MissingEvidence:
                continue
    return found
