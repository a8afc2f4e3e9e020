"""The private endpoints of a resource, seen from both of their sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from scanner.domain.zone_names import zones_for
from scanner.evidence import Gap, Maybe, MissingEvidence, Seen, Unknown, known, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.data_services import DATA_SERVICES
from scanner.model.exposure import ConnectionStatus, EndpointConnection
from scanner.model.machine_learning import Workspace
from scanner.model.private_link import PrivateEndpoint, ServiceConnection, ZoneGroup
from scanner.model.services import KeyVault, PrivateLinkTarget, Registry, StorageAccount

LIVE = frozenset({ConnectionStatus.APPROVED, ConnectionStatus.PENDING})
"""The states of a connection that is in use, or will be once somebody approves it."""

_TARGETS: tuple[type[Workspace | PrivateLinkTarget], ...] = (
    Workspace,
    StorageAccount,
    KeyVault,
    Registry,
    *DATA_SERVICES.values(),
)


class Link(Struct, frozen=True):
    """One private endpoint of a resource.

    `connection` is the resource's side and absent when the resource does not know the endpoint or, `target_read` being
    false, could not be read; `endpoint` is the endpoint's side and absent when it could not be read, `why` saying why
    and `gap` what was not read, or when it is `gone`: it does not exist any more, or leads elsewhere.
    As a subject, a link is its endpoint.
    """

    TYPE: ClassVar[str] = PrivateEndpoint.TYPE

    target: ArmId
    id: ArmId
    connection: EndpointConnection | None
    endpoint: PrivateEndpoint | None
    why: str = ""
    gap: Gap | None = None
    target_read: bool = True
    gone: bool = False

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.id.name

    @property
    def asks(self) -> ServiceConnection | None:
        """What the endpoint asks of this target; None if it could not be read."""
        if self.endpoint is None:
            return None
        return next(each for each in asks_of(self.endpoint) if known(each.target) == self.target)

    @property
    def status(self) -> ConnectionStatus:
        """The state of the connection: the resource's side is the truth, the endpoint's own copy can be stale."""
        if self.connection is not None:
            return known(self.connection.status, f"the connection of {self.name}")
        asks = self.asks
        return ConnectionStatus.DISCONNECTED if asks is None else known(asks.status)

    @property
    def stale_copy(self) -> ConnectionStatus | None:
        """The endpoint's own copy of the state, where it is known to differ from what the resource says."""
        if self.connection is None or self.asks is None or isinstance(self.asks.status, Unknown):
            return None
        return None if self.asks.status is self.status else self.asks.status

    @property
    def groups(self) -> frozenset[str]:
        """The sub-resources that the endpoint leads to, in lower case. Raises MissingEvidence if it was not read."""
        asks = self.asks
        if asks is None:
            raise self.unread()
        return frozenset(group.lower() for group in known(asks.group_ids))

    @property
    def subnet(self) -> ArmId:
        """The subnet that the endpoint is in. Raises MissingEvidence if neither side tells."""
        told = self.connection.subnet if self.connection is not None else None
        if self.endpoint is not None and not (isinstance(self.endpoint.subnet, Unknown) and isinstance(told, ArmId)):
            return known(self.endpoint.subnet)
        subnet = known(told)
        if subnet is None:
            raise self.unread()
        return subnet

    def unread(self) -> MissingEvidence:
        """Return why the endpoint's side is not here."""
        return MissingEvidence(self.why, (str(self.id),), self.gap)

    @property
    def vnet(self) -> ArmId:
        """The virtual network that the endpoint is in. Raises MissingEvidence if neither side tells."""
        return vnet_of(self.subnet)


def vnet_of(subnet: ArmId) -> ArmId:
    """Return the virtual network that a subnet belongs to."""
    if subnet.parent is None:
        raise MissingEvidence(f"{subnet} is not the id of a subnet", (str(subnet),))
    return subnet.parent


def asks_of(endpoint: PrivateEndpoint) -> tuple[ServiceConnection, ...]:
    """Return what an endpoint asks for; Azure keeps automatic and manually approved connections apart."""
    return (*known(endpoint.automatic), *known(endpoint.manual))


def zones_named_by(endpoint: PrivateEndpoint, graph: Graph) -> Seen[ArmId]:
    """Return the zones that an endpoint's zone groups name."""
    return graph.once(_zones_by_endpoint)(endpoint.id)


def _zones_by_endpoint(graph: Graph) -> Remembered[ArmId, Seen[ArmId]]:
    def find(endpoint: ArmId) -> Seen[ArmId]:
        configs = graph.children(ZoneGroup, endpoint).flat(lambda group: Seen(known(group.zones)))
        return configs.map(lambda config: known(config.zone))

    return Remembered(find)


def zones_needed_by(endpoint: PrivateEndpoint, graph: Graph) -> tuple[str, ...]:
    """Return the names of the private DNS zones that an endpoint's records belong in, in the cloud of the scan."""
    asked = asks_of(endpoint)
    for target in filter(None, (known(each.target) for each in asked)):
        _require_standard_names(target, graph)
    groups = {group for each in asked for group in known(each.group_ids)}
    if not groups:
        raise MissingEvidence(f"{endpoint.name} names no sub-resource", (str(endpoint.id),))
    return tuple(dict.fromkeys(zone for group in sorted(groups) for zone in zones_for(group, graph.settings.cloud)))


