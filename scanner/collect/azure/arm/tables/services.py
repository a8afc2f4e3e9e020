"""What a workspace stands on: registry, storage, key vault, monitoring."""

from __future__ import annotations

from scanner.collect.azure.arm.tables.listing import Listing, Need, Older, Sdk, below, in_subscription

_MONITOR = "2021-07-01-preview"


ROWS: tuple[Listing, ...] = (
    Listing(
        "Microsoft.ContainerRegistry/registries",
        Sdk("registry", "registries.list"),
        "2025-11-01",
        "stable with anonymous pull and the role assignment mode",
        need=Need.HOLDS_USED_REGISTRY,
    ),
    Listing(
        "Microsoft.Storage/storageAccounts",
        Sdk("storage", "storage_accounts.list"),
        "2025-06-01",
        "shows the firewall's rules for IPv6 (first in 2025-01-01); sovereign clouds get the older version",
        # networkAcls.ipv6Rules: https://github.com/Azure/bicep-types-az, generated/storage, 1f896de of 2026-08-20.
        older=(Older("2024-01-01", ("properties.networkAcls.ipv6Rules",)),),
        need=Need.HOLDS_USED_ACCOUNT,
    ),
    Listing(
        "Microsoft.KeyVault/vaults",
        # vaults.list returns generic resources without properties.
        Sdk("keyvault", "vaults.list_by_subscription"),
        "2023-07-01",
        "stable in every cloud",
    ),
    Listing(
        "Microsoft.Insights/components",
        Sdk("insights", "components.list"),
        "2020-02-02",
        "the only stable version with network access",
    ),
    Listing(
        "Microsoft.OperationalInsights/workspaces",
        in_subscription("Microsoft.OperationalInsights/workspaces"),
        "2025-02-01",
        "stable with SecuredByPerimeter; sovereign clouds get the older version, the first that perimeters work with",
        # https://learn.microsoft.com/azure/azure-monitor/fundamentals/network-security-perimeter (2025-06-04)
        older=(Older("2023-09-01", ()),),
        need=Need.HOLDS_USED_LOGS,
    ),
    Listing(
        "Microsoft.Insights/privateLinkScopes",
        in_subscription("Microsoft.Insights/privateLinkScopes"),
        _MONITOR,
        "no SDK release has these operations; first version with access modes",
    ),
    Listing(
        "Microsoft.Insights/privateLinkScopes/scopedResources",
        below("scopedResources"),
        _MONITOR,
        "as its parent",
        "Microsoft.Insights/privateLinkScopes",
        need=Need.MAY_HOLD_TELEMETRY,
    ),
)
