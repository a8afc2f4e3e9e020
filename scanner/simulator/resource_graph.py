"""Azure Resource Graph: the one POST that reads. It knows fewer types than ARM, and omits what may not be read.

Rows have lower-case types and resource groups, and a column for everything that some resource has.
https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.kql import InvalidQueryError, Kql, read_kql
from scanner.simulator.target import Target, read_target

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource

PATH = "/providers/microsoft.resourcegraph/resources"
MOST_ROWS = 1000

Hides: TypeAlias = Callable[[str], bool]
"""Tells whether the caller may not read a list, by its path."""

_NETWORK = (
    "networksecuritygroups virtualnetworks privateendpoints privatednszones privatednszones/virtualnetworklinks "
    "networkinterfaces publicipaddresses natgateways routetables serviceendpointpolicies bastionhosts "
    "virtualnetworkgateways connections expressroutecircuits expressroutegateways virtualhubs vpngateways "
    "azurefirewalls firewallpolicies dnsresolvers dnsresolvers/inboundendpoints dnsforwardingrulesets loadbalancers "
    "applicationsecuritygroups"
)
_ML = "workspaces workspaces/onlineendpoints workspaces/onlineendpoints/deployments workspaces/batchendpoints"
_RESOURCES = (
    *(f"microsoft.network/{each}" for each in _NETWORK.split()),
    *(f"microsoft.machinelearningservices/{each}" for each in _ML.split()),
    "microsoft.machinelearningservices/workspaces/batchendpoints/deployments",
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.containerregistry/registries",
    "microsoft.storage/storageaccounts",
    "microsoft.keyvault/vaults",
    "microsoft.insights/components",
    "microsoft.operationalinsights/workspaces",
    "microsoft.containerservice/managedclusters",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.devopsinfrastructure/pools",
)
_RECORDS = ("a", "aaaa", "cname", "mx", "ptr", "soa", "srv", "txt")
_RENAMED = {"microsoft.resources/resourcegroups": "microsoft.resources/subscriptions/resourcegroups"}
_TABLE_OF = {
    **dict.fromkeys(_RESOURCES, "resources"),
    **{f"microsoft.network/privatednszones/{each}": "dnsresources" for each in _RECORDS},
    "microsoft.resources/subscriptions": "resourcecontainers",
    "microsoft.resources/subscriptions/resourcegroups": "resourcecontainers",
    "microsoft.authorization/roleassignments": "authorizationresources",
    "microsoft.authorization/roledefinitions": "authorizationresources",
}
_TENANT = "00000000-0000-0000-0000-0000000000aa"


class ResourceGraph:
    """Answers queries over an estate; `most` rows a page, as `$top` may lower it."""

    def __init__(self, estate: Estate, most: int = MOST_ROWS) -> None:
        self._most = most
        self._rows: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._subscriptions = set()
        for resource in estate.resources:
            target = read_target(str(resource["id"]))
            self._subscriptions.add((target.subscription or "").lower())
            kind = str(resource["type"]).lower()
            kind = _RENAMED.get(kind, kind)
            self._rows[_TABLE_OF.get(kind, ""), kind].append(_row(resource, target, kind))

    def answer(self, body: bytes, hides: Hides) -> Answer:
        """Answer one query: 400 for what is no query, else a page of rows."""
        try:
            request = json.loads(body)
            query = read_kql(request["query"])
            options = _options(request.get("options") or {})
            asked = {str(each).lower() for each in request["subscriptions"]}
        except InvalidQueryError as wrong:
            return answers.error(HTTPStatus.BAD_REQUEST, "InvalidQuery", str(wrong))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return answers.error(HTTPStatus.BAD_REQUEST, "BadRequest", f"Please provide below info: {wrong!r}")
        if not asked & self._subscriptions:
            message = "There must be at least one subscription that is eligible to contain resources."
            return answers.error(HTTPStatus.BAD_REQUEST, "NoValidSubscriptionsInQueryRequest", message)
        return self._page(query, self._found(query, asked, hides), options)

    def _found(self, query: Kql, asked: set[str], hides: Hides) -> list[Resource]:
        rows = [row for kind in sorted(query.types) for row in self._rows.get((query.table, kind), ())]
        seen = [row for row in rows if str(row["subscriptionId"]).lower() in asked and not _is_hidden(row, hides)]
        if query.counted:
            counts = Counter(tuple(str(row[name]) for name in query.columns) for row in seen)
            return [{**dict(zip(query.columns, key, strict=True)), "total": total} for key, total in counts.items()]
        if query.ordered:
            seen.sort(key=lambda row: str(row["id"]).lower())
        return [{name: row[name] for name in query.columns} for row in seen]

    def _page(self, query: Kql, rows: Sequence[Resource], options: Mapping[str, int]) -> Answer:
        start = options.get("$skipToken", 0)
        end = start + min(options.get("$top", self._most), self._most)
        page: dict[str, object] = {
            "totalRecords": len(rows),
            "count": len(rows[start:end]),
            "data": rows[start:end],
            "facets": [],
            "resultTruncated": "false",
        }
        if end < len(rows):
            # Rows without an id cannot be paged through: what is left is cut off.
            page |= {"$skipToken": str(end)} if "id" in query.columns else {"resultTruncated": "true"}
        return ok(page)


def _options(options: Mapping[str, object]) -> dict[str, int]:
    if options.get("resultFormat", "objectArray") != "objectArray":
        raise InvalidQueryError("Only the result format objectArray is served.")
    found = {name: int(str(options[name])) for name in ("$top", "$skipToken") if options.get(name) is not None}
    if not 1 <= found.get("$top", 1) <= MOST_ROWS:
        raise InvalidQueryError(f"$top must be between 1 and {MOST_ROWS}.")
    return found


def _is_hidden(row: Resource, hides: Hides) -> bool:
    return any(hides(path) for path in lists_with(read_target(str(row["id"]))))


def lists_with(target: Target) -> tuple[str, ...]:
    """Return the paths of a resource, of the lists in which ARM shows it, and of its subscription."""
    subscription = f"/subscriptions/{target.subscription}"
    return target.path, f"{subscription}/providers/{target.type}", target.path.rpartition("/")[0], subscription


def _row(resource: Resource, target: Target, kind: str) -> Resource:
    """Show a resource as a row: what it lacks is an empty text or null."""
    return {
        "id": resource["id"],
        "name": resource.get("name", ""),
        "type": kind,
        "tenantId": _TENANT,
        "subscriptionId": target.subscription,
        "resourceGroup": (target.group or "").lower(),
        **{name: resource.get(name, "") for name in ("kind", "location", "managedBy")},
        **{name: resource.get(name) for name in ("sku", "plan", "tags", "identity", "zones", "extendedLocation")},
        "properties": resource.get("properties"),
    }
