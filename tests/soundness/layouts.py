"""Ways to lay an estate out: the fixtures, and what is made of them by moving or repeating resources."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache

from scanner.model.arm import ArmId
from tests.cases import Resource, estate
from tests.soundness.elsewhere import with_second_endpoints

NETWORK_TEAM = "99999999-9999-4999-8999-999999999999"
"""The subscription of a network team, to which networks are moved."""

_MOVED = frozenset(
    f"microsoft.network/{each}"
    for each in ("virtualnetworks", "networksecuritygroups", "natgateways", "routetables", "serviceendpointpolicies")
)


def moved(resources: list[Resource], group: str, subscription: str) -> list[Resource]:
    """Move the networks of a resource group, and what hangs on their subnets, to another subscription."""
    text = json.dumps(resources)
    for arm_id in (ArmId(each["id"]) for each in resources):
        if arm_id.type in _MOVED and arm_id.resource_group == group:
            there = str(arm_id).replace(arm_id.subscription, subscription, 1)
            text = re.sub(rf'{re.escape(str(arm_id))}(?=["/])', there, text)
    found: list[Resource] = json.loads(text)
    return found


def twice(resources: list[Resource], workspace: str, other: str) -> list[Resource]:
    """Repeat a workspace under another name: with endpoint, records and roles, on the same storage and registry."""
    row = next(each for each in resources if each["id"].endswith(f"/workspaces/{workspace}"))
    guid = str(row["properties"]["workspaceId"])
    new_guid = f"{guid[:-4]}{int(guid[-4:], 16) ^ 1:04x}"
    swaps = ((workspace, other), (guid, new_guid), (workspace[:12], other[:12]))
    added = [_swapped(each, swaps) for each in resources if f"-{workspace}" in each["id"] or _names(each, row, guid)]
    ids = {each["id"] for each in resources}
    return [*resources, *(each for each in added if each["id"] not in ids)]


def _names(each: Resource, workspace: Resource, guid: str) -> bool:
    """Tell whether a resource is there for one workspace: below it, or a record of its address."""
    return f"{each['id']}/".startswith(f"{workspace['id']}/") or guid in each["id"]


def _swapped(resource: Resource, swaps: tuple[tuple[str, str], ...]) -> Resource:
    text = json.dumps(resource)
    for old, new in swaps:
        text = text.replace(old, new)
    found: Resource = json.loads(text)
    return found


def _network_team() -> list[Resource]:
    return moved(estate("reference"), "rg-ml-network", NETWORK_TEAM)


def _sharing() -> list[Resource]:
    return twice(estate("reference"), "mlw-reference", "mlw-repeated")


def _hub_endpoints() -> list[Resource]:
    """Return the reference where the network team's network has endpoints of the same services for people."""
    there = moved(estate("reference"), "rg-ml-access", NETWORK_TEAM)
    return with_second_endpoints(there, "vnet-access", ("mlw-reference", "stmlreference", "kv-ml-reference"))


def _fixture(name: str) -> Callable[[], list[Resource]]:
    return lambda: estate(name)


LAYOUTS: Mapping[str, Callable[[], list[Resource]]] = {
    "reference": _fixture("reference"),
    "landing-zone": _fixture("landing-zone"),
    "network-team": _network_team,
    "sharing": _sharing,
    "hub-endpoints": _hub_endpoints,
    "managed-network": _fixture("managed-network"),
    "single-vnet": _fixture("single-vnet"),
    "virtual-wan": _fixture("virtual-wan"),
    "hub-spoke-private-resolver": _fixture("hub-spoke-private-resolver"),
    "hub-spoke-firewall-dns": _fixture("hub-spoke-firewall-dns"),
    "gateway-transit": _fixture("gateway-transit"),
    "network-manager": _fixture("variants/network-manager"),
    "article": _fixture("article"),
}
"""By name, the simplest first: examples shrink towards it. managed-network has a hub workspace with projects."""


@cache
def layout_text(name: str) -> str:
    """Return the resources of a layout as JSON."""
    return json.dumps(LAYOUTS[name]())
