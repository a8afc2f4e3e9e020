"""How network security groups decide: the first rule that matches by priority, in each group that a packet passes.

Source: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview (2025-07-15), facts §4.4.
Groups are stateful, so a flow is judged in the direction in which it is opened. Security admin rules of Virtual Network
Manager come before any group: Deny and AlwaysAllow end the matter, what they Allow or leave out goes on to the groups
(https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins, 2023-05-10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from scanner.domain.flow_words import what_differs
from scanner.domain.intervals import NOTHING
from scanner.domain.network_space import PLATFORM, NetworkSpace
from scanner.domain.prefixes import EVERY_ADDRESS
from scanner.domain.rulesets import Clause
from scanner.domain.traffic import Flow, Side, cut_by_name, is_certain, split
from scanner.model.network_security import Access, Direction

TOO_MANY = 512
"""Parts of one flow beyond which nobody could read the answer; the rest stays undecided."""

NO_RULES: Mapping[Direction, Sequence[Clause]] = MappingProxyType({})
"""No security admin rules."""

_ORDINARY = EVERY_ADDRESS - PLATFORM


class Rules(Protocol):
    """What decides: rules in the order in which they are tried."""

    def of(self, direction: Direction) -> tuple[Clause, ...]:
        """Return the rules of one direction."""
        ...


class Part(Struct, frozen=True):
    """A part of a flow that one rule decides in each group; `access` is None only for what was given up on.

    `certain` tells whether the part surely holds a packet: names that cut it out may leave nothing of it.
    """

    flow: Flow
    access: Access | None
    by: tuple[Clause, ...]
    certain: bool

    @property
    def is_settled(self) -> bool:
        """Whether a security admin rule always allows it, whatever groups stand behind."""
        return any(clause.overrides for clause in self.by)


class Decision(Struct, frozen=True):
    """What becomes of a flow: allowed, denied, or None where that differs from part to part or cannot be told.

    `parts` are disjoint and together the flow. `by` are the rules that decide what surely is in it, by group and
    priority; it is empty where no group stands in the way.
    """

    access: Access | None
    by: tuple[Clause, ...]
    parts: tuple[Part, ...]

    @property
    def why(self) -> str:
        """Why there is no single answer: which rule decides which part; empty where there is one."""
        if self.access is not None:
            return ""
        differences = what_differs([part.flow for part in self.parts])
        return "; ".join(dict.fromkeys(map(_says, self.parts, differences)))

    def surely(self, access: Access) -> tuple[Part, ...]:
        """Return the parts that surely hold a packet and meet this fate."""
        return tuple(part for part in self.parts if part.access is access and part.certain)

    @property
    def admin(self) -> Clause | None:
        """The security admin rule among those that decide, None without one."""
        return next((clause for clause in self.by if clause.is_admin), None)

    @property
    def only_by_default(self) -> bool:
        """Whether Azure's own default rules alone decide."""
        return bool(self.by) and all(clause.is_default for clause in self.by)


def decide(
    groups: Sequence[Rules], flow: Flow, space: NetworkSpace, admin: Mapping[Direction, Sequence[Clause]] = NO_RULES
) -> Decision:
    """Decide a flow by the groups that it passes: subnet then interface inbound, interface then subnet outbound.

    A place without a group is left out: it allows. An allowed part goes on to the next group, a denied one is done.
    `admin` are the security admin rules of the network, by direction, in the order in which they are tried.
    """
    rules = admin.get(flow.direction, ())
    passing, settled = _by_admin(rules, flow, space) if rules else (_allowed(flow.versions()), [])
    denied: list[Part] = []
    for group in groups:
        clauses = group.of(flow.direction)
        parts = [_after(part, found) for part in passing for found in _first_matches(clauses, part.flow, space)]
        denied += [part for part in parts if part.access is not Access.ALLOW]
        passing = [part for part in parts if part.access is Access.ALLOW]
    return _merged([_weighed(part, space) for part in (*settled, *denied, *passing)])


def _allowed(flows: Iterable[Flow]) -> list[Part]:
    return [Part(each, Access.ALLOW, (), certain=True) for each in flows]


def _by_admin(rules: Sequence[Clause], flow: Flow, space: NetworkSpace) -> tuple[list[Part], list[Part]]:
    """Cut a flow into what goes on to the groups, as if no rule had been there, and what is settled before them."""
    found = list(_walk(rules, list(flow.versions()), space, Access.ALLOW))
    settled = [each for each in found if each.access is not Access.ALLOW or each.is_settled]
    return _allowed(each.flow for each in found if each not in settled), settled


def _after(part: Part, found: Part) -> Part:
    return Part(found.flow, found.access, (*part.by, *found.by), certain=True) if part.by else found


def _weighed(part: Part, space: NetworkSpace) -> Part:
    return part if _exists(part.flow, space) else Part(part.flow, part.access, part.by, certain=False)


