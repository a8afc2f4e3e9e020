"""The live scan's schedule.

Every listing of every subscription, children as soon as their parents' page arrives, then the references that lead
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from scanner.collect.azure.above import MANY, groups_above, held_below
from scanner.collect.azure.arm.held import Held
from scanner.collect.azure.arm.listings import LISTINGS, item_listing
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Listing
from scanner.collect.azure.arm.tasks import TaskPool
from scanner.collect.azure.earned import Evidence, Looked, coverage_of
from scanner.collect.azure.neighbourhood import OF_NEIGHBOURS, Neighbourhood, as_sentence
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.reading import Reading
from scanner.collect.azure.references import read_items
from scanner.collect.azure.resource_graph.bulk import Bulk
from scanner.collect.azure.resource_graph.in_force import InForce
from scanner.collect.azure.resource_graph.tables import CHILDREN_BY_GRAPH
from scanner.collect.azure.resource_graph.via import Choice, choose, reconsidered
from scanner.collect.azure.scopes import Horizon
from scanner.collect.azure.session.deadline import TimeUp
from scanner.collect.azure.session.session import Session
from scanner.collect.collected import Collected, Progress
from scanner.collect.redaction.vault import VAULT
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage
from scanner.model.arm import ArmId, Json

_FORBIDDEN = 403
_ENABLED = "Enabled"
_ACTIONS = frozenset(row.action for row in LISTINGS)
_FEW = 3
"""Subscriptions that are read one by one."""
_ROUNDS = 4
"""How far references are followed: endpoint → its zone → a link's network → what is in its subnets."""


