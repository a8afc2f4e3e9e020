"""Changes of what takes in and gives out telemetry, and of perimeters around services."""

from __future__ import annotations

from scanner.domain.public_access import is_open
from scanner.engine.change import Change, Changes, Set, Stage
from scanner.estate.public_endpoints import associations_of
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.monitoring import LogWorkspace
from scanner.model.perimeter import AccessMode
from scanner.model.services import ApplicationInsights, PerimeterMember


def closes_telemetry(component: ApplicationInsights | LogWorkspace, _: Graph) -> Changes:
    """Offer to close ingestion and queries, as far as they are open."""
    switches = {"ForIngestion": component.ingestion, "ForQuery": component.query}
    edits = tuple(
        Set(component.id, f"properties.publicNetworkAccess{name}", "Disabled")
        for name, access in switches.items()
        if is_open(known(access))
    )
    if edits:
        yield Change(f"close the public endpoints of {component.name}", component.id, edits, Stage.CLOSE)


def enforces_perimeters(service: PerimeterMember, graph: Graph) -> Changes:
    """Offer to enforce the perimeters that a service is a member of."""
    for each in associations_of(service, graph).found:
        if known(each.mode, each.name) is not AccessMode.ENFORCED:
            edit = Set(each.id, "properties.accessMode", "Enforced")
            yield Change(f"enforce the perimeter around {service.name}", each.id, (edit,), Stage.CLOSE)
