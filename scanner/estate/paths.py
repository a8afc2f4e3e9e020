"""Private paths in the graph: from a subnet to a service of a solution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from scanner.domain.intervals import IntervalSet
from scanner.domain.journey import RoundTrip, Step
from scanner.domain.nsg import Decision
from scanner.domain.prefixes import addresses
from scanner.domain.private_names import PrivateName
from scanner.domain.reach import Path, filter_step, name_steps, path_of
from scanner.domain.routing import both_ways
from scanner.domain.traffic import Flow, Side
from scanner.estate.filtering import decided, decided_for_endpoints, hosts_of
from scanner.estate.inspected_paths import inspected
from scanner.estate.links import WORKSPACE_GROUP
from scanner.estate.machines import machines_in
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.resolution import resolve_in
from scanner.estate.routes import endpoint_groups, journey, routes
from scanner.estate.solution import Solution
from scanner.estate.zones import names_of
from scanner.evidence import Maybe, MissingEvidence, Seen, Unknown, known, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.graph.settings import Profile
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.fields import Address
from scanner.model.machine_learning import Workspace
from scanner.model.network import Subnet
from scanner.model.network_security import Direction, Protocol
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import PrivateLinkTarget

_HTTPS = 443
_SMB = 445
_WORKED_ON = frozenset(kind.TYPE.lower() for kind in (VirtualMachine, ScaleSet, DevOpsPool))
"""What people and pipelines work on: its DNS servers count."""


class Service(Struct, frozen=True):
    """What a path leads to: a sub-resource of a resource, and the TCP port that it answers on."""

    resource: Workspace | PrivateLinkTarget
    group: str
    port: int

    @property
    def label(self) -> str:
        """How a message names it: "blob of stml"."""
        return self.resource.name if self.group == WORKSPACE_GROUP else f"{self.group} of {self.resource.name}"


class Start(Struct, frozen=True):
    """Where a path starts: in a subnet, on machines that ask certain DNS servers, or without any the network's."""

    subnet: Subnet
    servers: Maybe[tuple[Address, ...]] = ()

    @property
    def name(self) -> str:
        """How a message names it: "snet-jump", or "snet-jump (machines that ask 10.0.0.4)"."""
        if isinstance(self.servers, Unknown) or not self.servers:
            return self.subnet.name
        return f"{self.subnet.name} (machines that ask {', '.join(map(str, self.servers))})"


class _Owners(Struct, frozen=True):
    """Whose the addresses of a name are, and why there may be endpoints with others."""

    links: Mapping[Address, Link]
    missing: MissingEvidence | None

    def of(self, address: Address) -> Link | None:
        if address not in self.links:
            raise_any(self.missing)
        return self.links.get(address)


def services_of(solution: Solution) -> Seen[Service]:
    """Return the services that computes and people need; what is missing is a part that was not readable.

    The article knows no endpoint for file; today's guidance does.
    """
    files = [("file", _SMB)] if solution.graph.settings.profile is Profile.CURRENT else []
    needed = {
        "microsoft.machinelearningservices/workspaces": [(WORKSPACE_GROUP, _HTTPS)],
        "microsoft.storage/storageaccounts": [("blob", _HTTPS), *files],
        "microsoft.keyvault/vaults": [("vault", _HTTPS)],
        "microsoft.containerregistry/registries": [("registry", _HTTPS)],
    }
    return solution.targets().flat(
        lambda target: Seen(tuple(Service(target, group, port) for group, port in needed[target.TYPE.lower()]))
    )


def starts_in(subnet: ArmId, graph: Graph) -> Iterator[Start]:
    """Yield where paths start in a subnet: once for the network's DNS servers, once for each list that machines have.

    What is missing of the machines is told by who asks for the subnet.
    """
    machines = machines_in(subnet, graph).found
    servers = dict.fromkeys(each.dns_servers for each in machines if each.at.type in _WORKED_ON)
    for each in servers or [()]:
        yield Start(graph.get(Subnet, subnet), each)


class NamedPath(Struct, frozen=True):
    """The path to a service by one of its names: what public DNS leads on to, and the approved endpoints' addresses."""

    fqdn: str
    alias: str
    addresses: tuple[Address, ...]
    path: Path


Concrete: TypeAlias = Callable[[PrivateName], Iterable[tuple[str, str]]]
"""Returns the names, each with its alias, that stand for one that may be a wildcard's."""


def _no_wildcards(name: PrivateName) -> Iterable[tuple[str, str]]:
    return () if name.fqdn.startswith("*") else ((name.fqdn, name.alias),)


def paths(start: Start, service: Service, links: Seen[Link], graph: Graph) -> Iterator[Path]:
    """Yield the path from a subnet to each name of a service; `links` are its approved endpoints.

    Names that stand for many (a wildcard's) are left out: no client asks for one.
    """
    return (path for _, _, path in _by_name(start, service, links, graph, _no_wildcards))


def named_paths(
    start: Start, service: Service, links: Seen[Link], graph: Graph, concrete: Concrete = _no_wildcards
) -> Iterator[NamedPath]:
    """Yield the same with the names; `concrete` says which stand for a wildcard's."""
    for (fqdn, alias), own, path in _by_name(start, service, links, graph, concrete):
        yield NamedPath(fqdn, alias, tuple(sorted(own, key=str)), path)


def _by_name(
    start: Start, service: Service, links: Seen[Link], graph: Graph, concrete: Concrete
) -> Iterator[tuple[tuple[str, str], Mapping[Address, Link], Path]]:
    """Yield each name with its alias, the approved endpoints by its addresses, and the path by it."""
    named = [(pair, each, link) for link in links.found for each in _names(link, graph) for pair in concrete(each)]
    for name in dict.fromkeys(pair for pair, _, _ in named):
        same = [(each, link) for (fqdn, _), each, link in named if fqdn == name[0]]
        own = {address: link for each, link in same for address in each.addresses}
        first = {each.address: link for each, link in same}
        yield name, own, path_of(_steps(start, service, name, _Owners(own | first, links.missing), graph))


