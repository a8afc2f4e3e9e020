"""How a service's public endpoint decides whom it lets in."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import known
from scanner.model.arm import ArmId
from scanner.model.exposure import Action, Firewall, PublicNetworkAccess
from scanner.model.fields import Network

_LIVE_RULE_STATES = frozenset({"", "succeeded", "provisioning"})


def is_open(access: PublicNetworkAccess) -> bool:
    """Tell whether the public endpoint answers at all.

    While it does not, the firewall's lists have no effect and say nothing, leftovers included (facts §11).
    """
    return access is PublicNetworkAccess.ENABLED


def lets_everyone_in(firewall: Firewall | None) -> bool:
    """Tell whether an open endpoint answers the whole internet: no firewall, or one that allows by default."""
    return firewall is None or known(firewall.default_action) is Action.ALLOW


def ranges_of(firewall: Firewall) -> Iterator[Network]:
    """Yield the public ranges that a firewall lets in."""
    yield from known(firewall.ip_rules)
    yield from known(firewall.ipv6_rules)


def subnets_of(firewall: Firewall) -> Iterator[ArmId]:
    """Yield the subnets that a firewall lets in; a rule whose subnet is gone lets in nothing."""
    for each in known(firewall.subnet_rules):
        if known(each.state).lower() in _LIVE_RULE_STATES:
            yield known(each.subnet)


def is_within(network: Network, allowed: tuple[Network, ...]) -> bool:
    """Tell whether a range lies in one of the allowed ranges. Ranges of the two IP versions never meet."""
    return any(
        network.version == each.version
        and int(each.network_address) <= int(network.network_address)
        and int(network.broadcast_address) <= int(each.broadcast_address)
        for each in allowed
    )
