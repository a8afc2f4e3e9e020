"""What connects to the scanned subscriptions from others, and nobody named: found by reference, and by looking.

Of a neighbour those types are listed that matter to somebody else's solution: networks, names, machines, agents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from scanner.collect.azure.arm.follow import references_in
from scanner.collect.azure.arm.listings import LISTINGS, item_listing
from scanner.collect.azure.arm.pages import Refused, read_raw
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, Listing, Query
from scanner.collect.azure.earned import Looked
from scanner.collect.azure.questions import ASSOCIATED, BY_ZONE, Question, is_about, questions, zone_names
from scanner.collect.azure.reading import Reading
from scanner.collect.azure.resource_graph.lookups import all_of, naming
from scanner.collect.azure.scopes import Horizon
from scanner.collect.azure.session.answers import CAUGHT, Failure, failure_of
from scanner.evidence import Gap
from scanner.model.arm import ArmId, Json, namespace_of, properties_of

_READ = (
    "microsoft.network",
    "microsoft.compute",
    "microsoft.containerservice",
    "microsoft.devopsinfrastructure",
    "microsoft.containerinstance",
    "microsoft.app",
    "github.network",
)
OF_NEIGHBOURS = tuple(row for row in LISTINGS if namespace_of(row.type) in _READ or row.type == RESOURCE_GROUP)
"""What is listed in a neighbour."""
_ACTIONS = frozenset(row.action for row in OF_NEIGHBOURS)

MOST = 50
"""Neighbours that are read; what is referred to in others is read by itself. A hub is peered with all of a company."""

_MOST_WITH_ZONES = 10
"""Subscriptions with zones of a solution's names that are read for them: some companies have them in each."""
_MOST_ASSOCIATED = 50
"""Rulesets, hubs or perimeters whose links are looked at."""
_GRAPH = "Microsoft.ResourceGraph/resources"
_KINDS = frozenset(row.type.lower() for row in OF_NEIGHBOURS)
_SHOWN = 10