def _require_standard_names(target: ArmId, graph: Graph) -> None:
    """Raise for a storage account whose names lie in DNS zones of Azure's choice: which those are is not documented."""
    if target.type != StorageAccount.TYPE.lower():
        return
    if known(graph.get(StorageAccount, target).dns_endpoint_type).lower() != "standard":
        why = f"{target.name} has AzureDnsZone endpoints, and which private zones those need is not documented"
        raise MissingEvidence(why, (str(target),))


def links_of(target: Workspace | PrivateLinkTarget, graph: Graph) -> Seen[Link]:
    """Return a resource's private endpoints in id order."""
    return graph.once(_links)(target)


def _links(graph: Graph) -> Remembered[Workspace | PrivateLinkTarget, Seen[Link]]:
    return Remembered(lambda target: Seen.of(_find_links(target, graph)))


def _find_links(target: Workspace | PrivateLinkTarget, graph: Graph) -> Iterator[Link]:
    connections = _connections_of(target)
    asking = {each.id for each in graph.once(_endpoints_by_target).get(target.id, ())}
    for each in sorted(asking | connections.keys()):
        link = _link(target.id, each, connections.get(each), graph)
        if link is not None:
            yield link
    _refuse_unplaced(target.id, frozenset(connections), graph)


def _connections_of(target: Workspace | PrivateLinkTarget) -> dict[ArmId, EndpointConnection]:
    """Index the resource's side by endpoint. One that was created again under its old name is listed twice."""
    found: dict[ArmId, EndpointConnection] = {}
    for each in known(target.connections, target.name):
        endpoint = known(each.endpoint, target.name)
        if endpoint is None:
            continue
        earlier = found.get(endpoint)
        if earlier is None or each.status is ConnectionStatus.APPROVED or not _may_be_live(earlier):
            found[endpoint] = each
    return found


def links_asking(target: ArmId, graph: Graph) -> Iterator[Link]:
    """Yield the endpoints that were seen to ask for a resource, from their own side alone: it need not be readable."""
    for endpoint in graph.once(_endpoints_by_target).get(target, ()):
        yield Link(target, endpoint.id, None, endpoint, target_read=False)


def _link(target: ArmId, arm_id: ArmId, connection: EndpointConnection | None, graph: Graph) -> Link | None:
    """Look up the endpoint's side; None for a connection that is out of use and has outlived its endpoint."""
    try:
        endpoint = graph.find(PrivateEndpoint, arm_id)
        if endpoint is not None and any(known(each.target) == target for each in asks_of(endpoint)):
            return Link(target, arm_id, connection, endpoint)
    except MissingEvidence as missing:
        return Link(target, arm_id, connection, None, missing.why, missing.gap)
    if connection is not None and not _may_be_live(connection):
        return None
    gone = "was not found" if endpoint is None else "now leads elsewhere"
    return Link(target, arm_id, connection, None, f"{target.name} still lists {arm_id}, which {gone}", gone=True)


def _may_be_live(connection: EndpointConnection) -> bool:
    return isinstance(connection.status, Unknown) or connection.status in LIVE


def _endpoints_by_target(graph: Graph) -> dict[ArmId, list[PrivateEndpoint]]:
    found: dict[ArmId, list[PrivateEndpoint]] = defaultdict(list)
    for endpoint in graph.seen(PrivateEndpoint):
        try:
            for target in filter(None, (known(asks.target) for asks in asks_of(endpoint))):
                found[target].append(endpoint)
        except MissingEvidence:
            continue
    return found


def _refuse_unplaced(target: ArmId, listed: frozenset[ArmId], graph: Graph) -> None:
    """Raise if an endpoint that could not be listed, or one whose target is unknown, might lead to the resource.

    One that a service lists as its own leads there: if it could not be read, that is told of its link.
    """
    placed = graph.once(_placed)
    unread = graph.all(
        PrivateEndpoint, about=target, matters=lambda item: item not in listed and item not in placed
    ).missing
    raise_any(unread, graph.once(_unplaced))


def _placed(graph: Graph) -> frozenset[ArmId]:
    """Return the endpoints that a service of any kind approved."""
    connections = (each for kind in _TARGETS for target in graph.seen(kind) for each in _told(target.connections))
    approved = (each.endpoint for each in connections if each.status is ConnectionStatus.APPROVED)
    return frozenset(each for each in approved if isinstance(each, ArmId))


def _told(connections: Maybe[tuple[EndpointConnection, ...]]) -> tuple[EndpointConnection, ...]:
    return () if isinstance(connections, Unknown) else connections


def _unplaced(graph: Graph) -> MissingEvidence | None:
    every = Seen(graph.seen(PrivateEndpoint))
    return every.flat(lambda endpoint: Seen.of(known(asks.target) for asks in asks_of(endpoint))).missing
