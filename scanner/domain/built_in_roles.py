"""Built-in roles that code gives by name: their GUIDs and what they permit, of which code says nothing.

Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (2025-06; the GUIDs by which plans
assign Reader, AcrPush and Container Registry Repository Writer read again 2026-11-29). Only roles that bear on a
workspace's images, data and network are here; of any other it is not known what it permits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role: its GUID, its name, and actions as Azure's definition lists them."""

    guid: str
    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


_ACR = "Microsoft.ContainerRegistry/registries"
_REPOSITORIES = f"{_ACR}/repositories"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices"

ROLES = (
    BuiltInRole("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", ("*",)),
    BuiltInRole(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
        ),
    ),
    BuiltInRole("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", ("*/read",)),
    BuiltInRole("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull", (f"{_ACR}/pull/read",)),
    BuiltInRole("8311e382-0749-4cb8-b61a-304f252e45ec", "AcrPush", (f"{_ACR}/pull/read", f"{_ACR}/push/write")),
    BuiltInRole(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        "Container Registry Repository Reader",
        (),
        (),
        (f"{_REPOSITORIES}/metadata/read", f"{_REPOSITORIES}/content/read"),
    ),
    BuiltInRole(
        "2a1e307c-b015-4ebd-883e-5b7698a07328",
        "Container Registry Repository Writer",
        (),
        (),
        (
            f"{_REPOSITORIES}/metadata/read",
            f"{_REPOSITORIES}/content/read",
            f"{_REPOSITORIES}/metadata/write",
            f"{_REPOSITORIES}/content/write",
        ),
    ),
    BuiltInRole(
        "b78c5d69-af96-48a3-bf8d-a8b4d589de94",
        "Azure AI Administrator",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.CognitiveServices/*",
            f"{_ACR}/*",
            "Microsoft.Insights/components/*",
            "Microsoft.KeyVault/*",
            "Microsoft.MachineLearningServices/workspaces/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Storage/storageAccounts/*",
        ),
    ),
    BuiltInRole(
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "Network Contributor",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Network/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    BuiltInRole(
        "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        "Private DNS Zone Contributor",
        (
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Network/privateDnsZones/*",
            "Microsoft.Network/virtualNetworks/read",
            "Microsoft.Network/virtualNetworks/join/action",
            "Microsoft.Authorization/*/read",
        ),
    ),
    BuiltInRole(
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "Storage Blob Data Contributor",
        (
            f"{_BLOBS}/containers/delete",
            f"{_BLOBS}/containers/read",
            f"{_BLOBS}/containers/write",
            f"{_BLOBS}/generateUserDelegationKey/action",
        ),
        (),
        (
            f"{_BLOBS}/containers/blobs/delete",
            f"{_BLOBS}/containers/blobs/read",
            f"{_BLOBS}/containers/blobs/write",
            f"{_BLOBS}/containers/blobs/move/action",
            f"{_BLOBS}/containers/blobs/add/action",
        ),
    ),
    BuiltInRole(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Administrator",
        ("Microsoft.Authorization/*/read", "Microsoft.KeyVault/vaults/*/read"),
        (),
        ("Microsoft.KeyVault/vaults/*",),
    ),
)

_BY_NAME = {role.name.lower(): role for role in ROLES}
_BY_GUID = {role.guid: role for role in ROLES}


def role_called(name: str) -> BuiltInRole | None:
    """Return the role of a name, None for one that is not in the table."""
    return _BY_NAME.get(name.lower())


def guid_of(name: str) -> str:
    """Return the GUID of a role in the table. Raises KeyError for another."""
    return _BY_NAME[name.lower()].guid


def role_of_guid(guid: str) -> BuiltInRole | None:
    """Return the role of a GUID, None for one that is not in the table."""
    return _BY_GUID.get(guid.lower())
