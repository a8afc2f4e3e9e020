"""The graph: every resource of a scan, decoded once, behind typed questions that never answer more than was seen."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any, TypeVar, cast

from scanner.evidence import Gap, MissingEvidence, Seen, Unknown, first, known
from scanner.graph.coverage import Coverage
from scanner.graph.edited_rows import EditedRows, Edits, placed
from scanner.graph.holes import Holes, lineage
from scanner.graph.remembered import Remembered
from scanner.graph.rows import HeldRows, PackedRows, Rows
from scanner.graph.settings import Settings
from scanner.graph.unread import Unread
from scanner.model.arm import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ArmId, Json, place_of
from scanner.model.fields import decode
from scanner.model.network import VirtualNetwork
from scanner.model.resource import Resource

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

_ANYWHERE = ArmId("")
_AFTER_SLASH = chr(ord("/") + 1)
_Matters = Callable[[ArmId], bool] | None


class Graph:
    """Resources of one scan, what of the world was seen completely, and gaps: why the rest was not.

    Absence is told from coverage alone. Without one, the subscriptions among the resources are taken for a closed world
    with the gaps as holes in it: what a fixture, and what a plan manages, is.
    """

    def __init__(
        self,
        resources: Iterable[Json] | Rows,
        gaps: Iterable[Gap] = (),
        settings: Settings | None = None,
        coverage: Coverage | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.gaps = tuple(sorted(set(gaps), key=_gap_order))
        self._rows = resources if isinstance(resources, Rows) else HeldRows(resources)
        # Keys, which are ids in lower case: a large estate has many rows and few of them are looked at.
        self._by_type: defaultdict[str, list[str]] = defaultdict(list)
        self._by_parent: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._decoded: dict[str, Resource] = {}
        self._seen: dict[type[Resource], tuple[Resource, ...]] = {}
        self._seen_inside: dict[tuple[type[Resource], str], tuple[Resource, ...]] = {}
        for key in self._rows.keys():  # noqa: SIM118 - they are sorted
            self._place(key)
        self.subscriptions = frozenset(ArmId(each).subscription for each in self._by_type[SUBSCRIPTION_TYPE])
        self.coverage = Coverage.closed(self.subscriptions) if coverage is None else coverage
        self._holes = Holes(self.gaps)
        self._edits = Edits()
        self._start_asking()

    def _start_asking(self) -> None:
        """Forget every answer."""
        self._memo: Remembered[Callable[[Graph], Any], Any] = Remembered(lambda build: build(self))
        self._unread = Unread(self._is_judged, self._networks_in)
        self._uncovered = cache(self._find_uncovered)
        self._seen_below: dict[tuple[type[Resource], str], Seen[Any]] = {}

    def _place(self, key: str) -> None:
        kind, parent = place_of(key)
        self._by_type[kind].append(key)
        if parent is not None:
            # In order of their keys, what a resource is a child of is nearly always the last of its type so far.
            above = self._by_type.get(kind.rpartition("/")[0])
            self._by_parent[above[-1] if above and above[-1] == parent else parent, kind].append(key)

    def __len__(self) -> int:
        return sum(map(len, self._by_type.values()))

    @property
    def rows(self) -> Rows:
        """Every resource as it was read."""
        return self._rows

    def edited(self, changed: Mapping[str, Json | None], settings: Settings | None = None) -> Graph:
        """Return the graph in which some resources are others, by key; None stands for one that is taken away.

        What was seen of the world, and what was not, stays as it is; what is made or taken away is known to be.
        """
        graph = copy(self)
        graph._edit(changed, settings or self.settings)  # noqa: SLF001 - a graph of its own
        return graph

    def _edit(self, changed: Mapping[str, Json | None], settings: Settings) -> None:
        types = {ArmId(key).type for key in changed}
        self.settings = settings
        self._edits = self._edits.further(self._rows, changed)
        self._by_type = placed(self._by_type, self._rows, changed, lambda arm_id: arm_id.type)
        self._by_parent = placed(self._by_parent, self._rows, changed, _below)
        self._decoded = {key: each for key, each in self._decoded.items() if key not in changed}
        self._seen = {kind: each for kind, each in self._seen.items() if kind.TYPE.lower() not in types}
        self._seen_inside = {at: each for at, each in self._seen_inside.items() if at[0].TYPE.lower() not in types}
        self._rows = EditedRows(self._rows, changed) if changed else self._rows
        self._start_asking()

    def packed(self) -> PackedRows:
        """Return every resource as it was read, fit to be sent to another process."""
        return self._rows if isinstance(self._rows, PackedRows) else PackedRows(map(self._rows.row, self._rows.keys()))

    def seen(self, kind: type[R]) -> tuple[R, ...]:
        """Return every resource of a kind that was read, in id order, whatever else may exist."""
        if kind not in self._seen:
            self._seen[kind] = tuple(self._decode(kind, each) for each in self._by_type[kind.TYPE.lower()])
        return cast("tuple[R, ...]", self._seen[kind])

    def each(self, kind: type[R]) -> Iterator[R]:
        """Yield the same one by one: what each refers to is best read beside it, for ids close by are held once."""
        return (self._decode(kind, key) for key in self.keys(kind))

    def all(
        self,
        kind: type[R],
        within: ArmId | None = None,
        *,
        about: str | ArmId = "",
        matters: Callable[[ArmId], bool] | None = None,
    ) -> Seen[R]:
        """Return every resource of a kind in a scope; None is wherever the identity sees something.

        With `about`, an ARM id or the name of a zone, it is complete once every resource that names that was seen.
        `matters` tells by the id of an item that could not be read whether it is of interest here.
        """
        found = self.seen(kind) if within is None else self._inside(kind, within)
        return Seen(found, self.unseen(kind, within, about=about, matters=matters))

    def unseen(
        self, kind: type[Resource], within: ArmId | None = None, *, about: str | ArmId = "", matters: _Matters = None
    ) -> MissingEvidence | None:
        """Return why there may be more resources of a kind than `all` shows: for who does not need those."""
        return self._lack(_listed_as(kind), within, str(about), matters)

    def keys(self, kind: type[Resource]) -> Sequence[str]:
        """Return the keys of every resource of a kind that was read, in order, without decoding any."""
        return self._by_type.get(kind.TYPE.lower(), ())

    def at(self, kind: type[R], key: str) -> R:
        """Return the resource at one of the `keys` of its kind."""
        return self._decode(kind, key)

    def knows(self, arm_id: ArmId) -> bool:
        """Tell whether a resource was read."""
        return self._rows.holds(arm_id.key)

    def children(self, kind: type[R], parent: ArmId) -> Seen[R]:
        """Return the children of a kind below a parent; one that is known not to exist has none."""
        at = kind, parent.key
        found = self._seen_below.get(at)
        if found is None:
            keys = self._by_parent.get((parent.key, kind.TYPE.lower()), ())
            below = tuple(self._decode(kind, each) for each in keys)
            found = self._seen_below[at] = Seen(below, self._lack_below(_listed_as(kind), parent))
        return found

    def get(self, kind: type[R], arm_id: ArmId) -> R:
        """Return the resource that a reference names, or raise MissingEvidence if it leads nowhere."""
        found = self._look_up(kind, arm_id)
        if found is None:
            raise self._missing(_listed_as(kind), arm_id)
        return found

    def find(self, kind: type[R], arm_id: ArmId) -> R | None:
        """Return the resource, None if it does not exist, or raise MissingEvidence if that cannot be told."""
        found = self._look_up(kind, arm_id)
        if found is not None or self._is_gone(kind, arm_id):
            return found
        raise self._missing(_listed_as(kind), arm_id)

    def once(self, build: Callable[[Graph], T]) -> T:
        """Return `build(graph)`, computed at the first call: for indexes that several rules use.

        What is missing is remembered too, and raised again.
        """
        found: T = self._memo[build]
        return found

    def _decode(self, kind: type[R], key: str) -> R:
        found = self._decoded.get(key)
        if found is None:
            found = self._decoded[key] = decode(kind, self._rows.row(key))
            if isinstance(found.id, ArmId):
                # The same text: held once.
                found.id.key = key
        return cast("R", found)

    def _look_up(self, kind: type[R], arm_id: ArmId) -> R | None:
        if kind.LISTED_WITH:
            return cast("R | None", self.once(_embedded).get(arm_id.key))
        found = self._decoded.get(arm_id.key)
        if type(found) is kind:
            return found
        if not self._rows.holds(arm_id.key) or arm_id.type != kind.TYPE.lower():
            return None
        arm_id.key = self._own(arm_id)
        return self._decode(kind, arm_id.key)

    def _own(self, arm_id: ArmId) -> str:
        """Return the key of a resource as the rows hold it: the same text as that of who refers to it, held once."""
        keys = self._by_type[arm_id.type]
        place = bisect_left(keys, arm_id.key)
        return keys[place] if place < len(keys) and keys[place] == arm_id.key else arm_id.key

    def _inside(self, kind: type[R], within: ArmId) -> tuple[R, ...]:
        at = kind, within.key
        if at not in self._seen_inside:
            self._seen_inside[at] = tuple(self._decode(kind, each) for each in self._keys_in(kind.TYPE.lower(), within))
        return cast("tuple[R, ...]", self._seen_inside[at])

    def _keys_in(self, resource_type: str, within: ArmId) -> list[str]:
        """Return the keys of a type below a scope: they are sorted, so they stand together."""
        keys = self._by_type[resource_type]
        return keys[bisect_left(keys, f"{within.key}/") : bisect_left(keys, f"{within.key}{_AFTER_SLASH}")]

    # What was not seen

    def _lack(self, listed: str, within: ArmId | None, about: str, matters: _Matters) -> MissingEvidence | None:
        """Return why a listing may lack something, None if it does not. `listed` is a type in lower case."""
        if about and self.coverage.looked_up(listed, within or _ANYWHERE, about):
            return None
        hole = self._hole(listed, within, matters)
        return self._unread.by(hole) if hole is not None else self._uncovered(listed, within)

    def _hole(self, listed: str, within: ArmId | None, matters: _Matters) -> Gap | None:
        if not self.gaps:
            return None
        if within is None:
            return self._holes.anywhere(lineage(listed), matters)
        holes = (self._holes.inside(kind, within) for kind in lineage(listed))
        return first(holes)

    def _find_uncovered(self, listed: str, within: ArmId | None) -> MissingEvidence | None:
        """Return what of a scope a type was not listed in."""
        if within is None:
            scopes = (ArmId(f"/subscriptions/{each}") for each in sorted(self.coverage.horizon))
            lacks = (self._uncovered(listed, each) for each in scopes)
            return first(lacks)
        return None if self.coverage.covers(listed, within) else self._uncovered_parents(listed, within)

    def _uncovered_parents(self, listed: str, within: ArmId) -> MissingEvidence | None:
        """Return why the children of every parent in a scope are not all known, for a type that is listed by those."""
        parent, _, _ = listed.rpartition("/")
        if "/" not in parent:
            return self._unlisted(listed, within)
        unlisted = (ArmId(each) for each in self._keys_in(parent, within) if not self._covers(listed, each))
        lack = self._uncovered(parent, within)
        return lack or next((self._unlisted(listed, each) for each in unlisted), None)

    def _covers(self, listed: str, key: str) -> bool:
        return key in self._edits.made or self.coverage.covers(listed, ArmId(key))

    def _lack_below(self, listed: str, parent: ArmId) -> MissingEvidence | None:
        hole = self._holes.inside(listed, parent)
        if hole is not None:
            return self._unread.by(hole)
        if self._rows.holds(parent.key):
            is_whole = self.coverage.shows_children or self._covers(listed, parent.key)
            return None if is_whole else self._unlisted(listed, parent)
        return None if self._is_known_absent(parent.type, parent) else self._missing(parent.type, parent)

    def _is_gone(self, kind: type[Resource], arm_id: ArmId) -> bool:
        """Tell whether a missing resource is known not to exist; a subnet or peering, by the VNet it would be in."""
        vnet = arm_id.parent if kind.LISTED_WITH else None
        if vnet is not None and self._rows.holds(vnet.key):
            return self._shows_parts(vnet)
        return self._is_known_absent(_listed_as(kind), vnet or arm_id)

    def _is_known_absent(self, listed: str, arm_id: ArmId) -> bool:
        """Tell whether what would hold a missing resource was seen completely, or Azure says so of it."""
        if self._holes.above(listed, arm_id) is not None:
            return False
        if arm_id.key in self._edits.removed or self._holes.is_gone(arm_id) or self.coverage.covers(listed, arm_id):
            return True
        return arm_id.parent is not None and self._is_known_absent(arm_id.parent.type, arm_id.parent)

    def _shows_parts(self, vnet: ArmId) -> bool:
        """Tell whether the subnets and peerings of a VNet were read with it, and not only its name."""
        found = self._decode(VirtualNetwork, vnet.key)
        return not isinstance(found.subnets, Unknown) and not isinstance(found.peerings, Unknown)

    def _missing(self, listed: str, arm_id: ArmId) -> MissingEvidence:
        """Return why a resource that is referred to is not here."""
        hole = self._holes.above(listed, arm_id)
        gone = self._holes.why_gone(arm_id)
        if gone is not None:
            return MissingEvidence(gone, (str(arm_id),))
        if hole is not None:
            return self._unread.by(hole, str(arm_id))
        if self.coverage.covers(listed, arm_id):
            return MissingEvidence(f"{arm_id} is referred to but was not found", (str(arm_id),))
        return self._unread.elsewhere(listed, arm_id)

    def _unlisted(self, listed: str, scope: ArmId) -> MissingEvidence:
        """Return why a type was not listed in a scope: some are listed by resource group alone."""
        if self.coverage.left_unread(listed, scope):
            return self._unread.left(listed, scope)
        groups = self._holes.above(RESOURCE_GROUP_TYPE, scope)
        return self._unread.by(groups) if groups is not None else self._unread.unlisted(listed, scope)

    def _networks_in(self, scope: ArmId) -> list[str]:
        """Return the ids of the virtual networks in a scope that were read, or referred to and not readable."""
        kind = VirtualNetwork.TYPE.lower()
        return [*self._keys_in(kind, scope), *self._holes.items(kind, scope)]

    def _is_judged(self, subscription: str) -> bool:
        scope = self.settings.scope
        return subscription in (scope.subscriptions or self.subscriptions - {*scope.context})


def _below(arm_id: ArmId) -> tuple[str, str] | None:
    """Return where a resource stands among the children of its parent, None for one without."""
    return (arm_id.parent.key, arm_id.type) if arm_id.parent is not None else None


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return gap.kind.lower(), gap.scope.lower(), gap.why


def _listed_as(kind: type[Resource]) -> str:
    """Return the type, in lower case, under whose name a gap in a kind is noted."""
    return (kind.LISTED_WITH or kind.TYPE).lower()


def _embedded(graph: Graph) -> dict[str, Resource]:
    """Index the subnets and peerings, which ARM lists inside their virtual network, by the keys of their ids."""
    found: dict[str, Resource] = {}
    for vnet in graph.seen(VirtualNetwork):
        for parts in (vnet.subnets, vnet.peerings):
            try:
                found.update((known(each.id).key, each) for each in known(parts))
            except MissingEvidence:
                continue
    return found
