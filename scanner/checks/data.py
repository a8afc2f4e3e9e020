"""Checks of the rules about training data, and what they judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from scanner.checks.paths import to_services
from scanner.checks.public_access import public_access
from scanner.checks.selectors import beyond_the_article, customer_vnet_workspaces, parts, where
from scanner.checks.services import endpoint_in_reach
from scanner.domain.data_sources import port_of
from scanner.domain.public_access import is_open
from scanner.engine import Doubt, Notes, Selector
from scanner.estate.data import (
    DataSource,
    DataTarget,
    Use,
    data_sources,
    groups_of,
    is_own,
    unjudged_in,
    use_of,
    uses_of,
)
from scanner.estate.paths import Service
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_data
from scanner.evidence import MissingEvidence, Seen, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore
from scanner.model.data_services import DataService

DataSubject: TypeAlias = DataTarget | DataSource
"""A service that data lies in, or a datastore or connection that leads to none that is judged."""


def _subjects(applies: Callable[[Solution, DataTarget], bool]) -> Callable[[Solution], Seen[DataSubject]]:
    """Make what finds a workspace's subjects: services that a rule applies to, and sources that name none."""

    def subject(source: DataSource, solution: Solution) -> DataSubject | None:
        try:
            use = use_of(source, solution.graph)
        except MissingEvidence:
            return source
        if isinstance(use, MissingEvidence):
            return source
        return use.service if applies(solution, use.service) else None

    return lambda solution: data_sources(solution).map(lambda source: subject(source, solution))


def _is_anothers(solution: Solution, service: DataTarget) -> bool:
    return not is_own(solution, service)


def _needs_endpoints(solution: Solution, service: DataTarget) -> bool:
    return groups_of(solution, service).exists()


_reached = _subjects(_needs_endpoints)

data_services: Selector[DataSubject] = beyond_the_article(parts(_subjects(_is_anothers)))
data_services_with_endpoints: Selector[DataSubject] = beyond_the_article(parts(_reached))
workspaces_with_data = beyond_the_article(
    where(customer_vnet_workspaces, lambda solution, _: _reached(solution).exists())
)


def _of_services(check: Callable[[DataTarget, Graph], Notes]) -> Callable[[DataSubject, Graph], Notes]:
    """Make a check of services one that tells of a source why it is not judged."""

    def either(subject: DataSubject, graph: Graph) -> Notes:
        if isinstance(subject, Datastore | Connection):
            found = use_of(subject, graph)
            raise_any(found if isinstance(found, MissingEvidence) else None)
        else:
            yield from check(subject, graph)

    return either


def _public_access(service: DataTarget, graph: Graph) -> Notes:
    if isinstance(service, DataService) and service.RULES and is_open(known(service.public_network_access)):
        yield Doubt(f"public network access is enabled, and {service.RULES} are not read", (service.id,))
    else:
        yield from public_access(service, graph)


def _endpoints(service: DataTarget, graph: Graph) -> Notes:
    yield from flat(users_of_data(service, graph), lambda user: _endpoints_for(user, service))


def _endpoints_for(user: Solution, service: DataTarget) -> Notes:
    yield from flat(groups_of(user, service), lambda group: endpoint_in_reach(user, service, group))


data_public_access = _of_services(_public_access)
data_endpoints = _of_services(_endpoints)


def data_paths(solution: Solution, graph: Graph) -> Notes:
    """Judge the paths from where a workspace's computes run, or from beside its endpoints, to its data."""
    subnets = _computes_of(solution)
    for unjudged in unjudged_in(solution):
        yield Doubt(unjudged.why, tuple(map(ArmId, unjudged.involves)), unjudged.gap)
    if subnets.found:
        yield from to_services(_services_of(solution), solution, subnets.found, graph)
    raise_any(subnets.missing)


def _computes_of(solution: Solution) -> Seen[ArmId]:
    computes = solution.compute_subnets()
    if not computes.found and computes.missing is None:
        computes = solution.links(solution.network_workspace).map(lambda link: link.subnet)
    return Seen(tuple(sorted(set(computes.found))), computes.missing)


def _services_of(solution: Solution) -> Seen[Service]:
    services = uses_of(solution).map(_service_of).each_once()
    return services.flat(
        lambda service: groups_of(solution, service).map(lambda group: Service(service, group, port_of(group)))
    )


def _service_of(use: Use) -> DataTarget:
    return use.service
