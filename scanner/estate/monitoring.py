"""Application Insights and Log Analytics behind private link scopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.estate.keyed import Keyed
from scanner.evidence import Seen, Unknown, known, readable, seeing
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.monitoring import LogMembership, LogWorkspace
from scanner.model.services import ApplicationInsights, ScopedResource, ScopeMembership


@seeing
def scopes_of(component: ApplicationInsights | LogWorkspace, graph: Graph) -> Iterator[ArmId]:
    """Return the private link scopes that hold a component: those that it names, or, naming none, those that name it.

    Azure lists all linked ones there (learn.microsoft.com/dotnet/api/azure.resourcemanager.applicationinsights,
    PrivateLinkScopedResources, read-only).
    """
    named: Sequence[ScopeMembership | LogMembership] = known(component.memberships, component.name)
    yield from readable(named, lambda each: known(each.resource).parent)
    if any(not isinstance(each.resource, Unknown) for each in named):
        return
    scoped = Seen(tuple(graph.once(_by_linked).of(component.id)), graph.all(ScopedResource, about=component.id).missing)
    yield from readable(scoped, lambda each: each.id.parent if known(each.linked) == component.id else None)


def _by_linked(graph: Graph) -> Keyed[ArmId | None, ScopedResource]:
    return Keyed(graph.seen(ScopedResource), lambda each: [known(each.linked)])
