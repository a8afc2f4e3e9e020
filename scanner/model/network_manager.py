"""Virtual Network Manager: managers, and what each has put in force on virtual networks, as Resource Graph shows it.

What is in force is in Resource Graph alone, in its table networkresources: ARM tells it only to a POST. Types:
https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources#networkresources (2025)
and https://learn.microsoft.com/azure/virtual-network-manager/query-azure-resource-graph (2023-11-02); that page's
queries show the fields of the rows by which virtual networks, regions and snapshots are joined, in either case of the
first letter. A snapshot has the properties of what it was taken of [D]: AdminRule, AdminRuleCollection and
ConnectivityConfiguration in azure-mgmt-network 33.1 (2026-03).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import Malformed, arm_id, at, integer, many, mapping, network, one_of, part, text
from scanner.model.network_security import AddressTerm, Direction, PortRange, Protocol, ServiceTag, ports
from scanner.model.resource import ProvisioningState, Resource, model

_MANAGERS = "Microsoft.Network/networkManagers"
_COLLECTIONS = f"{_MANAGERS}/securityAdminConfigurations/ruleCollections"


class AdminAccess(StrEnum):
    """What a security admin rule does with what it matches (SecurityConfigurationRuleAccess)."""

    ALLOW = "Allow"
    DENY = "Deny"
    ALWAYS_ALLOW = "AlwaysAllow"


class AdminProtocol(StrEnum):
    """What a security admin rule calls protocols (SecurityConfigurationRuleProtocol)."""

    TCP = "Tcp"
    UDP = "Udp"
    ICMP = "Icmp"
    ESP = "Esp"
    AH = "Ah"
    ANY = "Any"


class PrefixKind(StrEnum):
    """What a source or destination of a security admin rule is (AddressPrefixType)."""

    PREFIX = "IPPrefix"
    TAG = "ServiceTag"
    GROUP = "NetworkGroup"


class Topology(StrEnum):
    """How a connectivity configuration joins networks."""

    MESH = "Mesh"
    HUB_AND_SPOKE = "HubAndSpoke"


class GroupConnectivity(StrEnum):
    """Whether the spokes of a network group are joined with each other too."""

    NONE = "None"
    DIRECT = "DirectlyConnected"


class YesNo(StrEnum):
    """A yes or no that ARM writes as text (IsGlobal)."""

    YES = "True"
    NO = "False"


@model
class NetworkManager(Resource):
    """A network manager, and what it may manage: subscriptions, and all below management groups."""

    TYPE: ClassVar[str] = _MANAGERS

    subscriptions: Maybe[tuple[str, ...]] = at("properties.networkManagerScopes.subscriptions", many(text), absent=())
    management_groups: Maybe[tuple[str, ...]] = at(
        "properties.networkManagerScopes.managementGroups", many(text), absent=()
    )
    # What it may configure: SecurityAdmin, Connectivity, and of late more. Absent, nothing is known to be left out.
    features: Maybe[tuple[str, ...]] = at("properties.networkManagerScopeAccesses", many(text), absent=())


def _group(value: object) -> ArmId:
    """Read what names a network group: {"networkGroupId": …}."""
    return arm_id(mapping(value).get("networkGroupId"))


def _snapshot(value: object) -> ArmId:
    """Read what names a snapshot: {"id": …}, or the id itself: no page shows both lists of the rows in full."""
    return arm_id(value if isinstance(value, str) else mapping(value).get("id"))


@model
class GroupMembership(Resource):
    """The network groups that a virtual network is in; it lies on the network."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkGroupMemberships"

    groups: Maybe[tuple[ArmId, ...]] = at("properties.groupMemberships", many(_group), absent=())


@model
class EffectiveAdminRules(Resource):
    """The security admin configurations in force on a virtual network, as snapshots; it lies on the network."""

    TYPE: ClassVar[str] = "Microsoft.Network/effectiveSecurityAdminRules"

    configurations: Maybe[tuple[ArmId, ...]] = at(
        "properties.effectiveSecurityAdminConfigurations", many(_snapshot), absent=()
    )
    state: Maybe[ProvisioningState] = at(
        "properties.provisioningState", one_of(ProvisioningState), absent=ProvisioningState.SUCCEEDED
    )


@model
class RegionalRules(Resource):
    """What a manager deployed in a region: the snapshots of collections and rules that are in force there."""

    TYPE: ClassVar[str] = f"{_MANAGERS}/securityAdminRegionalGoalStates"

    committed: Maybe[str] = at("properties.commitTimestamp", text, absent="")
    collections: Maybe[tuple[ArmId, ...]] = at("properties.securityAdminRuleCollections", many(_snapshot))
    rules: Maybe[tuple[ArmId, ...]] = at("properties.securityAdminRules", many(_snapshot))


