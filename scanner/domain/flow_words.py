"""Flows in words, for messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from scanner.domain.addresses import PUBLIC
from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import HOST
from scanner.domain.prefixes import IPV4, networks_of
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, Name, Side, Unread
from scanner.model.arm import ArmId
from scanner.system.counting import counted

_FEW = 3
_MOST = 1 << 31
"""Half of the IPv4 addresses: what is larger has no better name than the internet."""


def side_words(side: Side) -> str:
    """Name one end of a flow: by what it was cut out by, else by its addresses."""
    words = " and ".join(_name_words(each) for each in side.within) or addresses_words(side.space)
    return f"the rest of {words}" if side.without else words


def _name_words(name: Name) -> str:
    match name:
        case ArmId():
            return f"members of {name.name}"
        case Unread():
            return f"what is not known ({name.why})"
        case _:
            return str(name)


def addresses_words(addresses: IntervalSet) -> str:
    """Name up to three prefixes; a larger set by its first prefixes and its size, so that sets of two sizes differ."""
    if _size(addresses) >= _MOST:
        return _internet_words(addresses)
    networks = [str(each).removesuffix("/32") for each in islice(networks_of(addresses), _FEW + 1)]
    if len(networks) > _FEW:
        rest = _size(addresses) - sum(each.num_addresses for each in islice(networks_of(addresses), _FEW))
        return f"{', '.join(networks[:_FEW])} and {_addresses(rest)} more"
    return ", ".join(networks)


def _addresses(count: int) -> str:
    return counted(count, "address", "addresses")


def _size(addresses: IntervalSet) -> int:
    return sum(last - first + 1 for first, last in addresses.spans)


def _internet_words(addresses: IntervalSet) -> str:
    if not addresses & IPV4:
        return "the internet (IPv6)"
    missing = _size(PUBLIC - HOST - addresses)
    return f"the internet but for {_addresses(missing)}" if missing else "the internet"


def ports_words(ports: IntervalSet) -> str:
    """Name ports as people write them: "22, 8000-8080", or "every port"."""
    if ports == EVERY_PORT_SET:
        return "every port"
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ports.spans)


def protocols_words(flow: Flow) -> str:
    """Name a flow's protocols: "any protocol", or "TCP, UDP"."""
    return (
        "any protocol"
        if flow.protocols == EVERY_PROTOCOL
        else ", ".join(sorted(each.upper() for each in flow.protocols))
    )


def service_words(flow: Flow) -> str:
    """Name protocols and ports in one: "TCP 22, 3389", "port 22", "every port"."""
    ports = ports_words(flow.ports)
    if flow.protocols != EVERY_PROTOCOL:
        return (
            f"{protocols_words(flow)} {ports}"
            if flow.ports != EVERY_PORT_SET
            else f"{ports} over {protocols_words(flow)}"
        )
    return ports if flow.ports == EVERY_PORT_SET else f"port {ports}"


def what_differs(flows: Sequence[Flow]) -> list[str]:
    """Say of each flow in what it differs from the others: "from 10.0.0.0/25 on port 443"."""
    found = [""] * len(flows)
    for preposition, words in _DIMENSIONS:
        said = [words(flow) for flow in flows]
        if len(set(said)) > 1:
            found = [f"{so_far} {preposition} {each}".strip() for so_far, each in zip(found, said, strict=True)]
    return found


_DIMENSIONS: Iterable[tuple[str, Callable[[Flow], str]]] = (
    ("from", lambda flow: side_words(flow.source)),
    ("to", lambda flow: side_words(flow.destination)),
    ("over", protocols_words),
    ("on port", lambda flow: ports_words(flow.ports)),
    ("from port", lambda flow: ports_words(flow.source_ports)),
)
