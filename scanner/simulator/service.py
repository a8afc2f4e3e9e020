"""The honest endpoint: what ARM answers to a GET when nothing goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.grants import Grants
from scanner.simulator.index import build_index
from scanner.simulator.roles import ASSIGNMENTS, DEFINITIONS, Roles, UnsupportedFilterError
from scanner.simulator.target import Target, read_target

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource

_WORKSPACES = "microsoft.machinelearningservices/workspaces"
_PREVIEW_ONLY = frozenset({"networkAcls", "ipAllowlist"})
_CONTAINERS = frozenset({"microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"})
_LISTED_PER_GROUP = frozenset({"microsoft.network/virtualnetworkgateways", "microsoft.network/connections"})


@dataclass(frozen=True, slots=True)
class Call:
    """One GET: what it asks for, its query as pairs in the caller's order, and the endpoint's own URL."""

    target: Target
    query: tuple[tuple[str, str], ...]
    endpoint: str

    def parameter(self, name: str) -> str:
        """Read a query parameter, whatever the case of its name; empty when absent."""
        return next((value for key, value in self.query if key.lower() == name.lower()), "")

    @property
    def asked(self) -> str:
        """The query, decoded: what a fault is matched with."""
        return "&".join(f"{name}={value}" for name, value in self.query)

    def link(self, token: str) -> str:
        """Build the absolute URL of the page that a skip token stands for; all else in the query is kept."""
        kept = [pair for pair in self.query if pair[0].lower() != "$skiptoken"]
        query = urlencode([*kept, ("$skipToken", token)], quote_via=quote, safe="$")
        return f"{self.endpoint}{quote(self.target.path)}?{query}"


def read_call(url: str, endpoint: str) -> Call:
    """Read the request target of an HTTP request line, such as `/subscriptions?api-version=2022-12-01`."""
    path, _, query = url.partition("?")
    return Call(read_target(path), tuple(parse_qsl(query, keep_blank_values=True)), endpoint)


class Service:
    """Answers calls from an estate; `page_size` rows a page.

    `unregistered` holds provider namespaces, `not_offered` full resource types, `newest` the newest api-version of some
    types; all in any case.
    """

    def __init__(  # noqa: PLR0913  each is one thing that a test sets
        self,
        estate: Estate,
        page_size: int,
        unregistered: frozenset[str],
        not_offered: frozenset[str],
        *,
        grants: Grants | None = None,
        newest: Mapping[str, str] | None = None,
    ) -> None:
        self._index = build_index(estate)
        self._roles = Roles(estate)
        self._page_size = page_size
        self._unregistered = {namespace.lower() for namespace in unregistered}
        self._not_offered = {kind.lower() for kind in not_offered}
        self._grants = grants or Grants()
        self._newest = {kind.lower(): version for kind, version in (newest or {}).items()}

    def answer(self, call: Call) -> Answer:
        """Answer as ARM would: its checks in its order, then the page or the item."""
        return self._refusal(call) or (self._page(call) if call.target.is_list else self._item(call))

    def _refusal(self, call: Call) -> Answer | None:
        target, version = call.target, call.parameter("api-version")
        if not version:
            return answers.missing_api_version()
        if target.subscription and f"/subscriptions/{target.subscription}".lower() not in self._index.items:
            return answers.no_subscription(target)
        if not self._grants.allow(target):
            return answers.forbidden(target)
        if target.namespace.lower() in self._unregistered:
            return answers.unregistered(target)
        return self._unsupported(target, version) or self._missing_owner(target)

    def _unsupported(self, target: Target, version: str) -> Answer | None:
        if not self._offers(target):
            return answers.no_such_type(target, version)
        # Versions are dates: their text sorts as they came.
        is_too_new = version > self._newest.get(target.type.lower(), version)
        return answers.bad_api_version(target, version) if is_too_new else None

    def _offers(self, target: Target) -> bool:
        kind = target.type.lower()
        if kind in self._not_offered or (target.is_list and kind in _LISTED_PER_GROUP and target.group is None):
            return False
        return not target.is_list or target.namespace != "Microsoft.Resources" or kind in _CONTAINERS

    def _missing_owner(self, target: Target) -> Answer | None:
        if target.group and self._group_key(target) not in self._index.items:
            return answers.no_group(target)
        if target.parent and target.parent.lower() not in self._index.items:
            return answers.no_resource(target)
        return None

    @staticmethod
    def _group_key(target: Target) -> str:
        return f"/subscriptions/{target.subscription}/resourcegroups/{target.group}".lower()

    def _page(self, call: Call) -> Answer:
        token = call.parameter("$skipToken") or "0"
        if not token.isdecimal():
            return answers.bad_skip_token(token)
        try:
            rows = self._rows(call)
        except UnsupportedFilterError as error:
            return answers.unsupported_query(str(error))
        start, end = int(token), int(token) + self._page_size
        page: dict[str, object] = {"value": [_as_of(row, call) for row in rows[start:end]]}
        return ok({**page, "nextLink": call.link(str(end))} if end < len(rows) else page)

    def _rows(self, call: Call) -> Sequence[Resource]:
        match call.target.type.lower():
            case kind if kind == ASSIGNMENTS:
                return self._roles.assignments(call.target, call.parameter("$filter"))
            case kind if kind == DEFINITIONS:
                return self._roles.definitions(call.target)
            case _:
                return self._index.lists.get(call.target.key, ())

    def _item(self, call: Call) -> Answer:
        found = self._index.items.get(call.target.key)
        if found is None and call.target.type.lower() == DEFINITIONS:
            found = self._roles.definition(call.target)
        return answers.no_resource(call.target) if found is None else ok(_as_of(found, call))


def _as_of(resource: Resource, call: Call) -> Resource:
    """Show a resource as the call's api-version does: a workspace's IP rules exist in preview versions only."""
    properties = resource.get("properties")
    if str(resource["type"]).lower() != _WORKSPACES or not isinstance(properties, Mapping):
        return resource
    if call.parameter("api-version").lower().endswith("-preview"):
        return resource
    return {**resource, "properties": {key: value for key, value in properties.items() if key not in _PREVIEW_ONLY}}
