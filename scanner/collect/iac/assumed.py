"""What code does not tell: resources that it names and does not manage, and networks of which only a part is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.collect.redaction.redact import redact
from scanner.creation.estate import Estate, Row
from scanner.evidence import Gap
from scanner.model.arm import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ArmId, Json
from scanner.model.resource import kind_of

BESIDE = "only what the code manages was looked at, and nothing that others made beside it"
"""What every report on code says."""

WHY = "it is named in the code and not managed by it"

_NETWORK = (
    "Microsoft.Network/bastionHosts",
    "Microsoft.Network/virtualNetworkGateways",
    "Microsoft.Network/connections",
    "Microsoft.Network/azureFirewalls",
    "Microsoft.Network/dnsResolvers",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/routeTables",
    "Microsoft.Network/natGateways",
    "Microsoft.Network/privateDnsZones",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "Microsoft.Network/dnsForwardingRulesets",
    "Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks",
    "Microsoft.Network/virtualHubs",
    "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections",
    "Microsoft.Compute/virtualMachines",
)
"""What belongs to a network that others manage, and is not in the code either."""

_RESOURCES = "microsoft.resources/"
"""Subscriptions and groups are read without a model."""

_ROOTS = ("microsoft.network/virtualnetworks", "microsoft.network/virtualhubs")


def subscriptions_of(estate: Estate) -> list[str]:
    """Return the subscriptions (GUIDs) that the rows lie in, sorted."""
    return sorted({found for key in estate.rows if (found := ArmId(key).subscription)})


def rows_with_subscriptions(estate: Estate) -> tuple[Json, ...]:
    """Return the rows of an estate that code describes in id order, with secrets taken out."""
    for row in subscription_rows(estate):
        estate.add(row, fresh=False)
    return tuple(kept(row) for _, row in sorted(estate.rows.items()))


def kept(row: Json) -> Json:
    """Return what is kept of a row: no secrets, and of a type that nothing reads no more than that it is there."""
    if kind_of(str(row["type"])) is None and not str(row["type"]).lower().startswith(_RESOURCES):
        return redact({key: row[key] for key in ("id", "type", "name") if key in row})
    return redact(row)


def subscription_rows(estate: Estate) -> Iterator[Row]:
    """Yield a row for each subscription that the code puts something into."""
    for each in subscriptions_of(estate):
        yield {
            "id": f"/subscriptions/{each}",
            "type": "Microsoft.Resources/subscriptions",
            "name": each,
            "subscriptionId": each,
            "properties": {},
        }


def gaps_of(outside: Iterable[str], estate: Estate) -> list[Gap]:
    """Return what the code names and does not manage, as gaps: of it, and of what belongs to a network of others."""
    found: dict[Gap, None] = {}
    for named in sorted(outside):
        arm_id = _holder(ArmId(named))
        if not arm_id.type or arm_id.type in (SUBSCRIPTION_TYPE, RESOURCE_GROUP_TYPE) or arm_id.key in estate.rows:
            continue
        if _is_part(arm_id, estate):
            continue
        found.setdefault(Gap(_as_written(arm_id), str(arm_id), WHY))
        if arm_id.type in _ROOTS:
            for kind in _NETWORK:
                found.setdefault(Gap(kind, f"/subscriptions/{arm_id.subscription}", _beside(arm_id)))
    return list(found)


def _as_written(arm_id: ArmId) -> str:
    """Return the type of an id in the letters in which it stands there."""
    namespace, *pairs = arm_id.in_scope.split("/")
    return "/".join([namespace, *pairs[0::2]])


def _beside(network: ArmId) -> str:
    return f"{network.name} is not managed by the code, and what belongs to it is not in the code either"


def _holder(arm_id: ArmId) -> ArmId:
    """Return what holds an id that is a part: the network of a subnet."""
    while arm_id.parent is not None and arm_id.parent.type in _ROOTS:
        arm_id = arm_id.parent
    return arm_id


def _is_part(arm_id: ArmId, estate: Estate) -> bool:
    """Tell whether an id is of a part that stands in a row of the estate: a rule of a group, an address."""
    above = arm_id.parent
    while above is not None:
        if above.key in estate.rows:
            return arm_id.type not in _LISTED_APART
        above = above.parent
    return False


_LISTED_APART = frozenset({"microsoft.machinelearningservices/workspaces/computes"})
