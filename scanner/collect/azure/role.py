"""The least-privilege role that a scan needs, as `az role definition create` takes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from scanner.collect.azure.arm.listings import API_VERSIONS, LISTINGS, OTHER_ACTIONS, actions, item_listing
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION
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


def actions_by_rule(reads: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return by rule the permissions that listing what it reads needs, sorted; `reads` are resource types by rule."""
    return {rule: sorted({*_actions(types)}) for rule, types in reads.items()}


def by_rule_as_json(reads: Mapping[str, Iterable[str]]) -> str:
    """Return {always, rules}: the permissions of every scan, and by rule those that it needs beside them."""
    found = {"always": sorted(OTHER_ACTIONS), "rules": actions_by_rule(reads)}
    return json.dumps(found, indent=2) + "\n"


def _actions(types: Iterable[str]) -> Iterator[str]:
    """Yield the permissions of types and of what they are listed below, down from the subscription.

    What Resource Graph alone has is listed by no permission that a role can name.
    """
    for each in types:
        rows = [row for row in LISTINGS if row.type.lower() == each.lower()]
        rows += [item_listing(each.lower())] if not rows and each.lower() in API_VERSIONS else []
        yield from (row.action for row in rows)
        yield from _actions({row.parent for row in rows} - {SUBSCRIPTION})
