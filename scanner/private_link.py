"""The private endpoints of a resource, seen from both of their sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus, EndpointConnection
from scanner.model.machine_learning import Workspace
from scanner.model.network import PrivateEndpoint, ServiceConnection
from scanner.model.services import PrivateLinkTarget

LIVE = frozenset({ConnectionStatus.APPROVED, ConnectionStatus.PENDING})
"""The states of a connection that is in use, or will be once somebody approves it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One private endpoint of a resource.

    `connection` is the resource's side and absent when the resource does not know the endpoint; `endpoint` is the
    endpoint's side and absent when it could not be read, `why` saying why.
    """

    target: Workspace | PrivateLinkTarget
    id: ArmId
    connection: EndpointConnection | None
    endpoint: PrivateEndpoint | None
    why: str = ""

    @property
    def asks(self) -> ServiceConnection | None:
        """What the endpoint asks of this target; None if it could not be read."""
        if self.endpoint is None:
            return None
        return next(each for each in asks_of(self.endpoint) if known(each.target) == self.target.id)

    @property
    def status(self) -> ConnectionStatus:
        """The state of the connection: the resource's side is the truth, the endpoint's own copy can be stale."""
        if self.connection is not None:
            return known(self.connection.status)
        asks = self.asks
        return ConnectionStatus.DISCONNECTED if asks is None else known(asks.status)

    @property
    def groups(self) -> frozenset[str]:
        """The sub-resources that the endpoint leads to, in lower case. Raises MissingEvidence if it was not read."""
        asks = self.asks
        if asks is None:
            raise MissingEvidence(self.why, (str(self.id),))
        return frozenset(group.lower() for group in known(asks.group_ids))

    @property
    def subnet(self) -> ArmId:
        """The subnet that the endpoint is in. Raises MissingEvidence if neither side tells."""
        if self.endpoint is not None:
            return known(self.endpoint.subnet)
        subnet = known(self.connection.subnet) if self.connection is not None else None
        if subnet is None:
            raise MissingEvidence(self.why, (str(self.id),))
        return subnet

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


def links_of(target: Workspace | PrivateLinkTarget, graph: Graph) -> Iterator[Link]:
    """Yield a resource's private endpoints in id order, then raise MissingEvidence if there may be more."""
    connections = {each.endpoint: each for each in known(target.connections) if known(each.endpoint) is not None}
    endpoints = {each.id: each for each in graph.once(_endpoints_by_target).get(target.id, ())}
    named = {each for each in connections if isinstance(each, ArmId)}
    for each in sorted(named | endpoints.keys()):
        yield _link(target, each, connections.get(each), graph)
    _refuse_unplaced(graph)


def _link(
    target: Workspace | PrivateLinkTarget, arm_id: ArmId, connection: EndpointConnection | None, graph: Graph
) -> Link:
    try:
        endpoint = graph.get(PrivateEndpoint, arm_id)
        leads_here = any(known(each.target) == target.id for each in asks_of(endpoint))
    except MissingEvidence as missing:
        return Link(target, arm_id, connection, None, missing.why)
    why = "" if leads_here else f"{arm_id} no longer leads to {target.id}"
    return Link(target, arm_id, connection, endpoint if leads_here else None, why)


def _endpoints_by_target(graph: Graph) -> dict[ArmId, list[PrivateEndpoint]]:
    found: dict[ArmId, list[PrivateEndpoint]] = defaultdict(list)
    for endpoint in graph.seen(PrivateEndpoint):
        try:
            for asks in asks_of(endpoint):
                found[known(asks.target)].append(endpoint)
        except MissingEvidence:
            continue
    return found


def _refuse_unplaced(graph: Graph) -> None:
    """Raise if an endpoint that could not be listed, or one whose target is unknown, might lead to the resource."""
    graph.once(_all_placed)


def _all_placed(graph: Graph) -> bool:
    return all(known(asks.target).key for endpoint in graph.all(PrivateEndpoint) for asks in asks_of(endpoint))
