"""Checks of the rules about training data, and what they judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from scanner.checks.forwarded import forwarded_to_endpoints
from scanner.checks.paths import to_services
from scanner.checks.public_access import public_access
from scanner.checks.selectors import (
    beyond_the_article,
    customer_vnet_workspaces,
    parts,
    storage_accounts,
    where,
    workspaces,
)
from scanner.checks.services import endpoint_in_reach
from scanner.domain.data_sources import Lead, kind_of, lead_of, port_of
from scanner.domain.public_access import is_open
from scanner.engine import Doubt, Notes, Selector, Undecided
from scanner.estate.data import (
    DataSource,
    DataTarget,
    Use,
    data_of,
    data_sources,
    groups_of,
    leads_home,
    needs_more,
    use_of,
    uses_of,
)
from scanner.estate.paths import Service, Start
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_data
from scanner.evidence import MissingEvidence, Seen, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore
from scanner.model.data_services import DataService
from scanner.model.network import Subnet
from scanner.model.services import StorageAccount

DataSubject: TypeAlias = DataTarget | DataSource
"""A service that data lies in, or a datastore or connection that leads to none that is judged."""


_Found: TypeAlias = DataSubject | Undecided[DataSubject]
_Applies: TypeAlias = Callable[[Lead, Solution], bool]


def _subjects(applies: _Applies) -> Selector[DataSubject]:
    """Select the services of judged workspaces' data that a rule applies to, each once, and sources of other kinds."""

    def find(graph: Graph) -> Iterator[_Found]:
        for solution in workspaces(graph):
            yield from [Undecided(None, solution.missing)] if isinstance(solution, Undecided) else of(solution)

    def of(solution: Solution) -> Iterator[_Found]:
        sources = Seen((solution,)).flat(data_sources)
        yield from _leading(sources.found, solution, applies)
        if sources.missing is not None:
            yield Undecided(None, sources.missing)

    def found(graph: Graph) -> tuple[_Found, ...]:
        return tuple(dict.fromkeys(find(graph)))

    return beyond_the_article(lambda graph: graph.once(found))


def _leading(sources: Iterable[DataSource], solution: Solution, applies: _Applies) -> Iterator[_Found]:
    """Yield what sources lead to; of each that leads to something that was not read, why, for that is no subject."""
    for source in sources:
        try:
            lead = lead_of(source)
            if lead is None or applies(lead, solution):
                yield _subject(source, solution.graph)
        except MissingEvidence as missing:
            yield Undecided(None, missing)


def _subject(source: DataSource, graph: Graph) -> _Found:
    found = use_of(source, graph)
    if found is None:
        return source
    return Undecided(None, found) if isinstance(found, MissingEvidence) else found.service


def _leads_away(lead: Lead, solution: Solution) -> bool:
    return not leads_home(lead, solution)


def _has_data(solution: Solution, _: Graph) -> bool:
    def matters(source: DataSource) -> bool:
        lead = lead_of(source)
        return lead is None or needs_more(lead, solution)

    return data_sources(solution).exists(matters)


def _accounts_of(solution: Solution) -> Seen[StorageAccount]:
    """Return the storage accounts that a workspace's data lies in."""
    return data_of(solution, StorageAccount).map(lambda each: each if isinstance(each, StorageAccount) else None)


_data_accounts: Selector[StorageAccount] = beyond_the_article(parts(_accounts_of))


def every_storage_account(graph: Graph) -> Iterator[StorageAccount | Undecided[StorageAccount]]:
    """Select the accounts that workspaces were made with, and those that training data lies in."""
    yield from dict.fromkeys((*storage_accounts(graph), *_data_accounts(graph)))


data_services = _subjects(_leads_away)
data_services_with_endpoints = _subjects(needs_more)
workspaces_with_data = beyond_the_article(where(customer_vnet_workspaces, _has_data))


def _of_services(check: Callable[[DataTarget, Graph], Notes]) -> Callable[[DataSubject, Graph], Notes]:
    """Make a check of services one that says of other kinds that they are not judged."""

    def either(subject: DataSubject, graph: Graph) -> Notes:
        if isinstance(subject, Datastore | Connection):
            yield _not_judged(subject)
        else:
            yield from check(subject, graph)

    return either


def _not_judged(source: DataSource) -> Doubt:
    why = f"{source.name} is a {kind_of(source)}, which is not judged: what it leads to was not looked at"
    return Doubt(why, (source.id,))


def _public_access(service: DataTarget, graph: Graph) -> Notes:
    if isinstance(service, DataService) and service.RULES and is_open(known(service.public_network_access)):
        yield Doubt(f"public network access is enabled, and {service.RULES} are not read", (service.id,))
        yield from forwarded_to_endpoints(service, graph)
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
    for each in _leading(data_sources(solution).found, solution, needs_more):
        match each:
            case Undecided(missing=missing):
                yield Doubt(missing.why, tuple(map(ArmId, missing.involves)), missing.gap)
            case Datastore() | Connection():
                yield _not_judged(each)
    subnets = _computes_of(solution)
    if subnets.found:
        starts = [Start(graph.get(Subnet, subnet)) for subnet in subnets.found]
        yield from to_services(_services_of(solution), solution, starts)
    raise_any(subnets.missing)


def _computes_of(solution: Solution) -> Seen[ArmId]:
    computes = solution.compute_subnets()
    if not computes.found and computes.missing is None:
        computes = solution.links(solution.network_workspace).map(lambda link: link.subnet)
    return Seen(tuple(sorted(set(computes.found))), computes.missing)


def _services_of(solution: Solution) -> Seen[Service]:
    services: Seen[DataTarget] = uses_of(solution).map(_service_of)
    return services.each_once().flat(lambda service: _parts_of(service, solution))


def _service_of(use: Use) -> DataTarget:
    return use.service


def _parts_of(service: DataTarget, solution: Solution) -> Seen[Service]:
    return groups_of(solution, service).map(lambda group: Service(service, group, port_of(group)))
