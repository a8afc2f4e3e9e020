"""Whose the private endpoints are that nobody but Microsoft can read: a managed network's, or somebody else's."""

from __future__ import annotations

from scanner.domain.outbound_rules import endpoint_target, leads_to
from scanner.estate.keyed import Keyed
from scanner.evidence import exists
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import OutboundRule, plain_name


def is_called_as_a_rule(endpoint: ArmId, service: ArmId, graph: Graph) -> bool:
    """Tell whether an endpoint is called as an outbound rule of a managed network that leads to a service.

    Azure names both alike, as an endpoint's id in somebody's notes shows (github.com, "RBAC Scope Fix for Storage
    Access", 2025: `__SYS_PE_<account>_blob_64f9f871`, in a subscription of Microsoft's). No page says that it always
    does.
    """
    called = plain_name(endpoint.name)
    leading = graph.once(_endpoint_rules).of((called, service))
    return exists(leading, lambda each: plain_name(each.name) == called and leads_to(each, service))


def _endpoint_rules(graph: Graph) -> Keyed[tuple[str, ArmId | None], OutboundRule]:
    """Index the outbound rules by their plain names and what they are private endpoints for."""
    return Keyed(graph.seen(OutboundRule), lambda each: [(plain_name(each.name), endpoint_target(each))])
