"""Asking Azure Resource Graph: a query of ours, page by page, through the SDK."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import PipelineResponse

from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import Links, WireError, payload_of
from scanner.model.arm import Json

MOST_SUBSCRIPTIONS = 250
"""Subscriptions a query: Azure advises fewer than 300 (facts §15)."""
MOST_ROWS = 1000

_VERSION = "2021-03-01"
_COLUMNS = "id, name, type, location, tags, kind, sku, identity, managedBy, zones, properties"
_OK = 200
_TOO_LARGE = "ResponsePayloadTooLarge"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and how many there are in all pages together."""

    rows: list[dict[str, Any]]
    total: int


class IncompleteError(WireError):
    """Resource Graph says that it left rows out."""


def rows_of(table: str, kinds: Iterable[str], within: Iterable[str] = ()) -> str:
    """Write the query for resources of some types, in an order that holds from page to page.

    With `within` it is for those whose id holds one of some texts.
    """
    return f"{_of(table, kinds, within)} | project {_COLUMNS} | order by id asc"


def ids_of(table: str, kinds: Iterable[str]) -> str:
    """Write the query that tells which resources of some types there are."""
    return f"{_of(table, kinds)} | project id, type | order by id asc"


def counts_of(table: str, kinds: Iterable[str], *by: str, within: Iterable[str] = ()) -> str:
    """Write the query that counts resources of some types; rows carry the count as `total`."""
    return f"{_of(table, kinds, within)} | summarize total=count() by {', '.join(by)}"


def _of(table: str, kinds: Iterable[str], within: Iterable[str] = ()) -> str:
    names = ", ".join(f"'{each}'" for each in kinds)
    tests = " or ".join(f"id contains '{each}'" for each in within)
    return f"{table} | where type in~ ({names})" + (f" | where {tests}" if tests else "")


def batches(subscriptions: Sequence[str], size: int = MOST_SUBSCRIPTIONS) -> Iterator[tuple[str, ...]]:
    """Split subscriptions into what one query may name."""
    for start in range(0, len(subscriptions), size):
        yield tuple(subscriptions[start : start + size])


def pages(session: Session, query: str, subscriptions: Sequence[str]) -> Iterator[Page]:
    """Yield the pages of a query. Raises the SDK's errors, WireError, and IncompleteError after the last page."""
    token, links, top = "", Links(session.cloud, session.limits.pages), MOST_ROWS
    while True:
        try:
            answer = _asked(session, query, subscriptions, token, top)
        except HttpResponseError as error:
            if top == 1 or not _is_too_large(error):
                raise
            top //= 2
            continue
        yield _page(answer)
        token = str(answer.get("$skipToken") or "")
        if not token:
            break
        links.count(token)
    if str(answer.get("resultTruncated", "false")).lower() == "true":
        raise IncompleteError("Resource Graph cut its answer off")


def _page(answer: dict[str, Any]) -> Page:
    rows, total = answer.get("data"), answer.get("totalRecords")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise WireError("the answer is not one of Resource Graph")
    return Page(rows, _counted(total))


def count_in(row: Json) -> int:
    """Return what a row of `counts_of` counts. Raises WireError."""
    return _counted(row.get("total"))


def _counted(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise WireError("the answer is not one of Resource Graph")
    return value


class _Answered(Exception):  # noqa: N818 - it carries an answer
    """Brings an answer past the SDK, which would build a model of every value in it."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__()
        self.payload = payload


def _tap(response: PipelineResponse[Any, Any]) -> None:
    if response.http_response.status_code == _OK:
        raise _Answered(payload_of(response.http_response))


def _is_too_large(error: HttpResponseError) -> bool:
    """Tell whether a page would have had more bytes than Azure sends; its code stands among the details.

    https://github.com/microsoft/ARI/issues/199 (read 2026): such a query succeeds with fewer rows a page.
    """
    return error.response is not None and _TOO_LARGE in error.response.text()


def _asked(session: Session, query: str, subscriptions: Sequence[str], token: str, top: int) -> dict[str, Any]:
    """Send a query; the session waits for its turn where the quota is used up."""
    from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions  # noqa: PLC0415 - only when asked

    options = QueryRequestOptions(
        top=top, skip_token=token or None, result_format="objectArray", allow_partial_scopes=False
    )
    request = QueryRequest(query=query, subscriptions=list(subscriptions), options=options)
    client = session.client("graph", _VERSION, "")
    try:
        client.resources(request, raw_response_hook=_tap, **session.options())
    except _Answered as answered:
        return answered.payload
    raise WireError("Resource Graph gave no answer")
