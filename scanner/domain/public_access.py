"""How a service's public endpoint decides whom it lets in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.domain.prefixes import prefixes
from scanner.evidence import known
from scanner.model.arm import ArmId
from scanner.model.exposure import Action, Firewall, PublicNetworkAccess, SubnetRuleState
from scanner.model.fields import Network
from scanner.model.services import PrivateLinkTarget

_NARROW = {4: 24, 6: 48}


def is_open(access: PublicNetworkAccess) -> bool:
    """Tell whether the public endpoint answers at all.

    While it does not, the firewall's lists have no effect and say nothing, leftovers included (facts §11).
    """
    return access is PublicNetworkAccess.ENABLED


def lets_everyone_in(firewall: Firewall | None) -> bool:
    """Tell whether an open endpoint answers the whole internet: no firewall, or one that allows by default."""
    return firewall is None or known(firewall.default_action) is Action.ALLOW


def is_restricted(service: PrivateLinkTarget) -> bool:
    """Tell whether a service refuses at least a part of the internet: by its switch or by its firewall."""
    return not is_open(known(service.public_network_access)) or not lets_everyone_in(known(service.firewall))


def ranges_of(firewall: Firewall) -> Iterator[Network]:
    """Yield the public ranges that a firewall lets in."""
    yield from known(firewall.ip_rules)
    yield from known(firewall.ipv6_rules)


def listed_ranges(firewall: Firewall | None) -> tuple[Network, ...]:
    """Return the ranges that a firewall lets in where it lets in nobody else; none where it has no effect."""
    return () if firewall is None or lets_everyone_in(firewall) else tuple(ranges_of(firewall))


def wide(ranges: Iterable[Network]) -> list[Network]:
    """Return the ranges that no team's own machines need: wider than a /24, or for IPv6 than a site's /48."""
    return [each for each in ranges if each.prefixlen < _NARROW[each.version]]


def subnets_of(firewall: Firewall) -> Iterator[ArmId]:
    """Yield the subnets that a firewall lets in; a rule whose subnet is gone lets in nothing."""
    for each in known(firewall.subnet_rules):
        if known(each.state) is not SubnetRuleState.SUBNET_GONE:
            yield known(each.subnet)


def lets_anyone_in(firewall: Firewall | None) -> bool:
    """Tell whether an open endpoint answers anybody: everyone, a range or a subnet."""
    return firewall is None or bool(lets_everyone_in(firewall) or listed_ranges(firewall) or list(subnets_of(firewall)))


def is_within(network: Network, allowed: tuple[Network, ...]) -> bool:
    """Tell whether the allowed ranges together cover a range. Ranges of the two IP versions never meet."""
    return prefixes(allowed).covers(prefixes([network]))
