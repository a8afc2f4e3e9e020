"""What answers at the address of a DNS server: a Private Resolver, a firewall's proxy, or something unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias

from scanner.domain.dns_view import Inbound, Opaque, Proxy, Server
from scanner.estate.connectivity import are_connected, peers_of
from scanner.evidence import MissingEvidence, Seen, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.dns import DnsResolver, InboundEndpoint
from scanner.model.entrances import HubConnection, VirtualHub
from scanner.model.fields import Address
from scanner.model.firewall import AzureFirewall, DnsSettings, FirewallPolicy
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import VirtualNetwork
from scanner.system.counting import counted

_Host: TypeAlias = InboundEndpoint | AzureFirewall | NetworkInterface
_Place: TypeAlias = tuple[ArmId, _Host]
"""A virtual network or Virtual WAN hub, and what has an address there."""


def server_at(address: Address, vnet: ArmId | None, graph: Graph) -> Server:
    """Return what answers at an address that a virtual network asks (None: a Virtual WAN hub).

    Raises MissingEvidence where it cannot be told whether that network is joined to the server's.
    """
    hosts = graph.once(_hosts).get(address, [])
    near = [each for each in hosts if vnet is None or _reaches(vnet, each[0], graph)]
    match near:
        case [(place, InboundEndpoint() as endpoint)]:
            return Inbound(endpoint.id, place)
        case [(place, AzureFirewall() as firewall)]:
            return _proxy(firewall, place, address, graph)
        case [(place, host)]:
            return Opaque(f"the DNS server {address} is {host.name} in {place.name}, and what it answers is not seen")
        case []:
            _require_read(peers_of(vnet, graph) if vnet is not None else Seen(), address, graph)
            return Opaque(f"the DNS server {address} was not seen" + _elsewhere(hosts))
    return Opaque(
        f"{address} is the address of {counted(len(near), 'resource')}: {', '.join(host.name for _, host in near)}"
    )


def _require_read(networks: Seen[ArmId], address: Address, graph: Graph) -> None:
    """Raise where a joined network was not read: that is where the server would be."""
    unread = networks.map(lambda each: graph.find(VirtualNetwork, each)).missing
    if unread is not None:
        why = f"the DNS server {address} was not seen, and may be where this was not read: {unread.why}"
        raise MissingEvidence(why, unread.involves, unread.gap)


def _elsewhere(hosts: list[_Place]) -> str:
    if not hosts:
        return ""
    place, host = hosts[0]
    return f" in a connected network ({host.name} of {place.name} has the address)"


def _reaches(vnet: ArmId, place: ArmId, graph: Graph) -> bool:
    if _is_hub(place):
        return graph.children(HubConnection, place).exists(lambda each: known(each.remote) == vnet)
    return place == vnet or are_connected(vnet, place, graph)


def _is_hub(place: ArmId) -> bool:
    return place.type == VirtualHub.TYPE.lower()


def _proxy(firewall: AzureFirewall, place: ArmId, address: Address, graph: Graph) -> Server:
    settings = _settings(firewall, graph)
    if settings is None or not known(settings.proxy):
        return Opaque(f"the DNS server {address} is {firewall.name}, whose DNS proxy is off")
    return Proxy(firewall.id, None if _is_hub(place) else place, known(settings.servers))


def _settings(firewall: AzureFirewall, graph: Graph) -> DnsSettings | None:
    policy_id = known(firewall.policy, firewall.name)
    if policy_id is None:
        return known(firewall.classic_dns, firewall.name)
    policy = graph.get(FirewallPolicy, policy_id)
    settings = known(policy.dns, policy.name)
    if settings is None and known(policy.base) is not None:
        raise MissingEvidence(f"{policy.name} sets no DNS; what its base policy hands down was not judged")
    return settings


def _hosts(graph: Graph) -> dict[Address, list[_Place]]:
    """Index what could be a DNS server by its address. What is missing here leaves an address that nobody has."""
    found: dict[Address, list[_Place]] = defaultdict(list)
    every = chain[_Host](graph.seen(InboundEndpoint), graph.seen(AzureFirewall), graph.seen(NetworkInterface))
    for host in every:
        try:
            for place, address in _addresses(host, graph):
                found[address].append((place, host))
        except MissingEvidence:
            continue
    return found


def _addresses(host: _Host, graph: Graph) -> Iterator[tuple[ArmId, Address]]:
    if isinstance(host, InboundEndpoint):
        yield from _inbound(host, graph)
        return
    for each in known(host.ip_configurations):
        subnet = known(each.subnet)
        address: Address | None = known(each.private_address)
        if subnet is not None and subnet.parent is not None and address is not None:
            yield subnet.parent, address
    if isinstance(host, AzureFirewall):
        hub, hub_address = known(host.hub), known(host.hub_address)
        yield from [(hub, hub_address)] if hub and hub_address else []


def _inbound(endpoint: InboundEndpoint, graph: Graph) -> Iterator[tuple[ArmId, Address]]:
    resolver = graph.get(DnsResolver, endpoint.id.parent or endpoint.id)
    vnet = known(resolver.virtual_network)
    yield from ((vnet, address) for address in known(endpoint.addresses))
