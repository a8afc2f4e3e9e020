"""What is taken from Azure Resource Graph, from which table, and what is not (facts §15).

Where a verdict hangs on fields that came with a late api-version, the graph only shows in which subscriptions there is
something, and ARM lists it there: Resource Graph keeps a version of the provider's choice, and a field that it leaves
out would read as its default. Where one such field is shown by every version that has it, rows without it are read
again by ARM. What the graph does not have, or is only said to have, is listed by ARM everywhere.
https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources (2024-2025)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.service_names import DOMAINS, PARENTS
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE, Listing
from scanner.model.arm import ArmId, Json

_DNS = "Microsoft.Network/privateDnsZones"
_RECORDS = {"A": "aRecords", "AAAA": "aaaaRecords", "CNAME": "cnameRecord"}
_OTHER_RECORDS = ("MX", "PTR", "SOA", "SRV", "TXT")
_GROUP_ROWS = "microsoft.resources/subscriptions/resourcegroups"

_NETWORK = (
    "networkSecurityGroups",
    "applicationSecurityGroups",
    "routeTables",
    "publicIPAddresses",
    "loadBalancers",
    "networkInterfaces",
    "serviceEndpointPolicies",
    "privateEndpoints",
    "networkManagers",
    "bastionHosts",
    "virtualNetworkGateways",
    "connections",
    "expressRouteCircuits",
    "expressRouteGateways",
    "azureFirewalls",
    "firewallPolicies",
    "virtualHubs",
    "vpnGateways",
    "p2sVpnGateways",
    "privateDnsZones",
    "privateDnsZones/virtualNetworkLinks",
    "dnsResolvers",
    "dnsResolvers/inboundEndpoints",
    "dnsForwardingRulesets",
)
_OTHERS = (
    "Microsoft.KeyVault/vaults",
    "Microsoft.Insights/components",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerRegistry/registries/replications",
)
_EGRESS, _SERVED = "egressPublicNetworkAccess", "sourceVirtualNetwork"
_WITH_A_FIELD = {
    # The graph may take personal data out (docs.azure.cn, the page above), and settings hold whatever one likes.
    "Microsoft.Compute/virtualMachines/extensions": "settings",
    "Microsoft.DevOpsInfrastructure/pools": "fabricProfile",
    "Microsoft.Network/natGateways": _SERVED,
    "Microsoft.Insights/privateLinkScopes": "accessModeSettings",
    f"{WORKSPACE}/onlineEndpoints": "publicNetworkAccess",
    f"{WORKSPACE}/onlineEndpoints/deployments": _EGRESS,
    f"{WORKSPACE}/batchEndpoints": "",
    f"{WORKSPACE}/batchEndpoints/deployments": "compute",
}
"""Types of the main table, and the property without which a row may be of a version that does not have it."""
_COUNTED = (
    WORKSPACE,
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/networkSecurityPerimeters",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.ContainerRegistry/registries",
    "Microsoft.Storage/storageAccounts",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as the graph has it: its table, how ARM spells it, whose listing shows it, and what its rows must have.

    With `may_lack` it is no fault of a row that it is without: ARM is asked whether the resource has it.
    """

    table: str
    spelling: str
    listing: Listing
    needs: str = ""
    may_lack: bool = False


def _row_of(kind: str) -> Listing:
    return next(row for row in LISTINGS if row.type == kind and not row.fields)


OF_ZONES = _row_of(f"{_DNS}/ALL")
"""The listing of a zone's records."""


def _kinds() -> Iterable[tuple[str, Kind]]:
    for spelling in (*(f"Microsoft.Network/{each}" for each in _NETWORK), *_OTHERS):
        yield spelling.lower(), Kind("resources", spelling, _row_of(spelling))
    for spelling, needs in _WITH_A_FIELD.items():
        yield spelling.lower(), Kind("resources", spelling, _row_of(spelling), needs, may_lack=True)
    yield _GROUP_ROWS, Kind("resourcecontainers", RESOURCE_GROUP, _row_of(RESOURCE_GROUP))
    for record in (*_RECORDS, *_OTHER_RECORDS):
        spelling = f"{_DNS}/{record}"
        yield spelling.lower(), Kind("dnsresources", spelling, OF_ZONES, _RECORDS.get(record, ""))


KINDS: dict[str, Kind] = dict(_kinds())
"""What is read from the graph, by type in lower case."""

COUNTED = {each.lower(): _row_of(each) for each in _COUNTED}
"""What ARM lists where the graph shows that there is any."""

READ_BY_GRAPH = frozenset(kind.listing.type for kind in KINDS.values())
"""The types of the listings that the graph stands in for."""

CHILDREN_BY_GRAPH = frozenset(kind.listing.type for kind in KINDS.values() if kind.listing.parent != SUBSCRIPTION)
"""Those of them that ARM lists below something: one request for each."""

