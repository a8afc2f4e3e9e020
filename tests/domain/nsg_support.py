"""Shorthand for network security groups and flows."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.prefixes import prefixes
from scanner.domain.rulesets import Ruleset
from scanner.domain.traffic import Flow, Side, tagged
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.network_security import Direction, NetworkSecurityGroup, Protocol, ServiceTag, address_term

BASE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
SUBNET = "10.10.2.0/24"
SPACE = NetworkSpace(prefixes([ip_network("10.10.0.0/16"), ip_network("10.20.0.0/16")]))
WIDENED = NetworkSpace(SPACE.surely, prefixes([ip_network("0.0.0.0/0")]))


def security_rule(line: str) -> dict[str, Any]:
    """Read "Inbound 100 Allow Tcp 10.0.0.0/8,Internet -> * 22,80-90 AllowSsh"; "asg-x" names a group of machines."""
    direction, priority, access, protocol, source, _, destination, ports, *name = line.split()
    return {
        "name": name[0] if name else f"{access}{priority}",
        "properties": {
            "direction": direction,
            "priority": int(priority),
            "access": access,
            "protocol": protocol,
            "sourcePortRange": "*",
            "destinationPortRanges": ports.split(","),
            **_side("source", source.split(",")),
            **_side("destination", destination.split(",")),
        },
    }


def _side(end: str, terms: list[str]) -> dict[str, Any]:
    groups = [{"id": str(asg(each))} for each in terms if each.startswith("asg-")]
    return {
        f"{end}AddressPrefixes": [each for each in terms if not each.startswith("asg-")],
        f"{end}ApplicationSecurityGroups": groups,
    }


def asg(name: str) -> ArmId:
    """Return the id of an application security group."""
    return ArmId(f"{BASE}/applicationSecurityGroups/{name}")


def group(*lines: str, name: str = "nsg") -> Ruleset:
    """Return a group of rules, with Azure's documented default rules behind them."""
    return raw_group([security_rule(line) for line in lines], name=name)


def raw_group(rules: list[dict[str, Any]], name: str = "nsg", **properties: Any) -> Ruleset:  # noqa: ANN401 - JSON
    """Return a group of rules given as ARM JSON."""
    raw = {"id": f"{BASE}/networkSecurityGroups/{name}", "properties": {"securityRules": rules, **properties}}
    return Ruleset(decode(NetworkSecurityGroup, raw))


def side(term: str, space: NetworkSpace = SPACE) -> Side:
    """Return the side that a prefix or tag stands for."""
    found = address_term(term)
    return tagged(found, space) if isinstance(found, ServiceTag) else Side(prefixes([found]))


def port_set(ports: str) -> IntervalSet:
    """Read "22,80-90"."""
    pairs = (each.partition("-") for each in ports.split(","))
    return IntervalSet.of((int(first), int(last or first)) for first, _, last in pairs)


def inbound(source: str, ports: str = "443", to: str = SUBNET, *, space: NetworkSpace = SPACE) -> Flow:
    """Return a TCP flow to machines of the subnet."""
    return Flow(Direction.INBOUND, frozenset({Protocol.TCP}), side(source, space), side(to, space), port_set(ports))


def outbound(to: str, ports: str = "443", source: str = SUBNET, *, space: NetworkSpace = SPACE) -> Flow:
    """Return a TCP flow from machines of the subnet."""
    return Flow(Direction.OUTBOUND, frozenset({Protocol.TCP}), side(source, space), side(to, space), port_set(ports))
