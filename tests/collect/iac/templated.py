"""ARM templates that deploy an estate: each row as a resource, ids as expressions, and none of what Azure adds."""

from __future__ import annotations

import re
from typing import Any

from tests.cases import Resource
from tests.collect.iac.written import Writer, type_of

_STATE = frozenset(
    {
        "etag",
        "privateEndpointConnections",
        "provisioningState",
        "workspaceId",
        "notebookInfo",
        "resourceGuid",
        "peeringState",
        "peeringSyncLevel",
        "remoteAddressSpace",
        "remoteVirtualNetworkAddressSpace",
        "privateLinkServiceConnectionState",
        "virtualNetworkLinkState",
        "recordSets",
        "customDnsConfigs",
        "defaultSecurityRules",
    }
)
_OF_HUB = "RemoteVnetToHubPeering"
_ID = re.compile(r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/([^/]+)/(.+)", re.IGNORECASE)


def templates_of(rows: list[Resource]) -> dict[str, Any]:
    """Return one template: a nested deployment for each subscription and resource group."""
    writer = Writer(rows)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in writer.rows.values():
        parts = _ID.fullmatch(row["id"])
        if parts is None or (writer._is_azures(row) and not _is_zone_group(row)):  # noqa: SLF001 - the tests' own
            continue
        groups.setdefault((parts[1], parts[2]), []).append(_resource(row, writer))
    return {
        "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.Resources/deployments",
                "apiVersion": "2022-09-01",
                "name": f"into-{number}",
                "subscriptionId": subscription,
                "resourceGroup": group,
                "properties": {
                    "mode": "Incremental",
                    "expressionEvaluationOptions": {"scope": "inner"},
                    "template": {"resources": resources},
                },
            }
            for number, ((subscription, group), resources) in enumerate(groups.items())
        ],
    }


def _is_zone_group(row: Resource) -> bool:
    return type_of(row["id"]).endswith("/privatednszonegroups")


def _resource(row: Resource, writer: Writer) -> dict[str, Any]:
    outer, _, own = row["id"].rpartition("/providers/")
    found: dict[str, Any] = {
        "type": "/".join([own.split("/")[0], *own.split("/")[1::2]]),
        "apiVersion": "2024-01-01",
        "name": "/".join(own.split("/")[2::2]),
        **{key: row[key] for key in ("location", "tags", "kind", "sku") if key in row},
        "identity": _identity(row),
        "properties": _plain(row.get("properties"), row, writer),
    }
    if "/providers/" in outer:
        found["scope"] = _as_expression(outer)
    return {key: each for key, each in found.items() if each is not None}


def _identity(row: Resource) -> Any:  # noqa: ANN401 - JSON
    held = row.get("identity")
    if not held:
        return None
    users: dict[str, Any] = {_as_expression(each): {} for each in held.get("userAssignedIdentities") or ()}
    return {"type": held["type"], **({"userAssignedIdentities": users} if users else {})}


def _plain(value: Any, row: Resource, writer: Writer, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return properties as an author writes them: without state, references as expressions."""
    if isinstance(value, dict):
        return {
            name: found
            for name, each in value.items()
            if name not in _STATE and (found := _plain(each, row, writer, name)) is not None
        }
    if isinstance(value, list):
        # Azure makes the peerings of a Virtual WAN hub.
        kept = (each for each in value if not (isinstance(each, dict) and str(each.get("name")).startswith(_OF_HUB)))
        return [_plain(each, row, writer, key) for each in kept]
    if not isinstance(value, str):
        return value
    return _text(value, row, writer, key)


def _text(value: str, row: Resource, writer: Writer, key: str) -> Any:  # noqa: ANN401 - JSON
    if key == "principalId":
        return _principal(value, writer)
    kind = type_of(row["id"])
    if key in ("privateIPAddress", "privateIpAddress") and kind.startswith("microsoft.network/"):
        return None
    if key == "ipAddress" and kind.endswith("publicipaddresses"):
        return None
    holder = writer._holders.get(value)  # noqa: SLF001 - the tests' own
    if holder is not None and key != "addressPrefix":
        return _address(value, writer)
    return _as_expression(value) if _ID.fullmatch(value) else f"[{value}" if value.startswith("[") else value


def _as_expression(arm_id: str) -> str:
    parts = _ID.fullmatch(arm_id)
    if parts is None or "/providers/" in parts[4]:
        return arm_id
    types, names = parts[4].split("/")[0::2], parts[4].split("/")[1::2]
    if len(types) != len(names):
        return arm_id
    listed = ", ".join(f"'{each}'" for each in (parts[1], parts[2], "/".join([parts[3], *types]), *names))
    return f"[resourceId({listed})]"


def _address(number: str, writer: Writer) -> str:
    """Return the expression of an address that another resource of the estate has."""
    for row in writer.rows.values():
        for place, each in enumerate((row.get("properties") or {}).get("ipConfigurations") or ()):
            inside = each.get("properties", each)
            for key in ("privateIPAddress", "privateIpAddress"):
                if inside.get(key) == number and not writer._is_azures(row):  # noqa: SLF001 - the tests' own
                    envelope = ".properties" if "properties" in each else ""
                    return f"[reference({_as_expression(row['id'])[1:-1]}).ipConfigurations[{place}]{envelope}.{key}]"
    return number


def _principal(object_id: str, writer: Writer) -> str:
    for row in writer.rows.values():
        if (row.get("identity") or {}).get("principalId") == object_id:
            return f"[reference({_as_expression(row['id'])[1:-1]}, '2024-01-01', 'Full').identity.principalId]"
        if type_of(row["id"]).endswith("/userassignedidentities") and row["properties"]["principalId"] == object_id:
            return f"[reference({_as_expression(row['id'])[1:-1]}).principalId]"
    return object_id
