"""`decide` against a slow, obvious reference: every packet of a small world, one at a time, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Part, decide
from scanner.domain.prefixes import prefixes
from scanner.domain.rulesets import Ruleset
from scanner.domain.traffic import Flow, Name, Side, tagged
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.network_security import Direction, Protocol, ServiceTag
from tests.domain.nsg_support import asg, raw_group, security_rule

PRIVATE = [ip_address(f"10.0.0.{last}") for last in range(4)]
PUBLIC = [ip_address(f"52.0.0.{last}") for last in range(6)]
PORTS = range(4)
PROTOCOLS = (Protocol.TCP, Protocol.UDP)
SPACE = NetworkSpace(prefixes([ip_network("10.0.0.0/8")]))

_PREFIXES = ("10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/32", "52.0.0.0/30", "52.0.0.4/31", "0.0.0.0/0", "10.0.0.0/8")
_TAGS = (
    "*",
    "Internet",
    "VirtualNetwork",
    "AzureCloud",
    "Storage",
    "Storage.westeurope",
    "AzureResourceManager",
    "Odd",
)
_TERMS = (*_PREFIXES, *_TAGS, "asg-a", "asg-b")

addresses = st.sets(st.sampled_from(PUBLIC))


@dataclass(frozen=True)
class World:
    """What names stand for: one of the many ways that fit what is documented."""

    sets: dict[Name, set[Address]]

    def holds(self, name: Name, address: Address) -> bool:
        """Tell whether a name holds an address."""
        return address in self.sets[name]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw what tags and groups stand for, so that the documented order of tags holds."""
    storage = draw(addresses)
    sets: dict[Name, set[Address]] = {
        ServiceTag("*"): {*PRIVATE, *PUBLIC},
        ServiceTag("Internet"): set(PUBLIC),
        ServiceTag("VirtualNetwork"): set(PRIVATE),
        ServiceTag("Storage"): storage,
        ServiceTag("Storage.westeurope"): storage & draw(addresses),
        ServiceTag("AzureResourceManager"): draw(addresses) - storage,
        ServiceTag("Odd"): draw(st.sets(st.sampled_from([*PRIVATE, *PUBLIC]))),
        asg("asg-a"): draw(st.sets(st.sampled_from(PRIVATE))),
        asg("asg-b"): draw(st.sets(st.sampled_from(PRIVATE))),
    }
    sets[ServiceTag("AzureCloud")] = storage | sets[ServiceTag("AzureResourceManager")] | draw(addresses)
    return World(sets)


terms = st.lists(st.sampled_from(_TERMS), min_size=1, max_size=2, unique=True)
ports = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: f"{min(pair)}-{max(pair)}")

accesses, protocols = st.sampled_from(("Allow", "Deny")), st.sampled_from(("Tcp", "Udp", "*"))
ends = terms.map(",".join)
conditions = st.tuples(accesses, protocols, ends, st.just("->"), ends, ports).map(" ".join)


@st.composite
def rule_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw up to five rules in any order, with priorities of their own."""
    priorities = draw(st.lists(st.integers(100, 4096), max_size=5, unique=True))
    return [security_rule(f"Outbound {priority} {draw(conditions)} R{priority}") for priority in priorities]


@dataclass(frozen=True)
class Packet:
    """One packet."""

    source: Address
    destination: Address
    protocol: Protocol
    port: int


PACKETS = [Packet(*each) for each in product(PRIVATE, [*PRIVATE, *PUBLIC], PROTOCOLS, PORTS)]


def slowly(rules: list[dict[str, Any]], packet: Packet, world: World) -> str:
    """Return what becomes of one packet: the first rule that matches, then Azure's defaults."""
    for rule in sorted(rules, key=lambda each: each["properties"]["priority"]):
        if _matches(rule["properties"], packet, world):
            return str(rule["properties"]["access"])
    inside = packet.destination in PRIVATE
    return "Allow" if inside or packet.destination in PUBLIC else "Deny"


def _matches(rule: dict[str, Any], packet: Packet, world: World) -> bool:
    first, last = rule["destinationPortRanges"][0].split("-")
    return (
        rule["protocol"] in {"*", packet.protocol.value}
        and int(first) <= packet.port <= int(last)
        and _names(rule, "source", packet.source, world)
        and _names(rule, "destination", packet.destination, world)
    )


