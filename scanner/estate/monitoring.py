"""Application Insights behind a private link scope."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import known, readable, seeing
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.services import ApplicationInsights, ScopedResource


@seeing
def scopes_of(component: ApplicationInsights, graph: Graph) -> Iterator[ArmId]:
    """Return the private link scopes that hold a component: those that it names itself, then those that name it."""
    yield from readable(known(component.memberships), lambda each: known(each.resource).parent)
    scoped = graph.all(ScopedResource, about=component.id)
    yield from readable(scoped, lambda each: each.id.parent if known(each.linked) == component.id else None)
