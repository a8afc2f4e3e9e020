"""Whether the names of compute instances lead people to their workspace's private endpoint."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Address

from scanner.checks.dns import hops
from scanner.domain.dns import Outcome, Resolution
from scanner.domain.instance_names import hosts_of
from scanner.domain.private_names import PrivateName, is_name_of, is_workspace_name
from scanner.engine import Doubt, Notes, Problem
from scanner.estate.links import WORKSPACE_GROUP
from scanner.estate.private_link import Link
from scanner.estate.resolution import resolve_in
from scanner.estate.solution import Solution, solution_of
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, Seen, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.machine_learning import Compute, ComputeType


def is_reached_privately(compute: Compute, graph: Graph) -> bool:
    """Tell whether a compute is an instance of a workspace that has a private endpoint."""
    if known(compute.compute_type, compute.name) is not ComputeType.COMPUTE_INSTANCE:
        return False
    return _endpoints(solution_of(compute.id, graph)).exists()


def _endpoints(solution: Solution) -> Seen[Link]:
    return solution.approved(solution.network_workspace, WORKSPACE_GROUP)


def instance_named(compute: Compute, graph: Graph) -> Notes:
    """Yield a problem for each access VNet where a name of an instance leads elsewhere than to the endpoint.

    Azure's public DNS leads an instance's name on to the workspace's own private name [D]: without a zone or a record
    for instances, Azure-provided DNS answers both from the same private zone.
    """
    solution = solution_of(compute.id, graph)
    names = own_names(solution, graph)
    if not names.found:
        raise_any(names.missing)
        raise MissingEvidence(f"no endpoint shows the names of {solution.name} itself", (str(solution.id),))
    for host in hosts_of_instance(compute, solution, graph):
        yield from flat(solution.access_vnets, partial(_seen_from, host, names, graph))


def own_names(solution: Solution, graph: Graph) -> Seen[PrivateName]:
    """Return the names of a workspace itself: a hub's endpoint has those of the hub and of its projects."""
    every = _endpoints(solution).flat(lambda link: _workspace_names(link, graph))
    return every.where(lambda name: is_name_of(known(solution.workspace.guid, solution.name), name))


def _workspace_names(link: Link, graph: Graph) -> Seen[PrivateName]:
    """Return the names of workspaces themselves that an endpoint shows."""
    if link.endpoint is None:
        raise link.unread()
    return Seen(names_of(link.endpoint, graph)).where(is_workspace_name)


def hosts_of_instance(compute: Compute, solution: Solution, graph: Graph) -> tuple[str, ...]:
    """Return the names that browsers reach an instance of a workspace by."""
    applications = known(compute.applications, compute.name)
    uris = [uri for each in applications if (uri := known(each.uri, compute.name)) is not None]
    return hosts_of(uris, compute.name, known(solution.workspace.location, solution.name), graph.settings.cloud)


def _seen_from(host: str, names: Seen[PrivateName], graph: Graph, vnet: ArmId) -> Notes:
    """Judge one name in one network; what Azure answers for it is where the workspace's own name leads."""
    found = resolve_in(graph, vnet, host, names.found[0].alias)
    right: set[Address] = {name.address for name in names.found}
    strange = [each for each in found.addresses if each not in right]
    if found.outcome is Outcome.UNKNOWN:
        hint = "" if found.gap is not None else f" (servers have to forward {_domain(host)} to Azure-provided DNS)"
        yield Doubt(f"what {vnet.name} is told of {host}: {found.why}{hint}", (vnet, *found.involves), found.gap)
    elif strange and names.missing is not None:
        raise MissingEvidence(names.missing.why, names.missing.involves, names.missing.gap)
    elif strange or found.outcome is not Outcome.PRIVATE:
        yield Problem(f"{host}: {vnet.name} {_told(found, strange)}", (vnet,), path=hops(found))


def _domain(host: str) -> str:
    """Return what of an instance's name is left without the instance and its region."""
    return host.partition(".")[2].partition(".")[2]


def _told(found: Resolution, strange: list[IPv4Address]) -> str:
    if strange:
        return f"is told {', '.join(map(str, strange))}, which is no approved endpoint of the workspace"
    what = "a public address" if found.outcome is Outcome.PUBLIC else "that there is no such name"
    return f"is told {what}: {found.why}"
