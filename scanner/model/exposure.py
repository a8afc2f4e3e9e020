"""What several services share: public network access, IP firewalls, and connections of private endpoints."""

from __future__ import annotations

from enum import StrEnum

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import Network, arm_id, at, many, mapping, network, one_of, part, separated, text
from scanner.model.resource import model


class Toggle(StrEnum):
    """Azure's way of writing a switch."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"


class PublicNetworkAccess(StrEnum):
    """Whether a service answers on its public endpoint."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SECURED_BY_PERIMETER = "SecuredByPerimeter"


class Action(StrEnum):
    """What a firewall does with a request that no rule names."""

    ALLOW = "Allow"
    DENY = "Deny"


class ConnectionStatus(StrEnum):
    """The states of a private endpoint connection, over all resource providers."""

    APPROVED = "Approved"
    PENDING = "Pending"
    REJECTED = "Rejected"
    DISCONNECTED = "Disconnected"
    TIMEOUT = "Timeout"


class FirewallBypass(StrEnum):
    """Who passes a firewall whatever its rules say. Source: Bypass in azure-mgmt-storage 25.3 and -keyvault 14.1."""

    AZURE_SERVICES = "AzureServices"
    LOGGING = "Logging"
    METRICS = "Metrics"
    NONE = "None"


class SubnetRuleState(StrEnum):
    """What became of a rule for a subnet: State in azure-mgmt-storage 25.3."""

    PROVISIONING = "Provisioning"
    DEPROVISIONING = "Deprovisioning"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SUBNET_GONE = "NetworkSourceDeleted"


def _allowed_range(rule: object) -> Network:
    """Read one allowed public address or range: {"value": "203.0.113.0/24"}."""
    return network(mapping(rule).get("value"))


@model
class SubnetRule:
    """One subnet that is let in through its service endpoint."""

    subnet: Maybe[ArmId] = at("id", arm_id)
    # Key vaults have no state.
    state: Maybe[SubnetRuleState | None] = at("state", one_of(SubnetRuleState), absent=None)


@model
class InstanceRule:
    """Instances of an Azure service that a storage account lets in by their identity; `*` may stand for any name."""

    resource: Maybe[str] = at("resourceId", text)
    tenant: Maybe[str | None] = at("tenantId", text, absent=None)


@model
class Firewall:
    """The IP firewall of a service. It counts only while public network access is enabled."""

    default_action: Maybe[Action] = at("defaultAction", one_of(Action), absent=Action.ALLOW)
    ip_rules: Maybe[tuple[Network, ...]] = at("ipRules", many(_allowed_range), absent=())
    ipv6_rules: Maybe[tuple[Network, ...]] = at("ipv6Rules", many(_allowed_range), absent=())
    subnet_rules: Maybe[tuple[SubnetRule, ...]] = at("virtualNetworkRules", many(part(SubnetRule)), absent=())
    # AzureServices is the default of storage accounts and vaults (facts §11); registries have a property of their own.
    bypass: Maybe[tuple[FirewallBypass, ...]] = at(
        "bypass", separated(one_of(FirewallBypass)), absent=(FirewallBypass.AZURE_SERVICES,)
    )
    instance_rules: Maybe[tuple[InstanceRule, ...]] = at("resourceAccessRules", many(part(InstanceRule)), absent=())


@model
class EndpointConnection:
    """A private endpoint as the resource that it leads to sees it."""

    id: Maybe[ArmId | None] = at("id", arm_id, absent=None)
    endpoint: Maybe[ArmId | None] = at("properties.privateEndpoint.id", arm_id, absent=None)
    subnet: Maybe[ArmId | None] = at("properties.privateEndpoint.subnetArmId", arm_id, absent=None)
    status: Maybe[ConnectionStatus] = at(
        "properties.privateLinkServiceConnectionState.status", one_of(ConnectionStatus)
    )
