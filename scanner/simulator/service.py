"""The honest endpoint: what ARM answers to a GET when nothing goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.fields import PREVIEW_ONLY, Fields
from scanner.simulator.index import build_index
from scanner.simulator.providers import Providers, names_provider
from scanner.simulator.roles import ASSIGNMENTS, DEFINITIONS, DENIALS, Roles, UnsupportedFilterError
from scanner.simulator.target import Target, read_target
from scanner.simulator.versions import Cloud, Offers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scanner.simulator.estate import Estate, Resource
    from scanner.simulator.fields import Field
    from scanner.simulator.rights import Rights


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
    def version(self) -> str:
        """The api-version; empty when absent."""
        return self.parameter("api-version")

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

    `unregistered`, `not_offered`, `newest` and `versions` are what the Cloud is made of; `fields` are left out by the
    api-versions that lack them; `rights` are the caller's, None for all there are.
    """

    def __init__(  # noqa: PLR0913  each is one thing that a test sets
        self,
        estate: Estate,
        page_size: int,
        unregistered: frozenset[str],
        not_offered: frozenset[str],
        *,
        newest: Mapping[str, str] | None = None,
        versions: Mapping[str, Sequence[str]] | None = None,
        fields: Iterable[Field] = PREVIEW_ONLY,
        rights: Rights | None = None,
    ) -> None:
        cloud = Cloud(unregistered, not_offered, newest or {}, versions or {})
        self._index = build_index(estate)
        self._roles = Roles(estate)
        self._page_size = page_size
        self._rights = rights
        self._offers = Offers(cloud, self._index)
        self._providers = Providers(estate, cloud)
        self._fields = Fields(fields)

    def answer(self, call: Call) -> Answer:
        """Answer as ARM would: its checks in its order, then the page or the item."""
        if refusal := self._closed(call):
            return refusal
        if names_provider(call.target):
            return self._providers.answer(call.target)
        refusal = self._offers.refusal(call.target, call.version) or self._missing_owner(call.target)
        return refusal or (self._page(call) if call.target.is_list else self._item(call))

    def _closed(self, call: Call) -> Answer | None:
        target = call.target
        if not call.version:
            return answers.missing_api_version()
        if target.subscription and f"/subscriptions/{target.subscription}".lower() not in self._index.items:
            return answers.no_subscription(target)
        return self._rights.refusal(target) if self._rights else None

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
        # What may not be read is left out of the page, not of the list: https://github.com/projectkudu/AzureResourceExplorer/issues/254
        shown = self._rights.visible(call.target, rows[start:end]) if self._rights else rows[start:end]
        page: dict[str, object] = {"value": [self._fields.as_of(row, call.version) for row in shown]}
        return ok({**page, "nextLink": call.link(str(end))} if end < len(rows) else page)

    def _rows(self, call: Call) -> Sequence[Resource]:
        match call.target.type.lower():
            case kind if kind == ASSIGNMENTS:
                return self._roles.assignments(call.target, call.parameter("$filter"))
            case kind if kind == DEFINITIONS:
                return self._roles.definitions(call.target)
            case kind if kind == DENIALS:
                return self._roles.denials(call.target, call.parameter("$filter"))
            case _:
                return self._index.lists.get(call.target.key, ())

    def _item(self, call: Call) -> Answer:
        found = self._index.items.get(call.target.key)
        if found is None and call.target.type.lower() == DEFINITIONS:
            found = self._roles.definition(call.target)
        return answers.no_resource(call.target) if found is None else ok(self._fields.as_of(found, call.version))