def _names(rule: dict[str, Any], end: str, address: Address, world: World) -> bool:
    written = rule[f"{end}AddressPrefixes"]
    return (
        any(address in ip_network(each) for each in written if each in _PREFIXES)
        or any(world.holds(ServiceTag(each), address) for each in written if each not in _PREFIXES)
        or any(world.holds(ArmId(each["id"]), address) for each in rule[f"{end}ApplicationSecurityGroups"])
    )


def is_in(part: Part, packet: Packet, world: World) -> bool:
    """Tell whether a part of a decided flow holds a packet."""
    flow = part.flow
    return (
        packet.protocol in flow.protocols
        and flow.ports.covers(IntervalSet(((packet.port, packet.port),)))
        and on_side(flow.source, packet.source, world)
        and on_side(flow.destination, packet.destination, world)
    )


def on_side(side: Side, address: Address, world: World) -> bool:
    """Tell whether a side holds an address, in a world that says what names stand for."""
    return (
        side.space.covers(prefixes([ip_network(address)]))
        and all(world.holds(name, address) for name in side.within)
        and not any(world.holds(name, address) for name in side.without)
    )


def flow_to(destination: Side) -> Flow:
    """Return the flow of all packets of the small world to some destination."""
    machines = Side(prefixes([ip_network("10.0.0.0/30")]), groups=None)
    return Flow(Direction.OUTBOUND, frozenset(PROTOCOLS), machines, destination, IntervalSet(((0, 3),)))


EVERYWHERE = Side(
    prefixes([ip_network("10.0.0.0/30"), ip_network("52.0.0.0/30"), ip_network("52.0.0.4/31")]), groups=None
)


@settings(max_examples=60, deadline=None)
@given(rule_lists(), worlds())
def test_each_packet_is_in_one_part_and_meets_the_fate_that_the_rules_give_it(
    rules: list[dict[str, Any]], world: World
) -> None:
    decision = decide([raw_group(rules)], flow_to(EVERYWHERE), SPACE)
    fates = [[part.access for part in decision.parts if is_in(part, packet, world)] for packet in PACKETS]

    assert fates == [[slowly(rules, packet, world)] for packet in PACKETS]


@settings(max_examples=40, deadline=None)
@given(rule_lists(), rule_lists(), worlds())
def test_two_groups_allow_what_both_allow(
    first: list[dict[str, Any]], second: list[dict[str, Any]], world: World
) -> None:
    decision = decide([raw_group(first), raw_group(second, name="other")], flow_to(EVERYWHERE), SPACE)
    fates = [[part.access for part in decision.parts if is_in(part, packet, world)] for packet in PACKETS]
    both = [{slowly(first, packet, world), slowly(second, packet, world)} for packet in PACKETS]

    assert fates == [["Allow" if each == {"Allow"} else "Deny"] for each in both]


@settings(max_examples=60, deadline=None)
@given(rule_lists(), worlds(), st.sampled_from(("Storage", "Storage.westeurope", "AzureCloud", "Internet", "Odd")))
def test_a_decision_about_a_tag_holds_whatever_the_tag_stands_for(
    rules: list[dict[str, Any]], world: World, tag: str
) -> None:
    decision = decide([raw_group(rules)], flow_to(tagged(ServiceTag(tag), SPACE)), SPACE)
    there = [packet for packet in PACKETS if world.holds(ServiceTag(tag), packet.destination)]
    fates = {slowly(rules, packet, world) for packet in there}

    assert decision.access is None or fates <= {decision.access}


@settings(max_examples=40, deadline=None)
@given(rule_lists())
def test_the_order_in_which_rules_are_listed_does_not_matter(rules: list[dict[str, Any]]) -> None:
    flow = flow_to(EVERYWHERE)
    listed, reversed_ = decide([raw_group(rules)], flow, SPACE), decide([raw_group(rules[::-1])], flow, SPACE)

    assert [(part.flow, part.access) for part in listed.parts] == [(part.flow, part.access) for part in reversed_.parts]


def test_rulesets_are_read_once() -> None:
    nsg: Ruleset = raw_group([security_rule("Outbound 100 Allow * * -> * 0-3")])

    assert nsg.of(Direction.OUTBOUND) is nsg.of(Direction.OUTBOUND)
