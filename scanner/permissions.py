"""The least-privilege role that a scan needs, as `az role definition create` takes it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from scanner.collect.azure.listings import actions


def as_role_definition(subscriptions: Iterable[str]) -> str:
    """Return a custom role as JSON: reads alone, assignable in the given subscriptions (GUIDs)."""
    scopes = [f"/subscriptions/{each}" for each in subscriptions] or ["/subscriptions/<subscription id>"]
    role = {
        "Name": "mlsec-scan reader",
        "IsCustom": True,
        "Description": "Reads what mlsec-scan judges: the network security of Azure Machine Learning solutions.",
        "Actions": actions(),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": scopes,
    }
    return json.dumps(role, indent=2) + "\n"