class Neighbourhood:
    """The subscriptions around those that are scanned; each finding says of each (a GUID) what leads there."""

    def __init__(self, reading: Reading, horizon: Horizon) -> None:
        self._reading = reading
        self._store = reading.store
        self._horizon = horizon
        self.looked: set[Looked] = set()

    def referred_to(self) -> Mapping[str, ArmId]:
        """Return those that something at home refers to."""
        return self._new(self._store.references())

    def looked_for(self) -> Mapping[str, ArmId]:
        """Return those that a solution's network refers to, and those that name something at home unasked."""
        networks = self._store.adopt()
        referred = (each for row in networks for each in references_in(row, home=True))
        return self._new([*referred, *self._looked_up()])

    def welcome(self, guids: Iterable[str]) -> list[Json]:
        """Keep the rows of subscriptions that are to be read, and return them."""
        rows = [self._horizon.rows[each] for each in guids]
        self._store.neighbours |= frozenset(guids)
        self._reading.take(rows, item_listing(SUBSCRIPTION.lower()), home=False)
        return rows

    def _new(self, leading: Iterable[ArmId]) -> Mapping[str, ArmId]:
        found: dict[str, ArmId] = {}
        room = MOST - len(self._store.neighbours)
        for each in leading:
            if each.type in _KINDS and each.subscription in self._others() and len(found) < room:
                found.setdefault(each.subscription, each)
        return found

    def _others(self) -> frozenset[str]:
        return self._horizon.subscriptions - self._store.listed - self._store.neighbours

    # What is not referred to

    def _looked_up(self) -> Iterator[ArmId]:
        """Look in every other subscription for what names something of ours, as far as the identity may."""
        others = sorted(self._others())
        if not others:
            return
        for each in others:
            self._reading.start_rights(each, _ACTIONS)
        self._reading.pool.drain()
        try:
            for question in questions(self._store, others):
                found = self._asked(naming, sorted(question.kinds), question.abouts, others)
                self._note(question, others, found)
                yield from found
            yield from self._by_lists(others)
        except CAUGHT as error:
            self._fail(failure_of(error))

    def _asked(self, ask: Callable[..., Iterator[ArmId]], *what: object) -> list[ArmId]:
        """Ask the graph in the pool, which gives up what hangs. Raises as `naming` does, and TimeUp."""
        return self._reading.pool.call(lambda: list(ask(self._reading.session, *what)))

    def _note(self, question: Question, others: Iterable[str], found: Iterable[ArmId]) -> None:
        """Note where what was looked for is not: its action is held there, and nothing was found.

        The graph leaves out what may not be read without a word. Where something was found, it still has to be read.
        """
        there = {each.subscription for each in found}
        for kind in question.kinds:
            where = frozenset(each for each in others if each not in there and self._holds(kind, each))
            self.looked.add(Looked(frozenset({kind}), question.abouts, where))

    def _holds(self, kind: str, guid: str) -> bool:
        return self._reading.rights.hold(guid, [f"{kind}/read"])

    def _fail(self, failure: Failure) -> None:
        why = f"what connects to the scan from other subscriptions could not be looked up: {failure.why}"
        self._reading.miss(Gap(_GRAPH, "", why, failure.status, f"{_GRAPH}/read"))

    def _by_lists(self, others: list[str]) -> Iterator[ArmId]:
        """Look for zones by their names; and for what links rulesets and hubs, which the graph does not have."""
        found = defaultdict[str, list[ArmId]](list)
        for each in self._asked(all_of, (BY_ZONE, *ASSOCIATED), others):
            found[each.type].append(each)
        names = zone_names(self._store)
        zones = [each for each in found[BY_ZONE] if each.name.lower() in names]
        self._note(Question(frozenset({BY_ZONE}), names), others, zones)
        if len({each.subscription for each in zones}) <= _MOST_WITH_ZONES:
            yield from zones
        for kind, child in ASSOCIATED.items():
            yield from self._associated(found[kind], child, others)

    def _associated(self, parents: list[ArmId], child: str, others: list[str]) -> Iterator[ArmId]:
        abouts = is_about(self._store, child.rpartition("/")[0])
        if len(parents) > _MOST_ASSOCIATED:
            return
        listing = next(row for row in LISTINGS if row.type.lower() == child)
        rows = [(each, self._reading.pool.call(partial(self._children, listing, each))) for each in parents]
        found = [
            each for each, children in rows if children is None or any(_names_any(row, abouts) for row in children)
        ]
        kinds, there = frozenset({child}), {each.subscription for each in found}
        parent = child.rpartition("/")[0]
        where = frozenset(each for each in others if each not in there and self._holds(parent, each))
        self.looked.add(Looked(kinds, abouts, where))
        yield from found

    def _children(self, listing: Listing, parent: ArmId) -> list[Json] | None:
        """List the children of a ruleset, hub or perimeter; None if they cannot be read."""
        found: list[Json] = []
        take: Callable[[list[Json]], None] = found.extend
        try:
            query = Query(f"{parent}/{listing.type.rpartition('/')[2]}")
            return None if read_raw(self._reading.session, listing, query, take) else found
        except (Refused, *CAUGHT):
            return None


def _names_any(row: Json, abouts: Collection[str]) -> bool:
    held = properties_of(row)
    ends = (held.get(each) for each in ("virtualNetwork", "remoteVirtualNetwork", "privateLinkResource"))
    return any(str(each["id"]).lower() in abouts for each in ends if isinstance(each, dict) and "id" in each)


def as_sentence(found: Mapping[str, ArmId]) -> str:
    """Say which neighbours are read, and what leads to each."""
    shown = [f"{guid} ({arm_id.type.rpartition('/')[2]} {arm_id.name})" for guid, arm_id in sorted(found.items())]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    kind = "subscription" if len(shown) == 1 else "subscriptions"
    return (
        f"also reading {len(shown)} neighbouring {kind}, which connect to the scan: {', '.join(shown[:_SHOWN])}{more}"
    )