@model
class AdminCollection(Resource):
    """A snapshot of a rule collection: the network groups that its rules are for."""

    TYPE: ClassVar[str] = f"{_COLLECTIONS}/snapshots"

    groups: Maybe[tuple[ArmId, ...]] = at("properties.appliesToGroups", many(_group))


def _term(value: object) -> AddressTerm | ArmId:
    """Read a source or destination: a prefix, a service tag, `*`, or a network group's id."""
    item = mapping(value)
    found, kind = text(item.get("addressPrefix")).strip(), one_of(PrefixKind)(item.get("addressPrefixType", "IPPrefix"))
    if kind is PrefixKind.GROUP:
        return arm_id(found)
    if not found:
        raise Malformed("an empty address prefix")
    return ServiceTag(found) if kind is PrefixKind.TAG or found == "*" else network(found)


def _protocol(value: object) -> Protocol:
    named = one_of(AdminProtocol)(value)
    return Protocol.ANY if named is AdminProtocol.ANY else Protocol(named.value)


@model
class AdminRule(Resource):
    """A snapshot of a security admin rule: before every network security group, the first that matches decides."""

    TYPE: ClassVar[str] = f"{_COLLECTIONS}/rules/snapshots"

    priority: Maybe[int] = at("properties.priority", integer)
    direction: Maybe[Direction] = at("properties.direction", one_of(Direction))
    access: Maybe[AdminAccess] = at("properties.access", one_of(AdminAccess))
    protocol: Maybe[Protocol] = at("properties.protocol", _protocol)
    # Source and destination, and their ports, are optional: without one, any matches (concept-security-admins, 2023).
    sources: Maybe[tuple[AddressTerm | ArmId, ...]] = at("properties.sources", many(_term), absent=())
    destinations: Maybe[tuple[AddressTerm | ArmId, ...]] = at("properties.destinations", many(_term), absent=())
    source_ports: Maybe[tuple[PortRange, ...]] = at("properties.sourcePortRanges", many(ports), absent=())
    destination_ports: Maybe[tuple[PortRange, ...]] = at("properties.destinationPortRanges", many(ports), absent=())

    @property
    def rule(self) -> ArmId:
        """The rule that the snapshot is of."""
        return taken_of(self.id)


@model
class EffectiveConnectivity(Resource):
    """The connectivity configurations in force on a virtual network, as snapshots; it lies on the network."""

    TYPE: ClassVar[str] = "Microsoft.Network/effectiveConnectivityConfigurations"

    configurations: Maybe[tuple[ArmId, ...]] = at(
        "properties.effectiveConnectivityConfigurations", many(_snapshot), absent=()
    )


@model
class GroupItem:
    """What a connectivity configuration does with a network group."""

    group: Maybe[ArmId] = at("networkGroupId", arm_id)
    connectivity: Maybe[GroupConnectivity] = at(
        "groupConnectivity", one_of(GroupConnectivity), absent=GroupConnectivity.NONE
    )
    is_global: Maybe[YesNo] = at("isGlobal", one_of(YesNo), absent=YesNo.NO)


@model
class Hub:
    """The virtual network in the middle of a hub-and-spoke configuration."""

    vnet: Maybe[ArmId] = at("resourceId", arm_id)


@model
class ConnectivityConfiguration(Resource):
    """A snapshot of a connectivity configuration."""

    TYPE: ClassVar[str] = f"{_MANAGERS}/connectivityConfigurations/snapshots"

    topology: Maybe[Topology] = at("properties.connectivityTopology", one_of(Topology))
    groups: Maybe[tuple[GroupItem, ...]] = at("properties.appliesToGroups", many(part(GroupItem)))
    hubs: Maybe[tuple[Hub, ...]] = at("properties.hubs", many(part(Hub)), absent=())
    is_global: Maybe[YesNo] = at("properties.isGlobal", one_of(YesNo), absent=YesNo.NO)


def taken_of(snapshot: ArmId) -> ArmId:
    """Return what a snapshot was taken of: its id without "/snapshots/3"."""
    return snapshot.parent or snapshot


def manager_of(part_of_it: ArmId) -> ArmId:
    """Return the network manager that a configuration, a rule or a snapshot of them belongs to."""
    found = part_of_it
    while found.parent is not None:
        found = found.parent
    return found


def on_network(kind: type[Resource], vnet: ArmId) -> ArmId:
    """Return the id of the one row of a kind that lies on a virtual network."""
    return ArmId(f"{vnet}/providers/{kind.TYPE}/default")
