"""A view over a socket: what is hidden, as rights, faults, versions and rows of the simulator, and as a scan's scope.

What Azure cannot hide by itself is hidden with more: where the action is not held, items and children are refused too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected
from scanner.engine import evaluate
from scanner.errors import NothingScanned, RulePackError
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.scan.judging import judge
from scanner.simulator import OFFERED, Denial, Estate, Fault, FaultKind, Grant, Rights, Simulator
from scanner.simulator.occupants import occupied
from tests.cases import Resource
from tests.soundness.estate import Unit, action_of, group_key, written
from tests.soundness.hiding import LISTING_WAYS, PROPERTY_WAYS, VALUE_WAYS, Hiding, Way
from tests.soundness.property import Violation, broke, unsound
from tests.soundness.standing import dropped
from tests.soundness.views import hidden_in
from tests.soundness.worlds import RULES, Broken, World, estate_of, home_of, verdicts_of
from tests.verdicts import Judged, by_subject

PAGE = 100
_OLD = "2015-01-01"
"""An api-version that no listing asks for."""

_EXTENDING = "microsoft.authorization/"
_ASSIGNMENT = f"{_EXTENDING}roleassignments"
_OF_ROWS = PROPERTY_WAYS | VALUE_WAYS
_RIGHTS = frozenset({Way.EMPTY, Way.FILTERED, Way.ITEM, Way.GROUP, Way.LOCKED, Way.UNSEEN})

_FAULTS = {
    Way.FORBIDDEN: FaultKind.FORBIDDEN,
    Way.FAULTY: FaultKind.UNAVAILABLE,
    Way.UNASKED: FaultKind.RESET,
    Way.TRUNCATED: FaultKind.TRUNCATED,
    Way.ITEM: FaultKind.FORBIDDEN,
}
"""What a listing or an item meets; nothing is asked in vain in Azure, and what is not asked for is taken away."""

_GRAPH_FAULTS = {Way.FAULTY: FaultKind.UNAVAILABLE, Way.TRUNCATED: FaultKind.ROWS_MISSING}
"""What every other query of Resource Graph meets where its way is the scan's."""


