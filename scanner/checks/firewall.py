"""Checks of what an Azure Firewall lets out of compute subnets: what they need, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from scanner.checks.peering import hops
from scanner.checks.required_flows import firewall_in_the_way, outbound, region_of
from scanner.checks.selectors import beyond_the_article, compute_subnets, where
from scanner.domain.destinations import Reached, Target, reached, who_stops
from scanner.domain.firewall import to_host
from scanner.domain.flows import Condition, Requirement, required_outbound
from scanner.domain.host_names import HostName
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.service_names import INSTANCE_PORTS, names_for, registry_name
from scanner.domain.service_tags import PLATFORM_DNS, VIRTUAL_NETWORK
from scanner.domain.traffic import Side, tagged
from scanner.engine import Doubt, Hop, Note, Notes, Problem, Selector
from scanner.estate.detours import Detour, detour
from scanner.estate.filtering import hosts_of, space_of
from scanner.estate.firewalls import Inspection, appliances_on, inspection, is_azure_firewall
from scanner.estate.flow_conditions import has_instances, holds, public_registries
from scanner.estate.routes import journey_of
from scanner.evidence import Gap, flat, gathered, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from scanner.model.network_security import Access, ServiceTag


@dataclass(frozen=True, slots=True)
class Guard:
    """An Azure Firewall that inspects what leaves a subnet, with the way through it."""

    inspection: Inspection
    path: tuple[Hop, ...]

    @property
    def at(self) -> ArmId:
        """Which firewall it is."""
        return self.inspection.at


def guarded(subnet: Subnet, graph: Graph, judge: Callable[[Guard], Notes]) -> Notes:
    """Judge each firewall that what leaves a subnet passes; another make's appliance on the way is a doubt."""
    way = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    every = appliances_on(way, graph)
    yield from flat(every, lambda at: _one(at, every, hops(way.steps), graph, judge))


def _one(
    at: ArmId, every: tuple[ArmId, ...], path: tuple[Hop, ...], graph: Graph, judge: Callable[[Guard], Notes]
) -> Notes:
    if is_azure_firewall(at):
        yield from judge(Guard(inspection(every, at, graph), path))
    else:
        yield Doubt(f"what {at.name} lets through is not seen: it is no Azure Firewall", (at,))


# What computes need


def destinations_allowed(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each destination that computes need and that their firewall does not let through."""
    yield from guarded(subnet, graph, partial(_needs_met, subnet, graph))


def _needs_met(subnet: Subnet, graph: Graph, guard: Guard) -> Notes:
    needs = [each for each in required_outbound(graph.settings.profile) if _leaves(each)]
    cases = [Case(need, port, subnet, guard, graph) for need in needs for port in need.ports]
    yield Note(f"goes out through {guard.at.name}", (guard.at,), path=guard.path)
    found, missing = gathered(flat(cases, Case.judged))
    yield from (each for each in found if not isinstance(each, Unsure))
    yield from _undecided([each for each in found if isinstance(each, Unsure)], guard)
    yield from _going_around(cases)
    raise_any(missing)


def _undecided(found: Iterable[Unsure], guard: Guard) -> Notes:
    """Yield one doubt for each reason, with all that it leaves open."""
    by_reason: dict[tuple[str, Gap | None], list[str]] = {}
    for each in found:
        by_reason.setdefault((each.why, each.gap), []).append(each.what)
    for (why, gap), whats in by_reason.items():
        says = f"whether {', '.join(whats)} passes {guard.at.name} cannot be told: {why}"
        yield Doubt(says, (guard.at,), gap)


def _leaves(need: Requirement) -> bool:
    """Tell whether a flow goes to the internet: what stays in the virtual network passes by no default route."""
    return not {VIRTUAL_NETWORK, PLATFORM_DNS} & set(need.tags(""))


def _going_around(cases: Iterable[Case]) -> Notes:
    for tag, says in dict.fromkeys((case.tag, way.says) for case in cases if (way := case.way) and way.arrives):
        yield Note(f"what is for {tag} goes around it: {says}")


@dataclass(frozen=True, slots=True)
class Unsure:
    """A requirement of which it cannot be told whether it is met, and why."""

    what: str
    why: str
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One port of one requirement at one firewall."""

    need: Requirement
    port: int
    subnet: Subnet
    guard: Guard
    graph: Graph

    @property
    def tag(self) -> ServiceTag:
        """The tag that names the requirement, the first of those that suffice."""
        return self.need.tags(region_of(self.subnet, self.graph))[0]

    @property
    def way(self) -> Detour | None:
        """How this goes otherwise than what leaves for the internet at large."""
        return detour(self.tag, self.subnet, self.graph)

    @property
    def what(self) -> str:
        """The requirement in words: "TCP 443 to AzureMachineLearning (the workspace's services)"."""
        return f"{self.need.protocol.upper()} {self.port} to {self.tag} ({self.need.purpose})"

    def judged(self) -> Iterator[Problem | Note | Unsure]:
        """Yield a problem if it is stopped and needed here."""
        way = self.way
        if way is not None and way.arrives:
            return
        dropped = way is not None and way.arrives is False
        outcome = Reached(Access.DENY) if dropped else self._at_firewall()
        if outcome.access is not Access.ALLOW and self._is_needed():
            yield self._told(outcome, way)

    def _told(self, outcome: Reached, way: Detour | None) -> Problem | Note | Unsure:
        if outcome.access is None:
            return Unsure(self.what, outcome.why, outcome.gap)
        if way is not None and way.arrives is None:
            return Unsure(self.what, f"no rule allows it, but {way.says}")
        why = who_stops(outcome) if way is None else f"{way.says} drops it"
        says = f"{self.what} does not pass {self.guard.at.name}: {why}"
        if self.need.advised:
            return Note(f"{says}; not every job needs it", (self.guard.at,))
        return Problem(says, (self.guard.at,))

    def _at_firewall(self) -> Reached:
        space = space_of(self.subnet, self.graph)
        decide = partial(self.guard.inspection.decide, space=space)
        by_tag = [[self._target(str(each), tagged(each, space))] for each in self._tags]
        found = reached(by_tag, decide)
        if found.access is Access.ALLOW:
            return found
        by_name = [self._target(str(each), to_host(each, self.tag, space)) for each in self._names()]
        return reached([*by_tag, by_name], decide)

    def _target(self, label: str, to: Side) -> Target:
        return Target(label, outbound(hosts_of(self.subnet, self.graph), to, self.need.protocol, (self.port,)))

    def _is_needed(self) -> bool:
        """Tell whether the requirement applies to what computes in the subnet."""
        if self.port in INSTANCE_PORTS and not has_instances(self.subnet, self.graph):
            return False
        return all(holds(condition, self.subnet, self.graph) for condition in self.need.when)

    def _names(self) -> tuple[HostName, ...]:
        region, cloud = region_of(self.subnet, self.graph), self.graph.settings.cloud
        if Condition.PUBLIC_REGISTRY in self.need.when:
            return tuple(registry_name(each.name, cloud) for each in public_registries(self.subnet, self.graph))
        return names_for(self.need, self.port, region, cloud)

    @property
    def _tags(self) -> tuple[ServiceTag, ...]:
        return self.need.tags(region_of(self.subnet, self.graph))


# Subjects


def _is_guarded(subnet: Subnet, graph: Graph) -> bool:
    return firewall_in_the_way(subnet, graph)


guarded_subnets: Selector[Subnet] = beyond_the_article(where(compute_subnets, _is_guarded))
