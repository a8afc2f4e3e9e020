"""Datastores and connections: of what they hold only where they lead is kept, never what they sign in with.

A Reader can see the credentials of a datastore (facts §15), and a connection's metadata and value hold what people put
there. So it is not told what to leave out, but what to keep.
"""

from __future__ import annotations

from typing import Any

from scanner.evidence import UNKNOWN_KEY

_WORKSPACES = "microsoft.machinelearningservices/workspaces"
_KEPT = {
    f"{_WORKSPACES}/datastores": frozenset(
        {
            "accountName",
            "containerName",
            "datastoreType",
            "endpoint",
            "fileShareName",
            "filesystem",
            "isDefault",
            "oneLakeWorkspaceName",
            "protocol",
            "resourceGroup",
            "storeName",
            "subscriptionId",
            UNKNOWN_KEY,
        }
    ),
    f"{_WORKSPACES}/connections": frozenset(
        {"authType", "category", "group", "isSharedToAll", "metadata", "target", UNKNOWN_KEY}
    ),
}
_OF_METADATA = frozenset({"resourceid", UNKNOWN_KEY})


def without_credentials(kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource of a type (lower case) with only those properties that tell where it leads."""
    kept, properties = _KEPT.get(kind), resource.get("properties")
    if kept is None or not isinstance(properties, dict):
        return resource
    shown = {key: _shown(key, value) for key, value in properties.items() if key in kept}
    plain = {key: value for key, value in resource.items() if key not in {"tags", "systemData"}}
    return plain | {"properties": shown}


def _shown(key: str, value: object) -> object:
    """Cut an address before its query, and metadata down to the id in it; other values are looked at as everywhere."""
    if key == "target" and isinstance(value, str):
        return value.partition("?")[0]
    if key == "metadata" and isinstance(value, dict):
        return {name: item for name, item in value.items() if name.lower() in _OF_METADATA}
    return value
