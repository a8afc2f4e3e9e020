"""What somebody who stands in no network of an estate should find: public names, and whether they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import structs

from scanner.checks.instance_names import hosts_of_instance
from scanner.domain.public_names import online_endpoint_host
from scanner.estate.links import WORKSPACE_GROUP
from scanner.estate.paths import Service
from scanner.estate.solution import Solution
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, Seen, known
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import Compute, ComputeType, OnlineEndpoint
from scanner.model.services import StorageAccount
from scanner.probe.expected.prediction import Prediction, target_of
from scanner.probe.expected.services import every_service, online_endpoints, public_names, refusal
from scanner.probe.shapes import Expect, Target

_HTTPS = 443

Noted = Callable[[MissingEvidence | None], None]
"""Called with why there may be more names."""


def from_outside(solution: Solution, note: Noted) -> Iterator[Prediction]:
    """Yield what should be found of the services of a solution, of its online endpoints and its compute instances."""
    for find in (_services, _online_endpoints, _instances):
        found = find(solution)
        note(found.missing)
        yield from map(Prediction, found.found)


def _services(solution: Solution) -> Seen[Target]:
    return Seen((solution,)).flat(every_service).flat(lambda service: _of_service(service, solution))


def _of_service(service: Service, solution: Solution) -> Seen[Target]:
    return _names_of(service, solution).map(lambda name: _asked(name, service, solution))


def _names_of(service: Service, solution: Solution) -> Seen[str]:
    """Return the public names of a service: those that its endpoints show, else those that follow from it."""
    read = solution.approved(service.resource, service.group).map(lambda link: link.endpoint)
    shown = read.flat(lambda each: Seen(names_of(each, solution.graph))).map(lambda name: name.fqdn)
    found = tuple(dict.fromkeys(fqdn for fqdn in shown.found if not fqdn.startswith("*")))
    return Seen(found or public_names(service, solution.graph))


def _asked(name: str, service: Service, solution: Solution) -> Target:
    """Return what is asked; files over HTTPS, where the service tells of its firewall: SMB's port is open to all.

    Source: learn.microsoft.com/azure/storage/files/storage-files-networking-endpoints (2024-05-10): a public endpoint
    lies on the account, and its network rules hold for shares as for blobs. That SMB connects before they are looked at
    is what users see.
    """
    target = target_of(name, service, *refusal(service, solution.graph))
    return structs.replace(target, port=_HTTPS) if isinstance(service.resource, StorageAccount) else target


def _online_endpoints(solution: Solution) -> Seen[Target]:
    """Return the managed online endpoints: each has a switch of its own, whatever that of its workspace says.

    Source: learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint, "Secure inbound scoring
    requests", from memory.
    """
    return online_endpoints(solution).map(lambda each: _of_endpoint(each, solution))


def _of_endpoint(endpoint: OnlineEndpoint, solution: Solution) -> Target:
    region = known(solution.network_workspace.location, solution.name).lower().replace(" ", "")
    host = online_endpoint_host(endpoint.name, region, solution.graph.settings.cloud)
    return Target(host, _HTTPS, str(endpoint.id), WORKSPACE_GROUP, *_switched(endpoint))


def _switched(endpoint: OnlineEndpoint) -> tuple[Expect, tuple[str, ...], str, str]:
    try:
        closed = known(endpoint.public_network_access, endpoint.name) is Toggle.DISABLED
    except MissingEvidence as missing:
        return Expect.UNKNOWN, (), "", missing.why
    says = f"its public network access is {'disabled' if closed else 'enabled'}"
    return Expect.REFUSED if closed else Expect.ANSWERS, (), "", says


def _instances(solution: Solution) -> Seen[Target]:
    """Return the compute instances, which are reached through their workspace and let in whom that lets in."""
    service = Service(solution.network_workspace, WORKSPACE_GROUP, _HTTPS)
    hosts = solution.computes().where(_is_instance).flat(lambda each: _hosts(each, solution))
    return hosts.map(lambda host: target_of(host, service, *refusal(service, solution.graph)))


def _hosts(instance: Compute, solution: Solution) -> Seen[str]:
    return Seen(hosts_of_instance(instance, solution, solution.graph))


def _is_instance(compute: Compute) -> bool:
    return known(compute.compute_type, compute.name) is ComputeType.COMPUTE_INSTANCE
