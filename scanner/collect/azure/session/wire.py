"""Tapping the wire: rows are taken from a list answer before the SDK would build models of them.

The SDK goes on to page through an empty list. Building its models costs four times the CPU and drops fields that they
do not know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from azure.core.pipeline import PipelineResponse
from azure.core.rest import HttpResponse

from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.limits import Limits
from scanner.model.arm import Json

_OK = 200
_PAGES = Limits().pages
_LONGEST_ID = 1 << 14
"""Characters; ARM's own limits come to some 2,000."""


class WireError(Exception):
    """An answer is not what ARM sends: no JSON, no list, or a next page that leads astray."""


class Links:
    """The next pages of one list: each at the endpoint that the credential is for, none twice, and `most` in all."""

    def __init__(self, cloud: Cloud, most: int = _PAGES) -> None:
        self._cloud = cloud
        self._most = most
        # Hashes, since a link may be long.
        self._seen: set[int] = set()

    def following(self, link: object) -> str | None:
        """Return the URL of the next page, None after the last. Raises WireError."""
        if link is None or link == "":
            return None
        if not isinstance(link, str) or not self._cloud.owns(link):
            raise WireError("the link to the next page leads to another host and was not followed")
        self.count(link)
        return link

    def count(self, page: str) -> None:
        """Note what stands for the next page. Raises WireError if that was there before, and beyond the last."""
        if hash(page) in self._seen:
            raise WireError("the links to the next page run in a circle")
        if len(self._seen) + 1 >= self._most:
            raise WireError(f"the list has more than {self._most:,} pages; the rest was not read")
        self._seen.add(hash(page))


class Tap:
    """A `raw_response_hook` for one listing: hands on the rows of each page and leaves an empty page behind.

    It also sees error answers and retried attempts, which it leaves alone; `error` is the last answer if it was one.
    `complaints` say what was wrong with pages whose other rows are fine.
    """

    def __init__(self, cloud: Cloud, take: Callable[[list[Json]], None], pages: int = _PAGES) -> None:
        self._links = Links(cloud, pages)
        self._take = take
        self.complaints: list[str] = []
        self.error: HttpResponse | None = None

    def __call__(self, response: PipelineResponse[Any, Any]) -> None:
        """Take the rows of one answer."""
        self.error = None if response.http_response.status_code == _OK else response.http_response
        if response.http_response.status_code == _OK:
            payload = payload_of(response.http_response)
            self.take_from(payload)
            # The SDK looks at it too: what was taken from it here, it makes no models of, and nothing is decoded twice.
            payload["value"] = []
            response.http_response.json = lambda: payload
            # Where older SDKs look for the decoded answer.
            response.context["deserialized_data"] = payload

    def take_from(self, payload: dict[str, Any]) -> str | None:
        """Hand on the rows of a page and return the URL of the next one, if there is one."""
        rows = payload.get("value")
        if not isinstance(rows, list):
            raise WireError("the answer is not a list of resources")
        following = self._links.following(payload.get("nextLink"))
        resources = [row for row in rows if _is_resource(row)]
        if len(resources) < len(rows):
            self.complaints.append("the answer holds rows without an id")
        if payload.get("error"):
            self.complaints.append(f"the answer is a list and an error at once: {_code_of(payload['error'])}")
        self._take(resources)
        return following


def _code_of(error: object) -> str:
    return str(error.get("code", "")) if isinstance(error, dict) else str(error)


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """Decode an answer to a JSON object."""
    return _object_in(lambda: _decoded(response))


def _object_in(decode: Callable[[], object]) -> dict[str, Any]:
    try:
        payload = decode()
    except (ValueError, RecursionError) as error:
        raise WireError("the answer is not JSON") from error
    if not isinstance(payload, dict):
        raise WireError("the answer is not a JSON object")
    return payload


def _decoded(response: HttpResponse) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Decode JSON from its bytes: the SDK's own way takes three times as long, and holds the text twice meanwhile."""
    try:
        return msgspec.json.decode(response.content)
    except ValueError:
        # Unpaired surrogates, a byte order mark, numbers beyond what is finite: JSON to some.
        return response.json()


def _is_resource(row: object) -> bool:
    found = row.get("id") if isinstance(row, dict) else None
    return isinstance(found, str) and found.startswith("/") and len(found) <= _LONGEST_ID
