"""Azure Resource Graph: the one POST that reads. It knows fewer types than ARM, and omits what may not be read.

Rows have lower-case types and resource groups, and a column for everything that some resource has.
https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.kql import InvalidQueryError, Kql, read_kql
from scanner.simulator.target import Target, read_target

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource
    from scanner.simulator.rights import Rights

PATH = "/providers/microsoft.resourcegraph/resources"
MOST_ROWS = 1000
MOST_BYTES = 16 * 1024 * 1024
"""Where Azure draws the line: 16777216 in https://github.com/microsoft/ARI/issues/199; it was 12582912 in 2020 (#3)."""

Hides: TypeAlias = Callable[[str], bool]
"""Tells whether the caller may not read a list, by its path."""

_Column: TypeAlias = "Callable[[Resource, str], object]"
_Found: TypeAlias = tuple[str, "Resource"]
"""A type as the graph spells it, and a resource of it."""

_NETWORK = (
    "networksecuritygroups virtualnetworks privateendpoints privatednszones privatednszones/virtualnetworklinks "
    "networkinterfaces publicipaddresses natgateways routetables serviceendpointpolicies bastionhosts "
    "virtualnetworkgateways connections expressroutecircuits expressroutegateways virtualhubs vpngateways "
    "azurefirewalls firewallpolicies dnsresolvers dnsresolvers/inboundendpoints dnsforwardingrulesets loadbalancers "
    "applicationsecuritygroups networksecurityperimeters networkmanagers p2svpngateways ipgroups"
)
_ML = "workspaces workspaces/onlineendpoints workspaces/onlineendpoints/deployments workspaces/batchendpoints"
_RESOURCES = (
    *(f"microsoft.network/{each}" for each in _NETWORK.split()),
    *(f"microsoft.machinelearningservices/{each}" for each in _ML.split()),
    "microsoft.machinelearningservices/workspaces/batchendpoints/deployments",
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachines/extensions",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.containerregistry/registries",
    "microsoft.containerregistry/registries/replications",
    "microsoft.storage/storageaccounts",
    "microsoft.keyvault/vaults",
    "microsoft.insights/components",
    "microsoft.insights/privatelinkscopes",
    "microsoft.operationalinsights/workspaces",
    "microsoft.containerservice/managedclusters",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.devopsinfrastructure/pools",
)
# https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources (2025)
_IN_FORCE = (
    "effectiveconnectivityconfigurations effectivesecurityadminrules firewallpolicies/rulecollectiongroups "
    "networkgroupmemberships "
    "networkmanagers/connectivityconfigurations/snapshots "
    "networkmanagers/securityadminconfigurations/rulecollections/rules/snapshots "
    "networkmanagers/securityadminconfigurations/rulecollections/snapshots "
    "networkmanagers/securityadminregionalgoalstates"
)
_RECORDS = ("a", "aaaa", "cname", "mx", "ptr", "soa", "srv", "txt")
_RENAMED = {"microsoft.resources/resourcegroups": "microsoft.resources/subscriptions/resourcegroups"}
_TABLE_OF = {
    **dict.fromkeys(_RESOURCES, "resources"),
    **{f"microsoft.network/privatednszones/{each}": "dnsresources" for each in _RECORDS},
    **{f"microsoft.network/{each}": "networkresources" for each in _IN_FORCE.split()},
    "microsoft.resources/subscriptions": "resourcecontainers",
    "microsoft.resources/subscriptions/resourcegroups": "resourcecontainers",
    "microsoft.authorization/roleassignments": "authorizationresources",
    "microsoft.authorization/roledefinitions": "authorizationresources",
}
_TENANT = "00000000-0000-0000-0000-0000000000aa"


