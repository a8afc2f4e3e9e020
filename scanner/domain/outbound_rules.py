"""What an outbound rule of a managed network opens, and whether it is in force."""

from __future__ import annotations

from scanner.evidence import known
from scanner.model.arm import ArmId
from scanner.model.machine_learning import ManagedRule, OutboundRule, RuleStatus, RuleType


def state_of(outbound: OutboundRule) -> RuleStatus:
    """Return how far Azure is with the rule."""
    return known(_rule_of(outbound).status, _called(outbound))


def is_active(outbound: OutboundRule) -> bool:
    """Tell whether the rule is in force; in every other state it opens nothing."""
    return state_of(outbound) is RuleStatus.ACTIVE


def is_endpoint_for(outbound: OutboundRule, service: ArmId, group: str) -> bool:
    """Tell whether the rule is a private endpoint for a sub-resource of a service, in whatever state."""
    if not leads_to(outbound, service):
        return False
    destination = known(_rule_of(outbound).destination, _called(outbound))
    return known(destination.subresource, _called(outbound)).lower() == group


def leads_to(outbound: OutboundRule, service: ArmId) -> bool:
    """Tell whether the rule is a private endpoint for a service, in whatever state."""
    return endpoint_target(outbound) == service


def endpoint_target(outbound: OutboundRule) -> ArmId | None:
    """Return the resource that the rule is a private endpoint for, in whatever state; None for other kinds of rules."""
    rule = _rule_of(outbound)
    if known(rule.rule_type, _called(outbound)) is not RuleType.PRIVATE_ENDPOINT:
        return None
    destination = known(rule.destination, _called(outbound))
    return known(destination.resource, _called(outbound))


def _rule_of(outbound: OutboundRule) -> ManagedRule:
    return known(outbound.rule, _called(outbound))


def _called(outbound: OutboundRule) -> str:
    return f"outbound rule {outbound.name}"
