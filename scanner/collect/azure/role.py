"""The least-privilege role that a scan needs, as `az role definition create` takes it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from scanner.collect.azure.arm.listings import actions
from scanner.collect.azure.resource_graph.tables import graph_actions

_GROUPS = "Microsoft.Management/managementGroups"


def as_role_definition(subscriptions: Iterable[str], management_groups: Iterable[str] = ()) -> str:
    """Return a custom role as JSON: reads alone, assignable in subscriptions (GUIDs) and management groups (names)."""
    groups = [f"/providers/{_GROUPS}/{each}" for each in management_groups]
    scopes = [*groups, *(f"/subscriptions/{each}" for each in subscriptions)] or ["/subscriptions/<subscription id>"]
    # Many subscriptions are read through Resource Graph, and have to be found first.
    many = [f"{_GROUPS}/descendants/read", *graph_actions()] if groups else []
    role = {
        "Name": "mlsec-scan reader",
        "IsCustom": True,
        "Description": "Reads what mlsec-scan judges: the network security of Azure Machine Learning solutions.",
        "Actions": sorted({*actions(), *many}),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": scopes,
    }
    return json.dumps(role, indent=2) + "\n"
