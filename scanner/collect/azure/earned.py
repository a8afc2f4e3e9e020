"""What a live collection saw completely, put together from what its listings and look-ups came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from sys import intern

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.store import contradicted, disproved
from scanner.collect.azure.arm.tables.listing import ROLE_ASSIGNMENT, SUBSCRIPTION, WORKSPACE
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage, Covered, Ground
from scanner.model.arm import ArmId, place_of

_CHILDREN = tuple(
    (row.type, row.parent.lower())
    for row in LISTINGS
    if not row.fields and row.parent != SUBSCRIPTION and not row.is_asked_for
)
_PARENTS = frozenset(parent for _, parent in _CHILDREN)


@dataclass(frozen=True, slots=True)
class Looked:
    """Every resource of some types that names one of some things was looked for in some subscriptions (GUIDs)."""

    kinds: frozenset[str]
    abouts: frozenset[str]
    subscriptions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What coverage stands on. Of several shards, each part is put together with those of the others.

    `neighbours` are the subscriptions (GUIDs) that were read in part.
    """

    gaps: frozenset[Gap] = frozenset()
    claims: frozenset[Gap] = frozenset()
    evident: frozenset[tuple[str, str]] = frozenset()
    covered: frozenset[Covered] = frozenset()
    looked: frozenset[Looked] = frozenset()
    neighbours: frozenset[str] = frozenset()

    def __or__(self, other: Evidence) -> Evidence:
        """Return what both stand on."""
        return Evidence(
            self.gaps | other.gaps,
            self.claims | other.claims,
            self.evident | other.evident,
            self.covered | other.covered,
            self.looked | other.looked,
            self.neighbours | other.neighbours,
        )

    @property
    def all_gaps(self) -> frozenset[Gap]:
        """The gaps, with the claims that there is nothing where something shows otherwise."""
        return self.gaps | disproved(self.claims, self.evident) | contradicted(self.covered, self.evident)


def coverage_of(
    evidence: Evidence, keys: Iterable[str], scanned: Collection[str], horizon: Iterable[str] = ()
) -> Coverage:
    """Return what was seen completely, of resources with these keys, and of subscriptions (GUIDs)."""
    horizon = {*scanned, *horizon}
    whole = _Whole(_entries(evidence))
    whole.raise_to_subscriptions(keys)
    whole.add_roles(scanned, evidence.all_gaps)
    looked_up = tuple(_looked_up(evidence.looked, whole, horizon))
    return Coverage(chain(whole.taken(), looked_up), horizon)


def _entries(evidence: Evidence) -> Iterator[Covered]:
    """Yield what was listed to its end, but for what another request for the same says of it."""
    gaps = {(gap.kind.lower(), ArmId(gap.scope).key) for gap in evidence.all_gaps}
    claims = evidence.claims - disproved(evidence.claims, evidence.evident)
    absent = (Covered(each.kind, each.scope, Ground.NOT_OFFERED) for each in claims if "?" not in each.kind)
    for each in (*evidence.covered, *absent):
        if (each.kind.lower(), ArmId(each.scope).key) not in gaps:
            yield each


class _Whole:
    """Entries of coverage, and which types are seen whole in which scopes."""

    def __init__(self, entries: Iterable[Covered]) -> None:
        self._left: set[Covered] = set()
        self._entries: set[Covered] = set()
        for each in entries:
            (self._left if each.ground is Ground.LEFT else self._entries).add(each)
        self._known: defaultdict[str, set[str]] = defaultdict(set)
        for each in self._entries:
            if not each.about:
                self._known[each.kind.lower()].add(intern(ArmId(each.scope).key))

    def taken(self) -> Iterator[Covered]:
        """Yield every entry, in the end: what is whole is told no more, so that a tenant's is never there twice."""
        self._known.clear()
        yield from self._entries
        yield from self._left

    def holds(self, kind: str, subscription: str) -> bool:
        """Tell whether a type is seen whole in a subscription (a GUID)."""
        return self._holds(kind, f"/subscriptions/{subscription}")

    def _holds(self, kind: str, key: str) -> bool:
        return key in self._known.get(kind.lower(), ())

    def _add(self, kind: str, subscription: str) -> None:
        self._entries.add(Covered(kind, f"/subscriptions/{subscription}"))
        self._known[kind.lower()].add(intern(f"/subscriptions/{subscription}"))

    def raise_to_subscriptions(self, keys: Iterable[str]) -> None:
        """Say of a child type that it is seen whole in a subscription where it is below every parent, and those are.

        There are as many entries as parents, and thousands of those.
        """
        parents = _parents_in(keys)
        subscriptions = {ArmId(scope).subscription for scope in set().union(*self._known.values())}
        for child, parent in _CHILDREN:
            for each in subscriptions:
                found = parents.get((parent, each), ())
                if self.holds(parent, each) and all(self._holds(child, key) for key in found):
                    self._add(child, each)
        self._entries.difference_update([each for each in self._entries if self._is_in_whole(each)])

    def _is_in_whole(self, entry: Covered) -> bool:
        scope = ArmId(entry.scope)
        is_below = scope.key != f"/subscriptions/{scope.subscription}"
        return is_below and not entry.about and self.holds(entry.kind, scope.subscription)

    def add_roles(self, scanned: Iterable[str], gaps: Iterable[Gap]) -> None:
        """Say that the roles of workspace identities were read, where every workspace was and no question failed.

        Roles are asked for by identity. Those of others are not read, and nothing is asked about them.
        """
        failed = {ArmId(gap.scope).subscription for gap in gaps if gap.kind == ROLE_ASSIGNMENT}
        for each in scanned:
            if each not in failed and self.holds(WORKSPACE, each):
                self._add(ROLE_ASSIGNMENT, each)


def _parents_in(keys: Iterable[str]) -> Mapping[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in keys:
        kind, _ = place_of(key)
        if kind in _PARENTS:
            found[kind, ArmId(key).subscription].append(key)
    return found


def _looked_up(looked: Iterable[Looked], whole: _Whole, horizon: Collection[str]) -> Iterator[Covered]:
    """Yield what was looked up wherever the identity sees something: elsewhere the type was listed whole."""
    where: defaultdict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    for each in looked:
        for kind in each.kinds:
            where[kind, each.abouts] |= each.subscriptions
    for (kind, abouts), subscriptions in where.items():
        if all(each in subscriptions or whole.holds(kind, each) for each in horizon):
            yield from (Covered(kind, "", Ground.LOOKED_UP, about) for about in abouts)