class Via(StrEnum):
    """Which way a scan reads."""

    ARM = "arm"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Served:
    """A world that is served with things hidden, and the way in which it is read."""

    world: World
    hidings: tuple[Hiding, ...]
    via: Via = Via.ARM

    @property
    def reached_from(self) -> frozenset[str] | None:
        """The subscriptions in the horizon, None where it is all that there is."""
        unseen = _subscriptions(self.hidings, Way.UNSEEN) - home_of(self.world)
        return (estate_of(self.world).subscriptions | home_of(self.world)) - unseen if unseen else None

    def collected(self) -> Collected | None:
        """Scan it over a socket; None where that ends without anything."""
        with Simulator(
            Estate("A view.", tuple(self._rows())),
            shows_occupants=False,
            page_size=self._page_size(),
            faults=self._faults(),
            versions={
                **OFFERED,
                **{written(each.kind): (_OLD,) for each in self.hidings if each.way is Way.UNSUPPORTED},
            },
            rights=self._rights(),
        ) as simulator:
            try:
                return collect_live(self._source(simulator.url))
            except NothingScanned:
                return None

    def verdicts(self, collected: Collected, only: str = "") -> Judged:
        """Judge what was collected by all rules, or only one. Raises Broken where a rule broke."""
        rules = (RULES[only],) if only else tuple(RULES.values())
        try:
            return by_subject(judge(collected, rules, Settings(), evaluate).results)
        except NothingScanned:
            return {}
        except RulePackError as error:
            raise Broken(str(error)) from error

    def __str__(self) -> str:
        return "\n".join((f"world: {self.world}, via {self.via}", *(f"hidden: {each}" for each in self.hidings)))

    def _source(self, url: str) -> LiveSource:
        there, home = estate_of(self.world), home_of(self.world)
        unnamed = _subscriptions(self.hidings, Way.UNNAMED, Way.NEIGHBOURS, Way.UNSEEN)
        return LiveSource(
            cloud_of(url),
            tuple(sorted(home)),
            tuple(sorted(there.subscriptions - home - unnamed)),
            # One at a time: the same view is the same scan.
            concurrency=1,
            retries=0,
            backoff=0.0,
            via=self.via.value,
            neighbours=not any(each.way is Way.UNNAMED for each in self.hidings),
        )

    def _rows(self) -> Iterator[Resource]:
        values = [each for each in self.hidings if each.way in _OF_ROWS and each.kind != _ASSIGNMENT]
        # Who is in a subnet follows from what is there, not from what is told of it.
        for row in occupied(Estate("A world.", tuple(estate_of(self.world).rows.values()))).resources:
            shown = dict(row)
            for each in values:
                shown = hidden_in(shown, _as_azure_does(each)) if each.scope == ArmId(str(row["id"])).key else shown
            yield shown

    def _page_size(self) -> int:
        """Return a size of pages with which a listing ends before the row that it is to end before."""
        there = estate_of(self.world)
        for each in self.hidings:
            listed = there.units.get(Unit(each.kind, each.scope), ())
            if each.way is Way.TRUNCATED and each.at in listed[1:]:
                return listed.index(each.at)
        return PAGE

    def _faults(self) -> Iterator[Fault]:
        if any(each.way in _OF_ROWS and each.kind == _ASSIGNMENT for each in self.hidings):
            # Azure filters by principal what it then does not show.
            yield Fault(f"*/providers/{_ASSIGNMENT}", FaultKind.NO_PROPERTIES)
        for each in self.hidings:
            if each.way in LISTING_WAYS | {Way.TRUNCATED} and each.way in _FAULTS:
                kind, path = _FAULTS[each.way], _path(each)
                later = each.way is Way.TRUNCATED and self._page_size() != PAGE
                yield Fault(path, kind, query="*$skiptoken=*" if later else "*")
            elif each.way is Way.ITEM:
                yield from (Fault(each.scope, FaultKind.FORBIDDEN), Fault(f"{each.scope}/*", FaultKind.FORBIDDEN))
            if self.via is Via.GRAPH and each.way in _GRAPH_FAULTS:
                yield Fault("*/Microsoft.ResourceGraph/resources", _GRAPH_FAULTS[each.way], every=2)

    def _rights(self) -> Rights | None:
        """Return the roles with which a caller sees what it is to see, None where that is everything."""
        if not any(each.way in _RIGHTS for each in self.hidings):
            return None
        grants = [grant for each in sorted(estate_of(self.world).subscriptions) for grant in self._in(each)]
        grants.append(Grant("/providers/Microsoft.Authorization", ["*/read"]))
        unseen = any(each.way is Way.UNSEEN for each in self.hidings)
        return Rights(grants, stranger=Denial.NOT_FOUND if unseen else Denial.FORBIDDEN)

    def _in(self, subscription: str) -> Iterator[Grant]:
        """Yield the roles in a subscription: on all of it without some actions, on its parts for the rest."""
        here = [each for each in self.hidings if ArmId(each.scope).subscription == subscription]
        if any(each.way in {Way.LOCKED, Way.UNSEEN} for each in here):
            return
        there, scope = estate_of(self.world), f"/subscriptions/{subscription}"
        closed = {each.scope for each in here if each.way is Way.GROUP}
        parts = [scope]
        if closed:
            groups = {group_key(arm_id) for arm_id in there.ids.values() if arm_id.subscription == subscription}
            parts = sorted(each for each in groups - closed if not each.endswith("/"))
        narrowed = {each.kind for each in here if each.way in {Way.EMPTY, Way.FILTERED, Way.ITEM}}
        for part in parts:
            yield Grant(part, ["*"], sorted({action_of(each) for each in narrowed}))
        hidden = {each.at or each.scope for each in here if each.way in {Way.FILTERED, Way.ITEM}}
        empty = {each.kind for each in here if each.way is Way.EMPTY}
        for key, arm_id in there.ids.items():
            shown = arm_id.type in narrowed - empty and key not in hidden and group_key(arm_id) not in closed
            if arm_id.subscription == subscription and shown:
                yield Grant(key, [action_of(arm_id.type)])


def _subscriptions(hidings: Iterable[Hiding], *ways: Way) -> frozenset[str]:
    return frozenset(ArmId(each.scope).subscription for each in hidings if each.way in ways)


def _as_azure_does(hiding: Hiding) -> Hiding:
    """Return how ARM says what a file or a plan calls unknown: it does not say it, or it says something else."""
    instead = {Way.OPAQUE: Way.BARE, Way.UNKNOWN_VALUE: Way.WRONG_VALUE}
    return replace(hiding, way=instead.get(hiding.way, hiding.way))


def _path(hiding: Hiding) -> str:
    """Return the path of a listing as ARM has it."""
    if hiding.kind == SUBSCRIPTION.lower():
        return "/subscriptions"
    below, last = hiding.scope, hiding.kind.rpartition("/")[2]
    arm_id = ArmId(below)
    if hiding.kind == RESOURCE_GROUP.lower():
        return f"{below}/resourcegroups"
    is_container = arm_id.type in {SUBSCRIPTION.lower(), RESOURCE_GROUP.lower()}
    return (
        f"{below}/providers/{hiding.kind}" if is_container or hiding.kind.startswith(_EXTENDING) else f"{below}/{last}"
    )


def violations_over_a_socket(served: Served, only: str = "") -> list[Violation]:
    """Scan a view by one of the ways, judge it, and compare with what the rules, or only one, say of the world.

    What was not seen may only become unknown, and a failure of which all was seen that it stands on is one.
    """
    collected = served.collected()
    if collected is None:
        return []
    try:
        seen = served.verdicts(collected, only)
    except Broken as error:
        return [broke(error)]
    rows = [ArmId(str(each["id"])).key for each in collected.resources]
    lacking = (each for each in dropped(served.world, served.hidings, rows, seen) if only in {"", each.rule})
    return sorted((*unsound(verdicts_of(served.world, served.reached_from, only), seen), *lacking))
