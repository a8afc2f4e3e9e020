"""Checks of the end-to-end rules: what each subnet of a virtual network reaches over private paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.checks.services import has_managed_rule
from scanner.domain.reach import Path
from scanner.engine import Doubt, Hop, Note, Notes, Problem
from scanner.estate.hosts import working_subnets
from scanner.estate.paths import Service, Start, involved, paths, services_of, starts_in
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_access_vnet, users_of_aml_vnet
from scanner.evidence import Seen, flat, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.network import Subnet, VirtualNetwork


def from_aml_vnet(vnet: VirtualNetwork, graph: Graph) -> Notes:
    """Judge the paths from where a solution's computes run or, without any, from where its endpoints are."""
    users = users_of_aml_vnet(vnet.id, graph)
    yield from flat(users, lambda user: _from_computes(user, vnet, graph))


def from_access_vnet(vnet: VirtualNetwork, graph: Graph) -> Notes:
    """Judge the paths from where people and pipelines work."""
    subnets = working_subnets(vnet.id, graph)
    if not subnets.found and subnets.missing is None:
        yield Note(f"{vnet.name} has a Bastion host alone: nobody works from it", (vnet.id,))
    users = users_of_access_vnet(vnet.id, graph)
    starts = [start for subnet in subnets.found for start in starts_in(subnet, graph)]
    yield from flat(users if starts else (), lambda user: to_services(services_of(user), user, starts))
    raise_any(subnets.missing)


def _from_computes(solution: Solution, vnet: VirtualNetwork, graph: Graph) -> Notes:
    subnets = compute_side(solution, vnet.id)
    if subnets.found:
        starts = [Start(graph.get(Subnet, subnet)) for subnet in subnets.found]
        yield from to_services(services_of(solution), solution, starts)
    raise_any(subnets.missing)
    if not subnets.found:
        says = f"{vnet.name} has neither a compute nor an endpoint of {solution.name}: where to start from is not known"
        yield Doubt(says, (solution.id,))


def compute_side(solution: Solution, vnet: ArmId) -> Seen[ArmId]:
    """Return the subnets of an AML VNet where computes run or, without any, where the solution's endpoints are."""
    computes = solution.compute_subnets().where(lambda subnet: vnet_of(subnet) == vnet)
    near = computes
    if not computes.found and computes.missing is None:
        near = solution.every_own_link().map(lambda link: link.subnet if link.vnet == vnet else None)
    return Seen(tuple(sorted(set(near.found))), near.missing)


def to_services(services: Seen[Service], solution: Solution, starts: Sequence[Start]) -> Notes:
    """Judge the paths from subnets to services, one problem, doubt or note for each service."""
    yield from flat(services, lambda service: _one_service(solution, service, starts))


def _one_service(solution: Solution, service: Service, starts: Sequence[Start]) -> Notes:
    links = solution.approved(service.resource, service.group)
    if links.found:
        # Whose an address is cannot be told while an endpoint may be approved, or be there at all.
        more = solution.unread_link(service.resource) or solution.own_approved(service.resource, service.group).missing
        leading = Seen(links.found, more)
        every = [(start, path) for start in starts for path in paths(start, service, leading, solution.graph)]
        yield _worst(service, every, links.found)
        raise_any(more)
        return
    raise_any(links.missing)
    if not isinstance(service.resource, Workspace) and has_managed_rule(solution, service.resource, service.group):
        yield Note(f"{service.label} is reached by the managed network alone", (service.resource.id,))
        return
    broken = Hop(service.resource.id, "has no approved private endpoint in a network of yours", ok=False)
    yield Problem(
        f"no private path to {service.label}: it has no approved endpoint", (service.resource.id,), None, (broken,)
    )


def _worst(service: Service, found: list[tuple[Start, Path]], links: Sequence[Link]) -> Problem | Doubt | Note:
    """Sum up the paths to one service by the one that breaks first; where all hold, the first stands for them."""
    if not found:
        ids = tuple(link.id for link in links)
        return Doubt(f"by which name {service.label} is reached cannot be told: its endpoints show none", ids)
    for start, path in _those(found, leads=False):
        message = f"{start.name} does not reach {service.label}: {path.weakest.says}"
        return Problem(message, involved(path), None, hops(path))
    for start, path in _those(found, leads=None):
        return Doubt(
            f"whether {start.name} reaches {service.label}: {path.weakest.says}", involved(path), path.weakest.gap
        )
    _, path = found[0]
    names = " and ".join(dict.fromkeys(each.name for each, _ in found))
    return Note(f"{service.label} is reached from {names}", involved(path), hops(path))


def _those(found: list[tuple[Start, Path]], *, leads: bool | None) -> Iterator[tuple[Start, Path]]:
    return (each for each in found if each[1].leads_there is leads)


def hops(path: Path) -> tuple[Hop, ...]:
    """Return the steps of a path as a report shows them."""
    return tuple(Hop(step.at, step.says, step.ok) for step in path.steps)
