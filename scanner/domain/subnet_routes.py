"""The routes that a subnet has to an address, and the one that it uses (facts §7, §13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TypeAlias

from msgspec import Struct

from scanner.domain.addresses import is_public
from scanner.domain.journey import View
from scanner.domain.peering import leading_to
from scanner.domain.route_choice import Choice, Origin, best, holds, longest
from scanner.domain.virtual_wan import Passage, passages, secured_exit
from scanner.evidence import MissingEvidence, known, raise_any
from scanner.model.arm import ArmId
from scanner.model.entrances import HubConnection
from scanner.model.fields import Address
from scanner.model.network import EndpointPolicies, PeeringState, Subnet
from scanner.model.routing import RouteTable, UserRoute

_OBEYING = frozenset({EndpointPolicies.ENABLED, EndpointPolicies.ROUTE_TABLES})
_ANYWHERE = ip_network("0.0.0.0/0")


class Local(Struct, frozen=True):
    """Delivery inside the virtual network."""

    vnet: ArmId


class Peer(Struct, frozen=True):
    """Delivery in a peered virtual network."""

    vnet: ArmId


class Member(Struct, frozen=True):
    """Delivery in a virtual network of the same connected group."""

    vnet: ArmId


class Custom(Struct, frozen=True):
    """A route of the user's."""

    table: RouteTable
    route: UserRoute


@dataclass(frozen=True, slots=True)
class Secured:
    """The default route that a hub's firewall announces to a connection."""

    connection: HubConnection


Inside: TypeAlias = Local | Peer | Member

Hop: TypeAlias = Inside | Custom | Passage | Secured


def vnet_of(subnet: ArmId) -> ArmId:
    """Return the virtual network that a subnet is in."""
    if subnet.parent is None:
        raise MissingEvidence(f"{subnet} is not the id of a subnet", (str(subnet),))
    return subnet.parent


def hop_of(view: View, subnet: Subnet, address: Address) -> Hop | None:
    """Return the next hop of the route that a subnet uses; None if it has none but Azure's own defaults."""
    inside: list[Choice[Inside]] = [*_system(view, subnet, address)]
    inside = inside or list(grouped(view, subnet, address))
    table = view.route_table(subnet)
    custom = [] if table is None else list(_custom(table, address))
    learned = [] if inside else list(_learned(view, subnet, table, address))
    choices: list[Choice[Hop]] = [*custom, *learned, *inside]
    chosen = best(choices, address)
    if chosen is not None and chosen.origin is Origin.USER and _endpoint_wins(view, chosen, inside, address):
        chosen = best(inside, address)
    return None if chosen is None else chosen.hop


def own_hop(view: View, subnet: Subnet, address: Address) -> Local | Peer | None:
    """Return where an address lies that has to be in the subnet's own network or a peered one, as appliances do."""
    chosen = best(list(_system(view, subnet, address)), address)
    return None if chosen is None else chosen.hop


def _custom(table: RouteTable, address: Address) -> Iterator[Choice[Hop]]:
    """Yield a table's routes to an address. Which public addresses a service tag holds is not known here."""
    for each in known(table.routes, table.name):
        prefix = known(each.prefix, table.name)
        if prefix is not None:
            yield from [Choice(prefix, Origin.USER, Custom(table, each))] if holds(prefix, address) else []
        elif address.is_global:
            raise MissingEvidence(f"whether {known(each.tag)} in {table.name} holds {address}", (str(table.id),))


def _system(view: View, subnet: Subnet, address: Address) -> Iterator[Choice[Local | Peer]]:
    vnet = view.vnet(vnet_of(subnet.id))
    prefix = longest(known(vnet.address_space, vnet.name), address)
    if prefix is not None:
        yield Choice(prefix, Origin.SYSTEM, Local(vnet.id))
    for peering, routed in leading_to(address, vnet, subnet, view):
        if known(peering.state, peering.name) is PeeringState.CONNECTED:
            yield Choice(routed, Origin.SYSTEM, Peer(known(peering.remote)))


def grouped(view: View, subnet: Subnet, address: Address) -> Iterator[Choice[Member]]:
    """Yield the route to another network of a connected group, for an address that no network nearer has.

    Such networks reach each other as if they were peered; what several of them have is dropped, or one has it, as a
    setting says that is not read (https://learn.microsoft.com/azure/virtual-network-manager/
    concept-connectivity-configuration, 2023-03-22; connectedGroupAddressOverlap in azure-mgmt-network 33.1).
    """
    if is_public(address):
        return
    others = view.connected(vnet_of(subnet.id))
    spaces = [(each, longest(known(view.vnet(each).address_space, each.name), address)) for each in others.found]
    having = [(each, prefix) for each, prefix in spaces if prefix is not None]
    if len(having) > 1:
        names = " and ".join(each.name for each, _ in having)
        raise MissingEvidence(f"{names} both have {address} in one connected group", (str(having[0][0]),))
    if not having:
        raise_any(others.missing)
    for each, prefix in having:
        yield Choice(prefix, Origin.SYSTEM, Member(each))


def ignores_gateway(table: RouteTable | None) -> bool:
    """Tell whether a route table keeps learned routes out of its subnets."""
    return table is not None and known(table.ignores_gateway, table.name)


def _learned(view: View, subnet: Subnet, table: RouteTable | None, address: Address) -> Iterator[Choice[Hop]]:
    """Yield what Virtual WAN hubs announce: the networks of their virtual WAN, and secured ones the internet."""
    if ignores_gateway(table):
        return
    vnet = vnet_of(subnet.id)
    if not is_public(address):
        yield from (Choice(each.prefix, Origin.LEARNED, each) for each in passages(view, vnet, address))
    elif (secured := secured_exit(view, vnet)) is not None:
        yield Choice(_ANYWHERE, Origin.LEARNED, Secured(secured))


def _endpoint_wins(view: View, custom: Choice[Hop], inside: list[Choice[Inside]], address: Address) -> bool:
    """Tell whether a private endpoint's own /32 route wins against a user's, which has won against all others.

    It does unless the user's is a /32 too, or the endpoint's subnet has route tables apply to endpoints; then it gives
    way to routes no wider than the address space, and a wider one would not have won against that
    (https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy, 2025).
    """
    system = best(inside, address)
    if system is None or custom.prefix.prefixlen == custom.prefix.max_prefixlen:
        return False
    return is_free_endpoint(view, address, system.hop.vnet)


def is_free_endpoint(view: View, address: Address, vnet: ArmId) -> bool:
    """Tell whether an address is of a private endpoint that the route tables of subnets do not apply to."""
    subnet = view.endpoint_subnet(address, vnet)
    return subnet is not None and known(subnet.endpoint_policies, subnet.name) not in _OBEYING
