"""The api-versions that each type speaks in the public cloud: what a simulator offers unless it is told otherwise.

Which versions a namespace has, and the first one that has a type, were read in the files of
https://github.com/Azure/bicep-types-az (generated/<specification>/<namespace>/<version>/types.json, 1f896de of
2026-08-20). A version that a type left out for a while, in 2018 or 2019, counts as one before its first. Bicep lags
behind: 2026-03-01 of Microsoft.Network is the one that azure-mgmt-network 33.1.0 asks for. Subscriptions, resource
groups, role definitions and whatever is not in the table speak any version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_NETWORK = (
    "2015-05-01-preview 2015-06-15 2016-03-30 2016-06-01 2016-09-01 2016-12-01 2017-03-01 2017-03-30 2017-06-01 "
    "2017-08-01 2017-09-01 2017-10-01 2017-11-01 2018-01-01 2018-02-01 2018-04-01 2018-06-01 2018-07-01 "
    "2018-08-01 2018-10-01 2018-11-01 2018-12-01 2019-02-01 2019-04-01 2019-06-01 2019-07-01 2019-08-01 "
    "2019-09-01 2019-11-01 2019-12-01 2020-03-01 2020-04-01 2020-05-01 2020-06-01 2020-07-01 2020-08-01 "
    "2020-11-01 2021-02-01 2021-03-01 2021-05-01 2021-08-01 2022-01-01 2022-05-01 2022-07-01 2022-09-01 "
    "2022-11-01 2023-02-01 2023-04-01 2023-05-01 2023-06-01 2023-09-01 2023-11-01 2024-01-01 2024-03-01 "
    "2024-05-01 2024-07-01 2024-10-01 2025-01-01 2025-03-01 2025-05-01 2025-07-01 2025-09-01 2026-03-01 "
)
_PRIVATE_DNS = "2018-09-01 2020-01-01 2020-06-01 2024-06-01 "
_RESOLVER = "2020-04-01-preview 2022-07-01 2023-07-01-preview 2025-05-01 2025-10-01-preview "
_ML = (
    "2018-03-01-preview 2018-11-19 2019-05-01 2019-06-01 2019-11-01 2020-01-01 2020-02-18-preview 2020-03-01 "
    "2020-04-01 2020-05-01-preview 2020-05-15-preview 2020-06-01 2020-08-01 2020-09-01-preview 2021-01-01 "
    "2021-03-01-preview 2021-04-01 2021-07-01 2022-01-01-preview 2022-02-01-preview 2022-05-01 2022-06-01-preview "
    "2022-10-01 2022-10-01-preview 2022-12-01-preview 2023-02-01-preview 2023-04-01 2023-04-01-preview "
    "2023-06-01-preview 2023-08-01-preview 2023-10-01 2024-01-01-preview 2024-04-01 2024-04-01-preview "
    "2024-07-01-preview 2024-10-01 2024-10-01-preview 2025-01-01-preview 2025-04-01 2025-04-01-preview 2025-06-01 "
    "2025-07-01-preview 2025-09-01 2025-10-01-preview 2025-12-01 2026-01-15-preview 2026-03-01 2026-03-15-preview "
    "2026-05-01 2026-05-15-preview "
)
_REGISTRY = (
    "2017-03-01 2017-10-01 2019-05-01 2019-12-01-preview 2020-11-01-preview 2021-06-01-preview 2021-08-01-preview "
    "2021-09-01 2021-12-01-preview 2022-02-01-preview 2022-12-01 2023-01-01-preview 2023-06-01-preview 2023-07-01 "
    "2023-08-01-preview 2023-11-01-preview 2024-11-01-preview 2025-03-01-preview 2025-04-01 2025-05-01-preview "
    "2025-06-01-preview 2025-11-01 2026-01-01-preview 2026-03-01-preview "
)
_STORAGE = (
    "2015-05-01-preview 2015-06-15 2016-01-01 2016-05-01 2016-12-01 2017-06-01 2017-10-01 2018-02-01 "
    "2018-03-01-preview 2018-07-01 2018-11-01 2019-04-01 2019-06-01 2020-08-01-preview 2021-01-01 2021-02-01 "
    "2021-04-01 2021-06-01 2021-08-01 2021-09-01 2022-05-01 2022-09-01 2023-01-01 2023-04-01 2023-05-01 "
    "2024-01-01 2025-01-01 2025-06-01 2025-08-01 2026-04-01 "
)
_VAULT = (
    "2015-06-01 2016-10-01 2018-02-14 2018-02-14-preview 2019-09-01 2020-04-01-preview 2021-04-01-preview "
    "2021-06-01-preview 2021-10-01 2021-11-01-preview 2022-02-01-preview 2022-07-01 2022-11-01 2023-02-01 "
    "2023-07-01 2024-04-01-preview 2024-11-01 2024-12-01-preview 2025-05-01 2026-02-01 2026-03-01-preview "
)
_COMPONENTS = "2015-05-01 2018-05-01-preview 2020-02-02 2020-02-02-preview "
_SCOPES = "2019-10-17-preview 2021-07-01-preview 2021-09-01 2023-06-01-preview "
_COMPUTE = (
    "2015-06-15 2016-03-30 2016-04-30-preview 2017-03-30 2017-12-01 2018-04-01 2018-06-01 2018-10-01 2019-03-01 "
    "2019-07-01 2019-12-01 2020-06-01 2020-12-01 2021-03-01 2021-04-01 2021-07-01 2021-11-01 2022-03-01 "
    "2022-08-01 2022-11-01 2023-03-01 2023-07-01 2023-09-01 2024-03-01 2024-07-01 2024-11-01 2025-04-01 "
    "2025-11-01 2026-03-01 2026-04-01 "
)
_POOLS = (
    "2023-10-30-preview 2023-12-13-preview 2024-03-26-preview 2024-04-04-preview 2024-10-19 2025-01-21 2025-09-20 "
    "2026-04-17-preview 2026-06-02 2026-07-03-preview "
)
_GROUPS = (
    "2017-08-01-preview 2017-10-01-preview 2017-12-01-preview 2018-02-01-preview 2018-04-01 2018-06-01 2018-09-01 "
    "2018-10-01 2019-12-01 2020-11-01 2021-03-01 2021-07-01 2021-09-01 2021-10-01 2022-09-01 2022-10-01-preview "
    "2023-02-01-preview 2023-05-01 2024-05-01-preview 2024-09-01-preview 2024-10-01-preview 2024-11-01-preview "
    "2025-09-01 2026-06-01-preview 2026-07-01 2026-08-01-preview "
)
_APPS = (
    "2022-01-01-preview 2022-03-01 2022-06-01-preview 2022-10-01 2022-11-01-preview 2023-04-01-preview 2023-05-01 "
    "2023-05-02-preview 2023-08-01-preview 2023-11-02-preview 2024-02-02-preview 2024-03-01 2024-08-02-preview "
    "2024-10-02-preview 2025-01-01 2025-02-02-preview 2025-07-01 "
)
_LOGS = (
    "2015-11-01-preview 2020-03-01-preview 2020-08-01 2020-10-01 2021-06-01 2021-12-01-preview 2022-10-01 2023-09-01 "
    "2025-02-01 2025-07-01 2026-03-01 "
)
_AKS = (
    "2017-08-31 2018-03-31 2018-08-01-preview 2019-02-01 2019-04-01 2019-06-01 2019-08-01 2019-10-01 2019-11-01 "
    "2020-01-01 2020-02-01 2020-03-01 2020-04-01 2020-06-01 2020-07-01 2020-09-01 2020-11-01 2020-12-01 "
    "2021-02-01 2021-03-01 2021-05-01 2021-07-01 2021-08-01 2021-09-01 2021-10-01 2021-11-01-preview 2022-01-01 "
    "2022-01-02-preview 2022-02-01 2022-02-02-preview 2022-03-01 2022-03-02-preview 2022-04-01 2022-04-02-preview "
    "2022-05-02-preview 2022-06-01 2022-06-02-preview 2022-07-01 2022-07-02-preview 2022-08-02-preview "
    "2022-08-03-preview 2022-09-01 2022-09-02-preview 2022-10-02-preview 2022-11-01 2022-11-02-preview 2023-01-01 "
    "2023-01-02-preview 2023-02-01 2023-02-02-preview 2023-03-01 2023-03-02-preview 2023-04-01 2023-04-02-preview "
    "2023-05-01 2023-05-02-preview 2023-06-01 2023-06-02-preview 2023-07-01 2023-07-02-preview 2023-08-01 "
    "2023-08-02-preview 2023-09-01 2023-09-02-preview 2023-10-01 2023-10-02-preview 2023-11-01 2023-11-02-preview "
    "2024-01-01 2024-01-02-preview 2024-02-01 2024-02-02-preview 2024-03-02-preview 2024-04-02-preview 2024-05-01 "
    "2024-05-02-preview 2024-06-02-preview 2024-07-01 2024-07-02-preview 2024-08-01 2024-09-01 2024-09-02-preview "
    "2024-10-01 2024-10-02-preview 2025-01-01 2025-01-02-preview 2025-02-01 2025-02-02-preview 2025-03-01 "
    "2025-03-02-preview 2025-04-01 2025-04-02-preview 2025-05-01 2025-05-02-preview 2025-06-02-preview 2025-07-01 "
    "2025-07-02-preview 2025-08-01 2025-08-02-preview 2025-09-01 2025-09-02-preview 2025-10-01 2025-10-02-preview "
    "2026-01-01 2026-01-02-preview 2026-02-01 2026-02-02-preview 2026-03-01 2026-03-02-preview 2026-04-01 "
    "2026-04-02-preview 2026-05-01 2026-05-02-preview "
)
_DENIALS = "2018-07-01-preview 2022-04-01 2024-07-01-preview "
_AUTHORIZATION = (
    "2015-07-01 2017-10-01-preview 2018-01-01-preview 2018-09-01-preview 2020-03-01-preview 2020-04-01-preview "
    "2020-08-01-preview 2020-10-01-preview 2022-04-01 "
)

_SQL = (
    "2014-04-01 2015-05-01 2015-05-01-preview 2017-03-01-preview 2017-10-01-preview 2018-06-01-preview "
    "2019-06-01-preview 2020-02-02-preview 2020-08-01-preview 2020-11-01-preview 2021-02-01-preview "
    "2021-05-01-preview 2021-08-01-preview 2021-11-01 2021-11-01-preview 2022-02-01-preview 2022-05-01-preview "
    "2022-08-01-preview 2022-11-01-preview 2023-02-01-preview 2023-05-01-preview 2023-08-01 2023-08-01-preview "
    "2024-05-01-preview 2024-11-01-preview 2025-01-01 2025-02-01-preview 2025-08-01-preview "
)
_COSMOS = (
    "2015-04-01 2015-04-08 2015-11-06 2016-03-19 2016-03-31 2019-08-01 2019-08-01-preview 2019-12-12 2020-03-01 "
    "2020-04-01 2020-06-01-preview 2020-09-01 2021-01-15 2021-03-01-preview 2021-03-15 2021-04-01-preview "
    "2021-04-15 2021-05-15 2021-06-15 2021-07-01-preview 2021-10-15 2021-10-15-preview 2021-11-15-preview "
    "2022-02-15-preview 2022-05-15 2022-05-15-preview 2022-08-15 2022-08-15-preview 2022-11-15 2022-11-15-preview "
    "2023-03-01-preview 2023-03-15 2023-03-15-preview 2023-04-15 2023-09-15 2023-09-15-preview 2023-11-15 "
    "2023-11-15-preview 2024-02-15-preview 2024-03-01-preview 2024-05-15 2024-05-15-preview 2024-06-01-preview "
    "2024-07-01 2024-08-15 2024-09-01-preview 2024-10-01-preview 2024-11-15 2024-12-01-preview 2025-04-01-preview "
    "2025-04-15 2025-05-01-preview 2025-07-01-preview 2025-08-01-preview 2025-09-01 2025-10-15 2025-11-01-preview "
    "2026-02-01-preview 2026-03-15 2026-04-01-preview 2026-06-01 2026-06-15-preview "
)
_DATABRICKS = (
    "2018-04-01 2021-04-01-preview 2022-04-01-preview 2022-10-01-preview 2023-02-01 2023-05-01 2023-09-15-preview "
    "2024-05-01 2024-09-01-preview 2025-03-01-preview 2025-08-01-preview 2025-10-01-preview 2026-01-01 "
)
_SEARCH = (
    "2015-02-28 2015-08-19 2019-10-01-preview 2020-03-13 2020-08-01 2020-08-01-preview 2021-04-01-preview "
    "2022-09-01 2023-11-01 2024-03-01-preview 2024-06-01-preview 2025-02-01-preview 2025-05-01 2026-03-01-preview "
    "2026-09-01-preview "
)
_COGNITIVE = (
    "2016-02-01-preview 2017-04-18 2021-04-30 2021-10-01 2022-03-01 2022-10-01 2022-12-01 2023-05-01 "
    "2023-10-01-preview 2024-04-01-preview 2024-06-01-preview 2024-10-01 2025-04-01-preview 2025-06-01 "
    "2025-07-01-preview 2025-09-01 2025-10-01-preview 2025-12-01 2026-01-15-preview 2026-03-01 2026-03-15-preview "
    "2026-05-01 2026-05-15-preview 2026-07-01 "
)

_FIRST: Sequence[tuple[str, str, str, str]] = (
    (
        "Microsoft.Network",
        _NETWORK,
        "2015-05-01-preview",
        (
            "virtualNetworks virtualNetworks/subnets networkSecurityGroups routeTables publicIPAddresses "
            "loadBalancers networkInterfaces virtualNetworkGateways connections expressRouteCircuits "
            "applicationGateways "
        ),
    ),
    ("Microsoft.Network", _NETWORK, "2016-06-01", "virtualNetworks/virtualNetworkPeerings"),
    ("Microsoft.Network", _NETWORK, "2017-09-01", "applicationSecurityGroups"),
    (
        "Microsoft.Network",
        _NETWORK,
        "2018-04-01",
        "azureFirewalls virtualHubs virtualHubs/hubVirtualNetworkConnections vpnGateways ",
    ),
    ("Microsoft.Network", _NETWORK, "2018-07-01", "serviceEndpointPolicies"),
    ("Microsoft.Network", _NETWORK, "2018-08-01", "expressRouteGateways p2sVpnGateways"),
    ("Microsoft.Network", _NETWORK, "2019-02-01", "natGateways"),
    ("Microsoft.Network", _NETWORK, "2019-04-01", "bastionHosts privateEndpoints privateLinkServices"),
    ("Microsoft.Network", _NETWORK, "2019-06-01", "firewallPolicies"),
    ("Microsoft.Network", _NETWORK, "2019-09-01", "ipGroups"),
    ("Microsoft.Network", _NETWORK, "2020-05-01", "firewallPolicies/ruleCollectionGroups"),
    ("Microsoft.Network", _NETWORK, "2020-03-01", "privateEndpoints/privateDnsZoneGroups"),
    ("Microsoft.Network", _NETWORK, "2022-01-01", "networkManagers"),
    (
        "Microsoft.Network",
        _NETWORK,
        "2024-07-01",
        (
            "networkSecurityPerimeters networkSecurityPerimeters/resourceAssociations "
            "networkSecurityPerimeters/profiles networkSecurityPerimeters/profiles/accessRules "
        ),
    ),
    (
        "Microsoft.Network",
        _PRIVATE_DNS,
        "2018-09-01",
        (
            "privateDnsZones privateDnsZones/virtualNetworkLinks privateDnsZones/ALL privateDnsZones/A "
            "privateDnsZones/AAAA privateDnsZones/CNAME privateDnsZones/MX privateDnsZones/PTR "
            "privateDnsZones/SOA privateDnsZones/SRV privateDnsZones/TXT "
        ),
    ),
    (
        "Microsoft.Network",
        _RESOLVER,
        "2020-04-01-preview",
        (
            "dnsResolvers dnsResolvers/inboundEndpoints dnsForwardingRulesets "
            "dnsForwardingRulesets/forwardingRules dnsForwardingRulesets/virtualNetworkLinks "
        ),
    ),
    ("Microsoft.MachineLearningServices", _ML, "2018-03-01-preview", "workspaces workspaces/computes"),
    (
        "Microsoft.MachineLearningServices",
        _ML,
        "2022-02-01-preview",
        (
            "workspaces/onlineEndpoints workspaces/onlineEndpoints/deployments workspaces/batchEndpoints "
            "workspaces/batchEndpoints/deployments "
        ),
    ),
    ("Microsoft.MachineLearningServices", _ML, "2023-04-01-preview", "workspaces/outboundRules"),
    ("Microsoft.ContainerRegistry", _REGISTRY, "2017-03-01", "registries"),
    ("Microsoft.MachineLearningServices", _ML, "2022-02-01-preview", "workspaces/datastores"),
    ("Microsoft.MachineLearningServices", _ML, "2020-06-01", "workspaces/connections"),
    ("Microsoft.ContainerRegistry", _REGISTRY, "2017-10-01", "registries/replications"),
    ("Microsoft.Sql", _SQL, "2014-04-01", "servers"),
    ("Microsoft.DocumentDB", _COSMOS, "2015-04-01", "databaseAccounts"),
    ("Microsoft.Databricks", _DATABRICKS, "2018-04-01", "workspaces"),
    ("Microsoft.Search", _SEARCH, "2015-02-28", "searchServices"),
    ("Microsoft.CognitiveServices", _COGNITIVE, "2016-02-01-preview", "accounts"),
    ("Microsoft.Storage", _STORAGE, "2015-05-01-preview", "storageAccounts"),
    ("Microsoft.KeyVault", _VAULT, "2015-06-01", "vaults"),
    ("Microsoft.Insights", _COMPONENTS, "2015-05-01", "components"),
    ("Microsoft.OperationalInsights", _LOGS, "2015-11-01-preview", "workspaces"),
    ("Microsoft.Insights", _SCOPES, "2019-10-17-preview", "privateLinkScopes privateLinkScopes/scopedResources"),
    ("Microsoft.Compute", _COMPUTE, "2015-06-15", "virtualMachines virtualMachines/extensions virtualMachineScaleSets"),
    ("Microsoft.DevOpsInfrastructure", _POOLS, "2023-10-30-preview", "pools"),
    ("Microsoft.ContainerService", _AKS, "2017-08-31", "managedClusters"),
    ("Microsoft.ContainerService", _AKS, "2019-02-01", "managedClusters/agentPools"),
    ("Microsoft.ContainerInstance", _GROUPS, "2017-08-01-preview", "containerGroups"),
    ("Microsoft.App", _APPS, "2022-01-01-preview", "managedEnvironments"),
    ("Microsoft.App", _APPS, "2022-11-01-preview", "jobs"),
    ("GitHub.Network", "2023-11-01-preview 2024-04-02 ", "2023-11-01-preview", "networkSettings"),
    ("Microsoft.Authorization", _AUTHORIZATION, "2015-07-01", "roleAssignments"),
    ("Microsoft.Authorization", _DENIALS, "2018-07-01-preview", "denyAssignments"),
)
"""A namespace, the versions of its specification, the first of them that has some types, and the types."""

OFFERED: Mapping[str, Sequence[str]] = {
    f"{namespace}/{kind}": tuple(each for each in versions.split() if each >= first)
    for namespace, versions, first, kinds in _FIRST
    for kind in kinds.split()
}
"""The api-versions of each type, oldest first."""