TABLES = {
    table: tuple(sorted(kind for kind, found in KINDS.items() if found.table == table))
    for table in ("resources", "resourcecontainers", "dnsresources")
}
"""The types that are asked for, by table."""

WITHIN = {"dnsresources": (*DOMAINS, *(f"/privatednszones/{each}/" for each in PARENTS))}
"""Texts of which the ids of a table's rows hold one: those of records that are needed, and a few more."""

_TELL_NEED = frozenset({"microsoft.network/privateendpoints", "microsoft.insights/components"})
"""The types that show, with what ARM lists, most of what has to be listed below something."""

OF_SUBSCRIPTION = tuple(row for row in LISTINGS if row.parent == SUBSCRIPTION)
"""The listings in a subscription."""


class Wanted:
    """Some of the listings, by the way in which each is read."""

    def __init__(self, among: Iterable[Listing]) -> None:
        among = frozenset(among)
        self.by_graph = [row for row in among if row.type in READ_BY_GRAPH]
        self.counted = {kind: listing for kind, listing in COUNTED.items() if listing in among}
        self.of_subscription = [row for row in OF_SUBSCRIPTION if row in among]
        found = {table: [kind for kind in kinds if KINDS[kind].listing in among] for table, kinds in TABLES.items()}
        self._tables = [(table, kinds) for table, kinds in found.items() if kinds]
        self.actions = frozenset(
            action
            for row in (*self.by_graph, *self.counted.values(), *self.of_subscription)
            for action in (*actions_for(row), row.action)
        )

    def stages(self, *, several: bool) -> list[list[tuple[str, list[str]]]]:
        """Return the types to ask for, by table: at once, or in `several` stages, first what tells what is needed."""
        if not several:
            return [self._tables]
        parts = [_TELL_NEED, frozenset(KINDS) - _TELL_NEED]
        split = ([(table, [each for each in kinds if each in part]) for table, kinds in self._tables] for part in parts)
        return [[(table, kinds) for table, kinds in stage if kinds] for stage in split]


@cache
def actions_for(listing: Listing) -> tuple[str, ...]:
    """Return the actions without which the graph would leave rows of a listing out, and not say so."""
    kinds = [kind for kind, found in KINDS.items() if found.listing is listing]
    return tuple(f"{kind}/read" for kind in kinds) or (listing.action,)


def graph_actions() -> list[str]:
    """Return every permission that reading through the graph needs beside those of the listings."""
    records = [f"{_DNS}/{each}/read" for each in (*_RECORDS, *_OTHER_RECORDS)]
    return ["Microsoft.ResourceGraph/resources/read", *records]


def as_arm(row: Json) -> Json | None:
    """Return a row as ARM would show the resource; None if its shape is not the one that is read here."""
    kind = KINDS[str(row["type"]).lower()]
    if not isinstance(row.get("properties"), dict) or (kind.needs and lacks_a_field(row)):
        return None
    return in_arms_words(row)


def in_arms_words(row: Json) -> Json:
    """Return a row of a type that is read as ARM would spell it, whatever it lacks."""
    # A row has a column for everything that some resource has: what this one lacks is null or empty.
    held = {key: value for key, value in row.items() if value is not None and value != ""}
    return held | {"type": KINDS[str(row["type"]).lower()].spelling}


def lacks_a_field(row: Json) -> bool:
    """Tell whether a row is without the property that it must have."""
    kind, properties = KINDS[str(row["type"]).lower()], row.get("properties")
    if not isinstance(properties, dict) or properties.get(kind.needs) is not None:
        return False
    return kind.needs not in _EXCUSES or not _EXCUSES[kind.needs](row, properties)


def _is_standard(row: Json, _properties: Json) -> bool:
    sku = row.get("sku")
    return isinstance(sku, dict) and sku.get("name") == "Standard"


_EXCUSES: dict[str, Callable[[Json, Json], bool]] = {
    # On a cluster of one's own there is no egress of Microsoft's.
    _EGRESS: lambda _, properties: properties.get("endpointComputeType") == "Kubernetes",
    # Only StandardV2 serves a whole network (learn.microsoft.com/azure/nat-gateway/nat-sku, 2025).
    _SERVED: _is_standard,
}
"""When a resource is without a property whatever the version."""


def listing_of(row: Json) -> Listing | None:
    """Return the listing that shows a row's resource, None for a type that was not asked for."""
    kind = str(row.get("type")).lower()
    found = KINDS.get(kind)
    return found.listing if found is not None else COUNTED.get(kind)


def subscription_of(row: Json) -> str:
    """Return the subscription of a row in lower case."""
    return ArmId(str(row["id"])).subscription
