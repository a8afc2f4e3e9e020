"""Checks of who else holds a private endpoint of a service."""

from __future__ import annotations

from typing import TypeAlias

from scanner.checks.selectors import beyond_the_article, parts
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.belonging import is_own
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_target
from scanner.evidence import exists, flat, known
from scanner.graph import Graph
from scanner.model.exposure import ConnectionStatus, EndpointConnection
from scanner.model.machine_learning import Workspace
from scanner.model.services import PrivateLinkTarget

Service: TypeAlias = Workspace | PrivateLinkTarget

services: Selector[Service] = beyond_the_article(parts(Solution.targets))


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
    elif exists(users_of_target(service, graph), lambda solution: solution.is_hosted(service.id, endpoint)):
        yield Note(f"{whose}: taken for one of the managed network, which Microsoft hosts", (endpoint,))
    elif not exists(users_of_target(service, graph), lambda solution: is_own(endpoint.subscription, solution)):
        yield Problem(f"approved: {whose}, which is not the solution's", (endpoint,))
