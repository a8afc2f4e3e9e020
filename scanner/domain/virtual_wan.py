"""How the virtual networks of a virtual WAN reach each other and the internet (facts §7).

With default routing every connection of every hub of a Standard virtual WAN reaches every other; what custom route
tables do is not seen (https://learn.microsoft.com/azure/virtual-wan/about-virtual-hub-routing, 2025, from memory).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.journey import Step, View
from scanner.domain.route_choice import longest
from scanner.evidence import MissingEvidence, known, readable
from scanner.model.arm import ArmId
from scanner.model.entrances import HubConnection, HubSku, VirtualHub
from scanner.model.fields import Address, Network
from scanner.model.resource import ProvisioningState

_DEFAULT_TABLE = "defaultroutetable"


@dataclass(frozen=True, slots=True)
class Passage:
    """A way through a virtual WAN: the connection that leads in, its hub, and the connection that leads out."""

    entry: HubConnection
    hub: VirtualHub
    exit: HubConnection
    prefix: Network


def passages(view: View, vnet: ArmId, address: Address) -> Iterator[Passage]:
    """Yield the ways from a virtual network through its hubs to an address in another one."""
    for entry in view.hub_connections(vnet):
        hub = view.hub(hub_of(entry))
        yield from passages_from(view, entry, hub, address)


def passages_from(view: View, entry: HubConnection, hub: VirtualHub, address: Address) -> Iterator[Passage]:
    """Yield the ways from a hub to an address in a network connected to it or to a hub of the same virtual WAN."""

    def leading(spoke: HubConnection) -> Passage | None:
        vnet = known(spoke.remote, spoke.name)
        prefix = longest(known(view.vnet(vnet).address_space, vnet.name), address)
        return None if prefix is None else Passage(entry, hub, spoke, prefix)

    yield from readable(view.spokes(hub).where(lambda each: each != entry), leading)


def hub_of(connection: HubConnection) -> ArmId:
    """Return the hub that a connection belongs to."""
    if connection.id.parent is None:
        raise MissingEvidence(f"{connection.id} is not the id of a hub's connection", (str(connection.id),))
    return connection.id.parent


def passing(passage: Passage) -> Iterator[Step]:
    """Yield whether packets pass from one end to the other."""
    if known(passage.hub.sku, passage.hub.name) is HubSku.BASIC:
        yield Step(passage.hub.id, f"hub {passage.hub.name} is Basic, which joins no virtual networks", ok=False)
    yield from attached(passage.entry)
    yield from attached(passage.exit)


def attached(connection: HubConnection) -> Iterator[Step]:
    """Yield whether a connection is in force and has the default routing."""
    hub = hub_of(connection).name
    says = f"connection {connection.name} joins {known(connection.remote).name} to hub {hub}"
    state = known(connection.provisioning, connection.name)
    if state is not ProvisioningState.SUCCEEDED:
        yield Step(connection.id, f"{says}, but is {state}", None)
    elif not _is_default(connection):
        yield Step(connection.id, f"{says} with route tables of its own, whose routes were not seen", None)
    else:
        yield Step(connection.id, says, ok=True)


def _is_default(connection: HubConnection) -> bool:
    associated = known(connection.associated, connection.name)
    propagated = known(connection.propagated, connection.name)
    tables = [known(each.id).name.lower() for each in propagated] if propagated is not None else [_DEFAULT_TABLE]
    return (associated is None or associated.name.lower() == _DEFAULT_TABLE) and _DEFAULT_TABLE in tables


def secured_exit(view: View, vnet: ArmId) -> HubConnection | None:
    """Return the connection over which a hub's firewall gives a virtual network its default route."""
    for connection in view.hub_connections(vnet):
        secured = known(connection.internet_security, connection.name)
        if secured and known(view.hub(hub_of(connection)).firewall) is not None:
            return connection
    return None
