"""What is looked up in subscriptions that nobody named: types that can connect to a solution, and what they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, WORKSPACE
from scanner.model.arm import ArmId, Json, properties_of
from scanner.model.data_services import DATA_SERVICES

BY_ZONE = "microsoft.network/privatednszones"
PERIMETER = "microsoft.network/networksecurityperimeters"
ASSOCIATED = {
    "microsoft.network/dnsforwardingrulesets": "microsoft.network/dnsforwardingrulesets/virtualnetworklinks",
    "microsoft.network/virtualhubs": "microsoft.network/virtualhubs/hubvirtualnetworkconnections",
    PERIMETER: f"{PERIMETER}/resourceassociations",
}
"""What Resource Graph has, and its children, which name networks or services and which it does not have (facts §15)."""

_VNET = "microsoft.network/virtualnetworks"
_GATEWAY = "microsoft.network/virtualnetworkgateways"
_IN_NETWORKS = frozenset(
    {
        f"{BY_ZONE}/virtualnetworklinks",
        PRIVATE_ENDPOINT.lower(),
        "microsoft.network/networkinterfaces",
        "microsoft.network/bastionhosts",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.containerservice/managedclusters",
        "microsoft.devopsinfrastructure/pools",
    }
)
_SERVICES = frozenset(
    {
        WORKSPACE.lower(),
        "microsoft.storage/storageaccounts",
        "microsoft.keyvault/vaults",
        "microsoft.containerregistry/registries",
        "microsoft.insights/privatelinkscopes",
        "microsoft.containerservice/managedclusters",
        *DATA_SERVICES,
    }
)
_IN_PERIMETERS = frozenset(
    {
        "microsoft.storage/storageaccounts",
        "microsoft.keyvault/vaults",
        "microsoft.operationalinsights/workspaces",
        *DATA_SERVICES,
    }
)
"""What may be a perimeter's member (learn.microsoft.com/azure/private-link/network-security-perimeter-concepts)."""
_ZONES = (
    "api.azureml.ms notebooks.azure.net blob.core.windows.net file.core.windows.net queue.core.windows.net "
    "table.core.windows.net dfs.core.windows.net vaultcore.azure.net azurecr.io monitor.azure.com "
    "oms.opinsights.azure.com ods.opinsights.azure.com agentsvc.azure-automation.net inference.ml.azure.com "
    "api.ml.azure.us notebooks.usgovcloudapi.net blob.core.usgovcloudapi.net file.core.usgovcloudapi.net "
    "queue.core.usgovcloudapi.net table.core.usgovcloudapi.net dfs.core.usgovcloudapi.net vaultcore.usgovcloudapi.net "
    "azurecr.us monitor.azure.us api.ml.azure.cn notebooks.chinacloudapi.cn blob.core.chinacloudapi.cn "
    "file.core.chinacloudapi.cn queue.core.chinacloudapi.cn table.core.chinacloudapi.cn dfs.core.chinacloudapi.cn "
    "vaultcore.azure.cn azurecr.cn monitor.azure.cn "
    "database.windows.net documents.azure.com mongo.cosmos.azure.com azuredatabricks.net search.windows.net "
    "cognitiveservices.azure.com openai.azure.com services.ai.azure.com database.usgovcloudapi.net documents.azure.us "
    "mongo.cosmos.azure.us databricks.azure.us search.azure.us cognitiveservices.azure.us openai.azure.us "
    "database.chinacloudapi.cn documents.azure.cn mongo.cosmos.azure.cn databricks.azure.cn"
)
"""Zones of a solution's services (facts §5.1, §5.2), without `privatelink.`."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which resources of some types (lower case) name one of some things."""

    kinds: frozenset[str]
    abouts: frozenset[str]


def questions(store: Store, others: Iterable[str]) -> Iterator[Question]:
    """Yield what Resource Graph is asked about other subscriptions."""
    own, beside = networks_of(store), beside_of(store)
    away = set(others)
    if own:
        yield Question(_IN_NETWORKS | {_VNET}, own)
    # Of a network beside ours it matters what is in it; not that all of a company is peered with it.
    if beside - own:
        yield Question(_IN_NETWORKS, beside - own)
    services = _named(store, _SERVICES)
    if services:
        yield Question(frozenset({PRIVATE_ENDPOINT.lower()}), services)
    gateways = frozenset(each for each in _keys(store, {_GATEWAY}) if ArmId(each).subscription not in away)
    if gateways:
        yield Question(frozenset({"microsoft.network/connections"}), gateways)


def is_about(store: Store, parent: str) -> frozenset[str]:
    """Return what matters of all that the children of a type name, as keys.

    Of a perimeter the services that it may hold; else networks, ours and those beside them.
    """
    return _named(store, _IN_PERIMETERS) if parent == PERIMETER else networks_of(store) | beside_of(store)


def networks_of(store: Store) -> frozenset[str]:
    """Return the networks of home, and those that solutions run in elsewhere, as keys."""
    own = {each for each in _keys(store, {_VNET}) if ArmId(each).subscription in store.listed}
    return frozenset(own | {each.key for each in store.hosts if each.type == _VNET})


def beside_of(store: Store) -> frozenset[str]:
    """Return the networks that ours are peered with, as keys."""
    rows = (store.rows.row(each) for each in networks_of(store) if store.rows.holds(each))
    return frozenset(each for row in rows for each in _peers(row))


def _peers(network: Json) -> Iterator[str]:
    peerings = properties_of(network).get("virtualNetworkPeerings")
    for each in peerings if isinstance(peerings, list) else ():
        remote = properties_of(each).get("remoteVirtualNetwork") if isinstance(each, dict) else None
        if isinstance(remote, dict) and isinstance(remote.get("id"), str):
            yield ArmId(remote["id"]).key


def zone_names(store: Store) -> frozenset[str]:
    """Return the names of the zones that solutions need, and of those that home has."""
    here = {ArmId(each).name for each in _keys(store, {BY_ZONE})}
    return frozenset({*here, *(f"privatelink.{each}" for each in _ZONES.split())})


def _named(store: Store, kinds: Iterable[str]) -> frozenset[str]:
    """Return the keys of what was read of some types, and of what is referred to elsewhere and read later."""
    wanted = frozenset(kinds)
    return _keys(store, wanted) | {each.key for each in store.references() if each.type in wanted}


def _keys(store: Store, kinds: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(kinds)
    return frozenset(key for key in store.rows.keys() if ArmId(key).type in wanted)  # noqa: SIM118 - they are ids
