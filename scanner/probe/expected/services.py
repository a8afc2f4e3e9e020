"""Which services of a solution a probe tries, by which names they go, and who is let in publicly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.domain.data_sources import port_of
from scanner.domain.private_names import PrivateName
from scanner.domain.public_access import is_open, lets_everyone_in
from scanner.domain.public_names import Named, members_of
from scanner.estate.data import uses_of
from scanner.estate.paths import Service, services_of
from scanner.estate.public_endpoints import firewall_counts, is_reachable
from scanner.estate.solution import Solution
from scanner.evidence import MissingEvidence, Seen, known
from scanner.graph import Graph
from scanner.graph.settings import Profile
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import OnlineEndpoint, Workspace
from scanner.model.services import StorageAccount
from scanner.probe.shapes import Expect

MADE_UP = "mlsec-probe"
"""What stands in for a wildcard that no online endpoint makes concrete; its record alone is asked for."""


def every_service(solution: Solution) -> Seen[Service]:
    """Return the services that every solution needs, those of its data, and what else its own have endpoints for."""
    needed = services_of(solution) | _of_data(solution)
    more = solution.targets().flat(
        lambda target: solution.own_links(target).flat(
            lambda link: Seen(tuple(Service(target, group, port_of(group)) for group in sorted(link.groups)))
        )
    )
    have = {(each.resource.id, each.group) for each in needed.found}
    other = tuple(each for each in more.each_once().found if (each.resource.id, each.group) not in have)
    return Seen((*needed.found, *other), needed.missing or more.missing)


def _of_data(solution: Solution) -> Seen[Service]:
    """Return the services of training data; the article knows of none."""
    if solution.graph.settings.profile is not Profile.CURRENT:
        return Seen()
    uses = Seen((solution,)).flat(uses_of)
    return uses.flat(lambda use: Seen(tuple(Service(use.service, each, port_of(each)) for each in use.groups)))


def online_endpoints(solution: Solution) -> Seen[OnlineEndpoint]:
    """Return the managed online endpoints of a workspace: those of Kubernetes have names of their cluster's own."""
    return solution.graph.children(OnlineEndpoint, solution.id).where(lambda each: not known(each.compute))


def concrete_names(solution: Solution) -> Callable[[PrivateName], Iterator[tuple[str, str]]]:
    """Make what returns the names that stand for one: a wildcard's are those of the managed online endpoints.

    Where there is none, the wildcard's own record stands for it, under a name that nobody has.
    """
    endpoints = online_endpoints(solution)

    def concrete(name: PrivateName) -> Iterator[tuple[str, str]]:
        if not name.fqdn.startswith("*"):
            yield name.fqdn, name.alias
            return
        for each in endpoints.found:
            yield _put_in(name.fqdn, each.name.lower()), _put_in(name.alias, each.name.lower())
        if not endpoints.found:
            yield _put_in(name.alias, MADE_UP), ""

    return concrete


def _put_in(name: str, label: str) -> str:
    return name.replace("*", label, 1)


def is_made_up(fqdn: str) -> bool:
    """Tell whether a name was made up for a wildcard."""
    return fqdn.startswith(f"{MADE_UP}.")


def public_names(service: Service, graph: Graph) -> tuple[str, ...]:
    """Return the public names of a service as they follow from the resource, without wildcards and unknown ones."""
    resource = service.resource
    if isinstance(resource, StorageAccount) and known(resource.dns_endpoint_type).lower() != "standard":
        raise MissingEvidence(f"the names of {resource.name} lie in zones of Azure's choice", (str(resource.id),))
    guid = known(resource.guid) if isinstance(resource, Workspace) else ""
    region = known(resource.location).lower().replace(" ", "")
    members = members_of(Named(resource.id, region, graph.settings.cloud, guid), (service.group,)) or ()
    return tuple(fqdn for member in members for fqdn in member.fqdns if not fqdn.startswith("*"))


def refusal(service: Service, graph: Graph) -> tuple[Expect, str]:
    """Return what the public endpoint of a service does to somebody who is nobody, and why."""
    try:
        return _refusal(service, graph)
    except MissingEvidence as missing:
        return Expect.UNKNOWN, missing.why


def _refusal(service: Service, graph: Graph) -> tuple[Expect, str]:
    resource = service.resource
    if isinstance(resource, Workspace):
        return _of_workspace(resource)
    if not is_reachable(resource, graph):
        return Expect.REFUSED, "its public endpoint lets in nobody"
    opened = is_open(known(resource.public_network_access)) and firewall_counts(resource, graph)
    if opened and lets_everyone_in(known(resource.firewall)):
        return Expect.ANSWERS, "its public endpoint lets in everybody"
    return Expect.UNKNOWN, "its public endpoint lets in some addresses: whether yours is among them is not known"


def _of_workspace(workspace: Workspace) -> tuple[Expect, str]:
    if known(workspace.public_network_access) is Toggle.DISABLED:
        return Expect.REFUSED, "its public network access is disabled"
    if known(workspace.ip_allow_list):
        return Expect.UNKNOWN, "it lets in some addresses: whether yours is among them is not known"
    return Expect.ANSWERS, "its public network access is enabled"