def _exists(flow: Flow, space: NetworkSpace) -> bool:
    return is_certain(flow.source, space) and is_certain(flow.destination, space)


def _merged(parts: list[Part]) -> Decision:
    fates = {part.access for part in parts}
    telling = [part for part in parts if part.certain] or parts
    by = dict.fromkeys(clause for part in telling for clause in part.by)
    return Decision(fates.pop() if len(fates) == 1 else None, tuple(by), tuple(parts))


def _says(part: Part, which: str) -> str:
    verb = {Access.ALLOW: "allowed", Access.DENY: "denied", None: "undecided"}[part.access]
    clause = next((each for each in part.by if each.access is not Access.ALLOW), part.by[-1] if part.by else None)
    return " ".join([*([which] if which else []), verb, *([f"by {clause}"] if clause else [])])


def _first_matches(clauses: Sequence[Clause], flow: Flow, space: NetworkSpace) -> Iterator[Part]:
    """Yield the flow in parts, each with the first rule that matches it."""
    platform, ordinary = _by_platform(flow)
    for each in platform:
        yield from _walk([clause for clause in clauses if clause.is_platform], [each], space, Access.ALLOW)
    yield from _walk(clauses, ordinary, space, None)


def _by_platform(flow: Flow) -> tuple[list[Flow], list[Flow]]:
    """Take apart what goes to Azure's platform addresses: only rules with a platform tag filter that (facts §4.4)."""
    if flow.direction is Direction.INBOUND:
        return [], [flow]
    platform = flow.destination.limited(PLATFORM)
    ordinary = flow.destination.limited(_ORDINARY)
    return _toward(flow, platform), _toward(flow, ordinary)


def _toward(flow: Flow, destination: Side | None) -> list[Flow]:
    return [flow.between(flow.source, destination)] if destination else []


def _walk(
    clauses: Iterable[Clause], waiting: list[Flow], space: NetworkSpace, otherwise: Access | None
) -> Iterator[Part]:
    """Give each part of what waits to the first rule that matches it; `otherwise` is the fate of what none matches."""
    for clause in clauses:
        if not waiting or len(waiting) > TOO_MANY:
            break
        left: list[Flow] = []
        for flow in waiting:
            matched, rest = _match(flow, clause, space)
            for each in matched:
                yield Part(each, clause.access, (clause,), certain=True)
            left += rest
        waiting = left
    fate = None if len(waiting) > TOO_MANY else otherwise
    for each in waiting:
        yield Part(each, fate, (), certain=True)


def _match(flow: Flow, clause: Clause, space: NetworkSpace) -> tuple[list[Flow], list[Flow]]:
    """Cut a flow into what a rule matches and what it does not; disjoint, and as few parts as the rule allows."""
    if flow.ports.is_beside(clause.ports) or flow.protocols.isdisjoint(clause.protocols):
        return [], [flow]
    destinations, others = split(flow.destination, clause.destinations, space)
    sources, strangers = _sources(flow.source, clause, space) if destinations else ([], [])
    if not sources:
        return [], [flow]
    protocols = flow.protocols & clause.protocols
    ports, source_ports = flow.ports & clause.ports, flow.source_ports & clause.source_ports
    if not (ports and source_ports):
        return [], [flow]
    rest = [flow.between(flow.source, each) for each in others]
    rest += [flow.between(each, to) for to in destinations for each in strangers]
    both = [flow.between(each, to) for to in destinations for each in sources]
    if (protocols, ports, source_ports) == (flow.protocols, flow.ports, flow.source_ports):
        return both, rest
    for each in both:
        rest += _beside(each, clause)
    return [each.over(protocols, ports, source_ports) for each in both], rest


def _sources(side: Side, clause: Clause, space: NetworkSpace) -> tuple[list[Side], list[Side]]:
    """Cut a flow's source by a rule's, and by what could not be read of the rule: that may match or not."""
    inside, outside = split(side, clause.sources, space)
    for unread in clause.unread:
        cut = [cut_by_name(each, unread) for each in inside]
        inside, outside = (
            [part for held, _ in cut for part in held],
            outside + [part for _, left in cut for part in left],
        )
    return inside, outside


def _beside(flow: Flow, clause: Clause) -> Iterator[Flow]:
    """Yield what a rule leaves of a flow whose both ends it holds: other protocols, other ports."""
    protocols = flow.protocols & clause.protocols
    if others := flow.protocols - clause.protocols:
        yield flow.over(others, flow.ports, flow.source_ports)
    if (ports := flow.ports - clause.ports) != NOTHING:
        yield flow.over(protocols, ports, flow.source_ports)
    if (source_ports := flow.source_ports - clause.source_ports) != NOTHING:
        yield flow.over(protocols, flow.ports & clause.ports, source_ports)