def _names(link: Link, graph: Graph) -> tuple[PrivateName, ...]:
    if link.endpoint is None:
        raise link.unread()
    return names_of(link.endpoint, graph)


def _steps(start: Start, service: Service, name: tuple[str, str], owners: _Owners, graph: Graph) -> Iterator[Step]:
    """Yield each station as it is reached; missing evidence ends the path as a station that is not known."""
    subnet, at = start.subnet, start.subnet.id
    try:
        found = resolve_in(graph, vnet_of(subnet.id), *name, known(start.servers))
        yield from name_steps(name[0], found, vnet_of(subnet.id))
        for address in found.addresses:
            at = service.resource.id
            link = owners.of(address)
            yield _owner_step(address, link, service)
            if link is not None:
                yield from _way(subnet, service, address, link, name, graph)
    except MissingEvidence as missing:
        yield Step(at, missing.why, ok=None, gap=missing.gap)


def _owner_step(address: Address, link: Link | None, service: Service) -> Step:
    if link is None:
        return Step(service.resource.id, f"{address} is the address of no approved endpoint of it", ok=False)
    return Step(link.id, f"the approved endpoint at {address}", ok=True)


def _way(  # noqa: PLR0913, PLR0917 - both ends of a way
    subnet: Subnet, service: Service, address: Address, link: Link, names: tuple[str, ...], graph: Graph
) -> Iterator[Step]:
    """Yield what lies between a subnet and an endpoint: routes there and back, firewalls, and groups at both ends."""
    target = graph.get(Subnet, link.subnet)
    yield from graph.once(_routed)((subnet.id, address, target.id)).steps
    yield from inspected(subnet, (address, service.port), names, graph)
    filters = graph.once(_filters)((subnet.id, address, service.port, target.id, link.endpoint))
    yield from filters.found
    raise_any(filters.missing)
    yield Step(service.resource.id, "answers its private endpoints, whatever its firewall says of others", ok=True)


def _routed(graph: Graph) -> Remembered[tuple[ArmId, Address, ArmId], RoundTrip]:
    """Remember the routes from a subnet to an address in another and back: each name of a service asks for them."""
    return Remembered(lambda way: both_ways(routes(graph), *way, journey(graph)))


_ToEndpoint: TypeAlias = tuple[ArmId, Address, int, ArmId, PrivateEndpoint | None]
"""A subnet, the address and port of a private endpoint in another, that other, and the endpoint if it was read."""


def _filters(graph: Graph) -> Remembered[_ToEndpoint, Seen[Step]]:
    """Remember what the groups at both ends say, as far as it can be told; this too is asked for each name."""
    return Remembered(lambda way: Seen.of(_filter_steps(*way, graph)))


def _filter_steps(  # noqa: PLR0913, PLR0917 - both ends of a way
    start: ArmId, address: Address, port: int, end: ArmId, endpoint: PrivateEndpoint | None, graph: Graph
) -> Iterator[Step]:
    subnet, target = graph.get(Subnet, start), graph.get(Subnet, end)
    groups = endpoint_groups(endpoint, graph) if endpoint is not None else None
    host = Side(addresses([address]), groups=groups)
    outbound = _decided(Direction.OUTBOUND, (subnet, target), host, port, graph)
    yield filter_step(subnet.id, outbound, f"TCP {port} to {address}")
    if target.filters_endpoints:
        decision = _decided(Direction.INBOUND, (subnet, target), host, port, graph)
        yield filter_step(target.id, decision, f"TCP {port} from {subnet.name}")


def _decided(direction: Direction, ends: tuple[Subnet, Subnet], host: Side, port: int, graph: Graph) -> Decision:
    """Decide by the groups at one end; once for a subnet's addresses, where the rules do not tell those apart."""
    source, target = ends
    if not isinstance(target.prefixes, Unknown) and hosts_of(target, graph).space.covers(host.space):
        whole = graph.once(_between_subnets)((direction, source.id, target.id, port))
        if whole.access is not None and len({part.by for part in whole.parts}) == 1:
            return whole
    return _filtered(ends, _flow(direction, source, host, port, graph), graph)


def _filtered(ends: tuple[Subnet, Subnet], flow: Flow, graph: Graph) -> Decision:
    source, target = ends
    if flow.direction is Direction.OUTBOUND:
        return decided(source, flow, graph)
    return decided_for_endpoints(target, flow, graph)


_Way: TypeAlias = tuple[Direction, ArmId, ArmId, int]
"""From a subnet to a port in another, as the groups of one end see it: the first's outbound, the second's inbound."""


def _between_subnets(graph: Graph) -> Remembered[_Way, Decision]:
    def find(way: _Way) -> Decision:
        direction, source, target, port = way
        near, far = graph.get(Subnet, source), graph.get(Subnet, target)
        flow = _flow(direction, near, hosts_of(far, graph), port, graph)
        return _filtered((near, far), flow, graph)

    return Remembered(find)


def _flow(direction: Direction, source: Subnet, to: Side, port: int, graph: Graph) -> Flow:
    return Flow(direction, frozenset({Protocol.TCP}), hosts_of(source, graph), to, IntervalSet(((port, port),)))


def involved(path: Path) -> tuple[ArmId, ...]:
    """Return what a path goes through, each once."""
    return tuple(dict.fromkeys(step.at for step in path.steps))