class ResourceGraph:
    """Answers queries over an estate; `most` rows a page, as `$top` may lower it, and `largest` bytes if given.

    Rows that the caller's `rights` do not show are neither returned nor counted, and a subscription in which it holds
    nothing is none: https://learn.microsoft.com/azure/governance/resource-graph/overview#permissions-in-azure-resource-graph
    and https://learn.microsoft.com/azure/governance/resource-graph/troubleshoot/general; of the count, not verified.
    """

    def __init__(
        self, estate: Estate, most: int = MOST_ROWS, largest: int | None = None, rights: Rights | None = None
    ) -> None:
        self._most = most
        self._largest = largest
        self._rights = rights
        self._found: defaultdict[str, defaultdict[tuple[str, str], list[Resource]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for resource in estate.resources:
            kind = str(resource["type"]).lower()
            kind = _RENAMED.get(kind, kind)
            self._found[_subscription_of(resource)][_TABLE_OF.get(kind, ""), kind].append(resource)

    def answer(self, body: bytes, hides: Hides | None) -> Answer:
        """Answer one query: 400 for what is no query, else a page of rows. `hides` is None where nothing is hidden."""
        try:
            request = json.loads(body)
            query = read_kql(request["query"])
            options = _options(request.get("options") or {})
            asked = {str(each).lower() for each in request["subscriptions"]}
        except InvalidQueryError as wrong:
            return answers.error(HTTPStatus.BAD_REQUEST, "InvalidQuery", str(wrong))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return answers.error(HTTPStatus.BAD_REQUEST, "BadRequest", f"Please provide below info: {wrong!r}")
        known = sorted(each for each in asked & self._found.keys() if self._rights is None or self._rights.knows(each))
        if not known:
            message = "There must be at least one subscription that is eligible to contain resources."
            return answers.error(HTTPStatus.BAD_REQUEST, "NoValidSubscriptionsInQueryRequest", message)
        parts = [self._in(each, query, hides) for each in known]
        start = options.get("$skipToken", 0)
        end = start + min(options.get("$top", self._most), self._most)
        page = (_counts if query.counted else _rows)(query, parts, start, end)
        return page if self._largest is None else _within(self._largest, page)

    def _in(self, subscription: str, query: Kql, hides: Hides | None) -> list[_Found]:
        """Find what a query asks for in a subscription."""
        held = self._found[subscription]
        found = [(kind, each) for kind in query.types for each in held.get((query.table, kind), ())]
        if query.named:
            found = [each for each in found if any(text in str(each[1]["id"]).lower() for text in query.named)]
        if query.containing:
            found = [each for each in found if _contains(each[1], query.containing)]
        if self._rights is not None:
            found = [each for each in found if self._rights.shows(each[1])]
        return found if hides is None else [each for each in found if not _is_hidden(each[1], hides)]


def _contains(resource: Resource, texts: Iterable[str]) -> bool:
    properties = json.dumps(resource.get("properties", {})).lower()
    return any(each in properties for each in texts)


def _within(largest: int, page: Answer) -> Answer:
    size = len(page.body())
    return page if size <= largest else answers.too_large(size, largest)


def _rows(query: Kql, parts: Sequence[list[_Found]], start: int, end: int) -> Answer:
    rows = [_row(each, kind, query.columns) for kind, each in _between(parts, start, end)]
    return _page(rows, sum(map(len, parts)), end, has_ids="id" in query.columns)


def _counts(query: Kql, parts: Sequence[list[_Found]], start: int, end: int) -> Answer:
    rows = (_row(each, kind, query.columns) for part in parts for kind, each in part)
    counts = Counter(tuple(map(str, row.values())) for row in rows)
    found = [{**dict(zip(query.columns, key, strict=True)), "total": total} for key, total in counts.items()]
    return _page(found[start:end], len(found), end, has_ids=False)


def _between(parts: Sequence[list[_Found]], start: int, end: int) -> Iterator[_Found]:
    """Yield what lies between two places in the order of ids, which is that of subscriptions first.

    Only the parts that the places fall into are sorted: a tenant has a thousand pages.
    """
    at = 0
    for part in parts:
        if at + len(part) > start and at < end:
            yield from sorted(part, key=_in_order)[max(0, start - at) : end - at]
        at += len(part)


def _in_order(found: _Found) -> str:
    return str(found[1]["id"]).lower()


def _page(rows: Sequence[Resource], total: int, end: int, *, has_ids: bool) -> Answer:
    page: dict[str, object] = {
        "totalRecords": total,
        "count": len(rows),
        "data": rows,
        "facets": [],
        "resultTruncated": "false",
    }
    if end < total:
        # Rows without an id cannot be paged through: what is left is cut off.
        page |= {"$skipToken": str(end)} if has_ids else {"resultTruncated": "true"}
    return ok(page)


def _subscription_of(resource: Resource) -> str:
    return (_target(resource).subscription or "").lower()


def _options(options: Mapping[str, object]) -> dict[str, int]:
    if options.get("resultFormat", "objectArray") != "objectArray":
        raise InvalidQueryError("Only the result format objectArray is served.")
    found = {name: int(str(options[name])) for name in ("$top", "$skipToken") if options.get(name) is not None}
    if not 1 <= found.get("$top", 1) <= MOST_ROWS:
        raise InvalidQueryError(f"$top must be between 1 and {MOST_ROWS}.")
    return found


def _is_hidden(resource: Resource, hides: Hides) -> bool:
    return any(hides(path) for path in lists_with(read_target(str(resource["id"]))))


def lists_with(target: Target) -> tuple[str, ...]:
    """Return the paths of a resource, of the lists in which ARM shows it, and of its subscription."""
    subscription = f"/subscriptions/{target.subscription}"
    return target.path, f"{subscription}/providers/{target.type}", target.path.rpartition("/")[0], subscription


def _row(resource: Resource, kind: str, columns: Iterable[str]) -> Resource:
    """Show a resource as a row: what it lacks is an empty text or null."""
    return {name: _COLUMN.get(name, _as_it_is(name))(resource, kind) for name in columns}


def _target(resource: Resource) -> Target:
    return read_target(str(resource["id"]))


def _as_it_is(name: str) -> _Column:
    nothing = "" if name in _TEXTS else None
    return lambda resource, _: resource.get(name, nothing)


_TEXTS = frozenset({"name", "kind", "location", "managedBy"})
_COLUMN: Mapping[str, _Column] = {
    "type": lambda _, kind: kind,
    "tenantId": lambda *_: _TENANT,
    "subscriptionId": lambda resource, _: _target(resource).subscription,
    "resourceGroup": lambda resource, _: (_target(resource).group or "").lower(),
}
