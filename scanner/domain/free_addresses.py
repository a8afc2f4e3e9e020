"""Addresses of a subnet that nothing has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scanner.evidence import MissingEvidence, known
from scanner.model.fields import Address, Network
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import Subnet

_RESERVED = 4
"""Azure keeps the first addresses of a subnet, and the last.

https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
"""


def free_addresses(subnet: Subnet, interfaces: Iterable[NetworkInterface], count: int) -> tuple[Address, ...]:
    """Return the first addresses of a subnet that none of the interfaces has. Raises MissingEvidence if it is full."""
    taken = {
        known(each.private_address)
        for interface in interfaces
        for each in known(interface.ip_configurations, interface.name)
    }
    (prefix, *_) = known(subnet.prefixes, subnet.name)
    usable = islice(_hosts(prefix), _RESERVED - 1, None)
    found = tuple(islice((each for each in usable if each not in taken), count))
    if len(found) < count:
        raise MissingEvidence(f"{subnet.name} has no {count} free addresses", (str(subnet.id),))
    return found


def _hosts(prefix: Network) -> Iterator[Address]:
    yield from prefix.hosts()
