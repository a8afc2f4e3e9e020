"""Checks of who else holds a private endpoint of a service."""

from __future__ import annotations

from typing import TypeAlias

from scanner.checks.selectors import beyond_the_article, parts
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.belonging import is_own
from scanner.estate.data import data_of
from scanner.estate.hosted import is_called_as_a_rule
from scanner.estate.monitoring import scopes_of
from scanner.estate.solution import Solution, solutions
from scanner.estate.users import Users, users_of_data, users_of_target
from scanner.evidence import Seen, exists, flat, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus, EndpointConnection
from scanner.model.machine_learning import Workspace
from scanner.model.monitoring import LogWorkspace, PrivateLinkScope
from scanner.model.services import ApplicationInsights, PrivateLinkTarget

Service: TypeAlias = Workspace | PrivateLinkTarget | PrivateLinkScope


def foreign_connections(service: Service, graph: Graph) -> Notes:
    """Yield a problem for each approved connection of an endpoint outside of what the service's solutions own."""
    yield from flat(known(service.connections), lambda each: _foreign(each, service, graph))


def _foreign(connection: EndpointConnection, service: Service, graph: Graph) -> Notes:
    if known(connection.status) is not ConnectionStatus.APPROVED:
        return
    endpoint = known(connection.endpoint)
    if endpoint is None:
        yield Doubt("an approved connection does not say of which endpoint it is", (service.id,))
        return
    whose = f"{endpoint.name} lies in subscription {endpoint.subscription}"
    if endpoint.subscription in graph.settings.trusted_subscriptions:
        yield Note(f"{whose}, which is in trusted_subscriptions", (endpoint,))
    elif exists(_users_of(service, graph), lambda solution: solution.is_hosted(service.id, endpoint)):
        yield _in_managed_network(whose, endpoint, service, graph)
    elif not exists(_users_of(service, graph), lambda solution: is_own(endpoint.subscription, solution)):
        yield Problem(f"approved: {whose}, which is not the solution's", (endpoint,))


def _in_managed_network(whose: str, endpoint: ArmId, service: Service, graph: Graph) -> Note | Doubt:
    """Believe that Microsoft hosts an endpoint where it is called as a rule of a managed network that leads there."""
    if is_called_as_a_rule(endpoint, service.id, graph):
        return Note(f"{whose}: taken for one of the managed network, which Microsoft hosts", (endpoint,))
    return Doubt(
        f"{whose}: whether the managed network has it or somebody else; no outbound rule is called so", (endpoint,)
    )


def _users_of(service: Service, graph: Graph) -> Seen[Solution]:
    """Return the judged solutions that a service belongs to, or whose data or telemetry goes to it."""
    if isinstance(service, PrivateLinkScope):
        return graph.once(_users_by_scope).of(service.id)
    return users_of_target(service, graph) | users_of_data(service, graph)


def _users_by_scope(graph: Graph) -> Users:
    return Users(solutions(graph), lambda solution: _scopes_of(solution).map(lambda scope: scope.id))


def _services_of(solution: Solution) -> Seen[Service]:
    """Return what private endpoints of a solution lead to, its data and its telemetry included."""
    found: list[Service] = []
    missing = None
    for part in (solution.targets(), data_of(solution), _scopes_of(solution)):
        found += part.found
        missing = missing or part.missing
    return Seen(tuple(dict.fromkeys(found)), missing)


def _scopes_of(solution: Solution) -> Seen[PrivateLinkScope]:
    """Return the private link scopes that a solution's telemetry goes through."""
    graph = solution.graph
    insights = Seen((solution,)).map(lambda each: each.application_insights)
    logs = Seen((solution,)).map(lambda each: each.log_workspace)
    scopes = insights.flat(lambda each: _holding(each, graph)) | logs.flat(lambda each: _holding(each, graph))
    return scopes.map(lambda scope: graph.get(PrivateLinkScope, scope))


def _holding(component: ApplicationInsights | LogWorkspace, graph: Graph) -> Seen[ArmId]:
    """Return the scopes of a component: it names them all itself, so that those that were not listed do not count."""
    known(component.memberships, component.name)
    return Seen(scopes_of(component, graph).found)


services: Selector[Service] = beyond_the_article(parts(_services_of))
