"""Which addresses are reachable from the internet."""

from __future__ import annotations

from ipaddress import ip_network

from scanner.domain.prefixes import IPV4, addresses, prefixes
from scanner.model.fields import Address

# Addresses that the internet does not route: RFC 1918, 6598 (shared), 3927 and 4291 (link-local), 4193, and loopback.
# Documentation ranges count as public, since examples use them for that.
PRIVATE = prefixes(
    ip_network(each)
    for each in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the internet's; where Azure says "public", a private one is possible."""
    return not PRIVATE.covers(addresses([address]))


_UNUSED = prefixes((ip_network("0.0.0.0/8"), ip_network("224.0.0.0/3")))
"""What no host on the internet has: this network, multicast and reserved addresses (RFC 6890)."""

PUBLIC = IPV4 - PRIVATE - _UNUSED
"""The IPv4 addresses of the internet."""