class Collection:
    """One run: what reads, what it reads by, and how far the identity sees."""

    def __init__(self, session: Session, pool: TaskPool, progress: Progress) -> None:
        self.session = session
        self.pool = pool
        self.reading = Reading(session, pool, progress)
        self.store = self.reading.store
        self.horizon = Horizon(session, self.reading.miss)
        self.told: set[str] = set()
        self.looked: set[Looked] = set()
        self.choice = Choice("arm", "")
        self.above: Mapping[str, Held] | None = None

    def run(self, source: LivePlan, echo: Callable[[str], None]) -> None:
        """Read the subscriptions, all listings in them, then what they refer to elsewhere."""
        self.read_contents(self.survey(source, echo), source, echo)
        self.store.freeze()
        self.store.settle()

    def survey(self, source: LivePlan, echo: Callable[[str], None]) -> list[Json]:
        """Read the subscriptions alone, choose how to read what is in them, and return those that could be read."""
        subscriptions = self._read_subscriptions(source)
        for each in subscriptions:
            if str(each.get("state", _ENABLED)).lower() != _ENABLED.lower():
                echo(f"{each['id']} is {each['state']}; it is read as far as Azure allows")
        self.choice = self._choose(source.via, sorted(self.store.listed))
        return subscriptions

    def _choose(self, wanted: str, subscriptions: Sequence[str]) -> Choice:
        """Choose how to read; all that asks does so in the pool, which gives up what hangs."""
        try:
            return self.pool.call(partial(choose, self.session, wanted, subscriptions))
        except TimeUp as error:
            return Choice("arm", f"Resource Graph could not be asked: {error}")

    def read_contents(self, subscriptions: list[Json], source: LivePlan, echo: Callable[[str], None]) -> None:
        """Read what is in subscriptions by the way that was chosen, then what they refer to elsewhere."""
        self.look_above(source)
        aside = self.reading.aside
        aside.reads_all, aside.networks, aside.scope = source.reads_all, source.networks, source.scope
        aside.postponed = CHILDREN_BY_GRAPH if self.choice.may_switch else frozenset()
        self._read(subscriptions, self.choice.via, LISTINGS, home=True)
        self._reconsider(subscriptions, source)
        self._read_needed()
        if source.neighbours:
            self._read_neighbours(source, echo)
        for _ in range(_ROUNDS):
            is_new = self._follow()
            if not (self._read_needed() or is_new):
                break
        if source.via != "arm":
            self._read_in_force(subscriptions)
            self._read_needed()
        self.reading.aside.leave()

    def look_above(self, source: LivePlan) -> Mapping[str, Held]:
        """Find out what is held above the subscriptions that are seen, if they are many; return it."""
        seen = self.store.listed | (self.horizon.subscriptions if source.neighbours else frozenset())
        if self.above is None and len(seen) >= MANY:
            groups = source.management_groups or groups_above(self.horizon.rows.values())
            try:
                self.above = self.pool.call(partial(held_below, self.session, groups))
            except TimeUp:
                self.above = {}
            self.reading.rights.know_above(self.above)
        return self.above or {}

    def _reconsider(self, subscriptions: list[Json], source: LivePlan) -> None:
        """Have Resource Graph tell of what lies below things, where ARM would be asked too often."""
        reads = self.session.traffic.requests + len(self.reading.aside.needed())
        choice = reconsidered(self.choice, source.via, reads)
        self.reading.aside.postponed = frozenset()
        if choice is not self.choice:
            self.choice = choice
            self._read(subscriptions, choice.via, [row for row in LISTINGS if row.type in CHILDREN_BY_GRAPH], home=True)
            self.reading.drop_covered()

    def _read_needed(self) -> bool:
        """List what waited for something to depend on it; tell whether there was any."""
        found = False
        while self.reading.start_needed():
            self.pool.drain()
            found = True
        return found

    def _read_in_force(self, subscriptions: list[Json]) -> None:
        """Read what network managers have in force on networks of home and of neighbours."""
        home = {ArmId(str(each["id"])).subscription for each in subscriptions}
        in_force = InForce(self.reading, self.horizon.subscriptions | self.store.listed)
        in_force.read(home | self.store.neighbours)
        self.told |= in_force.told

    def _read(self, subscriptions: list[Json], via: str, among: Iterable[Listing], *, home: bool) -> None:
        """Read what some listings show in subscriptions."""
        if via == "graph":
            bulk = Bulk(self.reading, among, home=home, begin=partial(self.reading.start_needed, early=True))
            self.reading.instead.append(bulk)
            bulk.run(subscriptions)
            self.told |= bulk.told
            return
        for each in subscriptions:
            self.reading.start_rights(ArmId(str(each["id"])).subscription, _ACTIONS, chain=1)
            self.reading.start_children(each, home=home, among=among)
        self.pool.drain()

    def _read_neighbours(self, source: LivePlan, echo: Callable[[str], None]) -> None:
        """Read what connects to home: first where home leads, then where its networks do, and what looking found."""
        neighbourhood = Neighbourhood(self.reading, self.horizon)
        for find in (neighbourhood.referred_to, neighbourhood.looked_for):
            found = find()
            if found:
                echo(as_sentence(found))
                guids = sorted(found)
                via = self._choose(source.via, guids).via if source.via == "auto" else self.choice.via
                self._read(neighbourhood.welcome(guids), via, OF_NEIGHBOURS, home=False)
        self.store.adopt()
        self.looked |= neighbourhood.looked

    def read_again(self, ids: Iterable[ArmId], known: frozenset[str]) -> None:
        """Read single resources with all that lies below them, then what they refer to and is not known."""
        self.reading.aside.reads_all = True
        for _ in range(_ROUNDS):
            for each in ids:
                self.reading.start_item(each)
            self.pool.drain()
            ids = [each for each in self.store.unread() if each.key not in known]
        self.store.freeze()
        self.store.settle()

    def evidence(self) -> Evidence:
        """Return what coverage of this run stands on."""
        store = self.store
        return Evidence(
            frozenset(store.gaps),
            frozenset(store.claims),
            frozenset(store.evident),
            frozenset(store.covered),
            frozenset(self.looked),
            store.neighbours,
        )

    def collected(self, source: LivePlan, started: datetime) -> Collected:
        """Hand over what is in the store."""
        evidence, rows = self.evidence(), self.store.rows
        self.reading.forget()
        coverage = coverage_of(evidence, rows.keys(), self.store.listed, self.horizon.subscriptions)
        requests = self.session.traffic.requests
        return handed_over(source, rows, evidence, coverage, started, requests, self.choice, self.told)

    # Subscriptions

    def _read_subscriptions(self, source: LivePlan) -> list[Json]:
        """Read the subscriptions first, so that a wrong or forbidden one is told as such, once; return those read.

        Of many, one list shows all that the identity sees, and what it does not show is asked for by itself, for the
        reason. A few are not kept waiting for it.
        """
        wanted = dict.fromkeys(ArmId(f"/subscriptions/{each}") for each in (*source.subscriptions, *source.context))
        self.pool.start(self.horizon.look, late=self.horizon.give_up)
        for each in wanted if len(wanted) <= _FEW else ():
            self.reading.start_item(each)
        self.pool.drain()
        for each in wanted if len(wanted) > _FEW else ():
            if each.subscription in self.horizon.rows:
                rows = [self.horizon.rows[each.subscription]]
                self.reading.take(rows, item_listing(SUBSCRIPTION.lower()))
            else:
                self.reading.start_item(each)
        self.pool.drain()
        self.store.listed = frozenset(each.subscription for each in wanted if self.store.knows(each))
        named = {ArmId(f"/subscriptions/{each}").subscription for each in source.subscriptions}
        if not self.store.listed & named:
            raise NothingScanned(self._why_nothing())
        return [self.store.rows.row(each.key) for each in wanted if self.store.knows(each)]

    def _why_nothing(self) -> str:
        gaps = sorted((gap for gap in self.store.gaps if gap.scope), key=lambda gap: gap.scope)
        reasons = "; ".join(f"{gap.scope}: {gap.why}{_needs(gap)}" for gap in gaps)
        answered = any(gap.status for gap in gaps)
        advice = (
            "check the id with `az account list`, and that you hold a role there"
            if answered
            else "check the network, the proxy settings and --cloud"
        )
        return f"no subscription could be read: {reasons}; {advice}"

    # References

    def _follow(self) -> bool:
        """Read what is referred to and was not listed; tell whether there was any."""
        new = self.store.unread()
        seen = self.horizon.subscriptions | self.store.listed if self.horizon.subscriptions else None
        read_items(self.reading, new, seen)
        return bool(new)


def handed_over(  # noqa: PLR0913, PLR0917 - each is one fact of what was collected
    source: LivePlan,
    rows: Sequence[Json],
    evidence: Evidence,
    coverage: Coverage,
    started: datetime,
    requests: int,
    choice: Choice,
    told: Iterable[str],
) -> Collected:
    """Return what was collected. `told` is what had to be read again, beside why the way was chosen."""
    return Collected(
        rows,
        tuple(sorted(evidence.all_gaps, key=lambda gap: (gap.kind, gap.scope, gap.why))),
        source.label,
        source.cloud.name,
        tuple(map(VAULT.scrubbed, source.subscriptions)),
        source.context,
        started,
        datetime.now(UTC),
        requests,
        via=choice.via,
        why=VAULT.scrubbed("; ".join((choice.why, *sorted(told)))),
        coverage=coverage,
        neighbours=tuple(sorted(evidence.neighbours)),
    )


def _needs(gap: Gap) -> str:
    return f" (needs {gap.permission})" if gap.status == _FORBIDDEN else ""
