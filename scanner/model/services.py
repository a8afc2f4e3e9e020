"""What a workspace stands on: storage, key vault, container registry, Application Insights."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.data_services import DATA_SERVICES, DataService
from scanner.model.exposure import EndpointConnection, Firewall, PublicNetworkAccess
from scanner.model.fields import arm_id, at, boolean, many, one_of, part
from scanner.model.monitoring import LogWorkspace
from scanner.model.resource import Resource, model


class RoleMode(StrEnum):
    """Which roles a registry honours for its images: on all of them, or on single repositories."""

    LEGACY = "LegacyRegistryPermissions"
    ABAC = "AbacRepositoryPermissions"


class Bypass(StrEnum):
    """Whether trusted Azure services pass a registry's firewall."""

    AZURE_SERVICES = "AzureServices"
    NONE = "None"


class RegistrySku(StrEnum):
    """What a registry can do; private endpoints need Premium (facts §11)."""

    CLASSIC = "Classic"
    BASIC = "Basic"
    STANDARD = "Standard"
    PREMIUM = "Premium"


class DnsEndpointType(StrEnum):
    """Whether a storage account's names lie in the service's one zone, or in a numbered one (facts §5.1)."""

    STANDARD = "Standard"
    NUMBERED = "AzureDnsZone"


@model
class StorageAccount(Resource):
    """A storage account."""

    TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts"

    public_network_access: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccess", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    firewall: Maybe[Firewall | None] = at("properties.networkAcls", part(Firewall), absent=None)
    # AzureDnsZone accounts have their names in numbered zones (facts §5.1).
    dns_endpoint_type: Maybe[DnsEndpointType] = at(
        "properties.dnsEndpointType", one_of(DnsEndpointType), absent=DnsEndpointType.STANDARD
    )
    # Absent meant true for accounts made before 2023-11 and false since (facts §11): only an explicit false is safe.
    allow_blob_public_access: Maybe[bool | None] = at("properties.allowBlobPublicAccess", boolean, absent=None)
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )


@model
class KeyVault(Resource):
    """A key vault."""

    TYPE: ClassVar[str] = "Microsoft.KeyVault/vaults"

    public_network_access: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccess", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    firewall: Maybe[Firewall | None] = at("properties.networkAcls", part(Firewall), absent=None)
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )


@model
class Registry(Resource):
    """A container registry."""

    TYPE: ClassVar[str] = "Microsoft.ContainerRegistry/registries"

    sku: Maybe[RegistrySku] = at("sku.name", one_of(RegistrySku))
    public_network_access: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccess", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    firewall: Maybe[Firewall | None] = at("properties.networkRuleSet", part(Firewall), absent=None)
    bypass: Maybe[Bypass] = at("properties.networkRuleBypassOptions", one_of(Bypass), absent=Bypass.AZURE_SERVICES)
    # False unless it is set, since tasks no longer pass by themselves (facts §10).
    tasks_bypass: Maybe[bool] = at("properties.networkRuleBypassAllowedForTasks", boolean, absent=False)
    admin_user: Maybe[bool] = at("properties.adminUserEnabled", boolean, absent=False)
    anonymous_pull: Maybe[bool] = at("properties.anonymousPullEnabled", boolean, absent=False)
    role_mode: Maybe[RoleMode] = at("properties.roleAssignmentMode", one_of(RoleMode), absent=RoleMode.LEGACY)
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )


@model
class Replication(Resource):
    """A registry's replica in a region."""

    TYPE: ClassVar[str] = "Microsoft.ContainerRegistry/registries/replications"


@model
class ScopeMembership:
    """An Azure Monitor private link scope's entry for a component, as the component lists it."""

    resource: Maybe[ArmId] = at("ResourceId", arm_id)


@model
class ApplicationInsights(Resource):
    """An Application Insights component."""

    TYPE: ClassVar[str] = "Microsoft.Insights/components"

    ingestion: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccessForIngestion",
        one_of(PublicNetworkAccess),
        absent=PublicNetworkAccess.ENABLED,
    )
    query: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccessForQuery", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    # Where its data lies; a classic component keeps its own.
    workspace: Maybe[ArmId | None] = at("properties.WorkspaceResourceId", arm_id, absent=None)
    memberships: Maybe[tuple[ScopeMembership, ...]] = at(
        "properties.PrivateLinkScopedResources", many(part(ScopeMembership)), absent=()
    )


@model
class ScopedResource(Resource):
    """A resource that belongs to a private link scope."""

    TYPE: ClassVar[str] = "Microsoft.Insights/privateLinkScopes/scopedResources"

    linked: Maybe[ArmId] = at("properties.linkedResourceId", arm_id)


DATA_TYPES = DATA_SERVICES.keys() | {StorageAccount.TYPE.lower()}
"""The types (lower case) that datastores and connections lead to."""

PrivateLinkTarget = StorageAccount | KeyVault | Registry | DataService
"""What a workspace depends on, or reads its data from, and reaches through a private endpoint."""

PerimeterMember = PrivateLinkTarget | LogWorkspace
"""What may lie in a network security perimeter; of Application Insights, the workspace that keeps its data does."""
