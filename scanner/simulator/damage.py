"""What a fault makes of an answer: another one in its place, or the honest one spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from scanner.simulator import answers
from scanner.simulator.answers import Answer, Delivery
from scanner.simulator.faults import Fault, FaultKind
from scanner.simulator.service import Call

if TYPE_CHECKING:
    from scanner.simulator.estate import Resource

_ELSEWHERE = "http://127.0.0.2:1"
_PORTAL = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"

_Replace: TypeAlias = Callable[[Fault, Call], Answer]
_Spoil: TypeAlias = Callable[[Call, Answer], Answer]


def damaged(fault: Fault, call: Call, serve: Callable[[Call], Answer]) -> Answer:
    """Answer a call that a fault has hit; `serve` gives the honest answer, and is asked only where it is needed."""
    instead = _INSTEAD.get(fault.kind)
    return instead(fault, call) if instead else _SPOILT[fault.kind](call, serve(call))


def _server_error(_fault: Fault, _call: Call) -> Answer:
    return answers.error(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "An unexpected error occurred.")


def _unavailable(_fault: Fault, _call: Call) -> Answer:
    return answers.error(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "The service is unavailable.")


def _html(_fault: Fault, _call: Call) -> Answer:
    return Answer(HTTPStatus.OK, _PORTAL, content_type="text/html; charset=utf-8")


def _reset(_fault: Fault, _call: Call) -> Answer:
    return Answer(0, b"", delivery=Delivery.RESET)


def _cut(_call: Call, answer: Answer) -> Answer:
    return replace(answer, delivery=Delivery.CUT)


def _truncated(_call: Call, answer: Answer) -> Answer:
    body = answer.body()
    return replace(answer, payload=body[: len(body) // 2])


def _wrong_json(_call: Call, answer: Answer) -> Answer:
    rows = _rows(answer)
    return replace(answer, payload=[answer.payload] if rows is None else rows)


def _wrong_value(_call: Call, answer: Answer) -> Answer:
    return replace(answer, payload="text" if _rows(answer) is None else {"value": "text"})


def _no_properties(_call: Call, answer: Answer) -> Answer:
    rows = _rows(answer)
    if rows is None:
        return replace(answer, payload=_without_properties(answer.payload))
    return _with(answer, value=[_without_properties(row) for row in rows])


def _empty_page(call: Call, answer: Answer) -> Answer:
    if _rows(answer) is None or call.parameter("$skipToken"):
        return answer
    return _with(answer, value=[], nextLink=call.link("0"))


def _next_link_loop(call: Call, answer: Answer) -> Answer:
    return _with(answer, nextLink=call.link(call.parameter("$skipToken") or "0"))


def _next_link_elsewhere(call: Call, answer: Answer) -> Answer:
    return _with(answer, nextLink=replace(call, endpoint=_ELSEWHERE).link("0"))


def _rows(answer: Answer) -> list[object] | None:
    rows = answer.payload.get("value") if isinstance(answer.payload, Mapping) else None
    return rows if isinstance(rows, list) else None


def _with(answer: Answer, **changes: object) -> Answer:
    # Only a page has a value and a link: an item, or an error, stays as it is.
    page: Resource | None = answer.payload if isinstance(answer.payload, Mapping) else None
    return answer if page is None or _rows(answer) is None else replace(answer, payload={**page, **changes})


def _without_properties(row: object) -> object:
    return {key: value for key, value in row.items() if key != "properties"} if isinstance(row, Mapping) else row


_INSTEAD: Mapping[FaultKind, _Replace] = {
    FaultKind.FORBIDDEN: lambda _, call: answers.forbidden(call.target),
    FaultKind.NOT_FOUND: lambda _, call: answers.no_resource(call.target),
    FaultKind.CONFLICT: lambda _, __: answers.conflict(),
    FaultKind.THROTTLED: lambda fault, call: answers.throttled(call.target, fault.retry_after),
    FaultKind.SERVER_ERROR: _server_error,
    FaultKind.UNAVAILABLE: _unavailable,
    FaultKind.UNAUTHORIZED: lambda _, __: answers.unauthorized(),
    FaultKind.BAD_API_VERSION: lambda _, call: answers.bad_api_version(call.target, call.parameter("api-version")),
    FaultKind.RESET: _reset,
    FaultKind.HTML: _html,
}
_SPOILT: Mapping[FaultKind, _Spoil] = {
    FaultKind.CUT: _cut,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.WRONG_JSON: _wrong_json,
    FaultKind.WRONG_VALUE: _wrong_value,
    FaultKind.NO_PROPERTIES: _no_properties,
    FaultKind.EMPTY_PAGE: _empty_page,
    FaultKind.NEXT_LINK_LOOP: _next_link_loop,
    FaultKind.NEXT_LINK_ELSEWHERE: _next_link_elsewhere,
}
