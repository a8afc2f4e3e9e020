"""Reading one listing page by page: by an SDK's operation, or by a raw path where no SDK release has one that pages."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias

from scanner.collect.azure.arm.tables.listing import Listing, Query, Sdk
from scanner.collect.azure.session.answers import CAUGHT, Failure, failure_in
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import Tap, payload_of
from scanner.model.arm import ArmId, Json

_OK = 200

Take: TypeAlias = Callable[[list[Json]], None]
"""Receives the rows of each page as it arrives."""


class Refused(Exception):  # noqa: N818 - it carries an answer
    """Azure answered a raw request with an error."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.why)
        self.failure = failure


def read_by_sdk(session: Session, listing: Listing, operation: Sdk, parent: ArmId, take: Take) -> list[str]:
    """Run a list operation below a parent to its last page; return what was wrong with pages whose rows were taken.

    Raises Refused, the SDK's errors and WireError.
    """
    version = listing.api_version
    client = session.client(operation.client, version, parent.subscription)
    call: Callable[..., Any] = attrgetter(operation.operation)(client)
    names = dict(zip(operation.arguments, (parent.resource_group, *parent.names), strict=False))
    # Some clients take the api-version from their own configuration, others from the call's query.
    query = {"api-version": version}
    tap = Tap(session.cloud, take, session.limits.pages)
    try:
        for _ in call(**names, raw_response_hook=tap, params=query, **session.options()):
            pass
    except CAUGHT:
        raise
    except Exception as error:
        # Some SDKs read an error as JSON whatever it is, and stumble.
        if tap.error is None:
            raise
        raise Refused(failure_in(tap.error.status_code, tap.error.text())) from error
    return tap.complaints


def read_raw(session: Session, listing: Listing, query: Query, take: Take) -> list[str]:
    """Run a raw list request to its last page; return what was wrong with pages whose rows were taken.

    Raises Refused, the SDK's errors and WireError.
    """
    tap = Tap(session.cloud, take, session.limits.pages)
    params = {"api-version": listing.api_version}
    params |= {"$filter": query.filter} if query.filter else {}
    url: str | None = query.path
    while url is not None:
        url, params = tap.take_from(payload_at(session, url, params)), {}
    return tap.complaints


def read_item(session: Session, arm_id: ArmId, api_version: str, take: Take) -> list[str]:
    """Read one resource, as a page of one row. Raises as `read_raw` does."""
    params = {"api-version": api_version}
    item = payload_at(session, str(arm_id), params)
    tap = Tap(session.cloud, take, session.limits.pages)
    tap.take_from({"value": [item | {"id": str(arm_id)}]})
    return tap.complaints


def payload_at(session: Session, url: str, params: dict[str, str]) -> dict[str, Any]:
    """Read one answer, a JSON object. Raises Refused, the SDK's errors and WireError."""
    response = session.get(url, params)
    if response.status_code != _OK:
        raise Refused(failure_in(response.status_code, response.text()))
    return payload_of(response)
