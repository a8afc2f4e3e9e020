"""What a fault makes of an answer: another one in its place, or the honest one spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TypeAlias

from scanner.simulator import answers
from scanner.simulator.answers import Answer, Delivery
from scanner.simulator.faults import Fault, FaultKind
from scanner.simulator.list_damage import LIST_DAMAGE
from scanner.simulator.pages import data_of, value_of, with_data, with_value
from scanner.simulator.resource_graph import PATH as GRAPH
from scanner.simulator.rights import shows_its_rows
from scanner.simulator.service import Call

_ELSEWHERE = "http://127.0.0.2:1"
_NAMES = frozenset({"id", "type", "name"})
_PORTAL = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"

_Replace: TypeAlias = Callable[[Fault, Call], Answer]
_Spoil: TypeAlias = Callable[[Call, Answer], Answer]


def damaged(fault: Fault, call: Call, serve: Callable[[Call], Answer]) -> Answer:
    """Answer a call that a fault has hit; `serve` gives the honest answer, and is asked only where it is needed."""
    if instead := _INSTEAD.get(fault.kind):
        return instead(fault, call)
    damage = LIST_DAMAGE.get(fault.kind)
    return damage(call, serve) if damage else _SPOILT[fault.kind](call, serve(call))


def _denied(call: Call) -> Answer:
    return answers.ok({"value": []}) if shows_its_rows(call.target) else answers.forbidden(call.target)


def _server_error(_fault: Fault, _call: Call) -> Answer:
    return answers.error(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError", "An unexpected error occurred.")


def _unavailable(_fault: Fault, _call: Call) -> Answer:
    return answers.error(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "The service is unavailable.")


def _html(_fault: Fault, _call: Call) -> Answer:
    return Answer(HTTPStatus.OK, _PORTAL, content_type="text/html; charset=utf-8")


def _reset(_fault: Fault, _call: Call) -> Answer:
    return Answer(0, b"", delivery=Delivery.RESET)


def _throttled(fault: Fault, call: Call) -> Answer:
    if call.target.key == GRAPH:
        return answers.over_quota(fault.retry_after)
    return answers.throttled(call.target, fault.retry_after)


def _cut(_call: Call, answer: Answer) -> Answer:
    return replace(answer, delivery=Delivery.CUT)


def _truncated(_call: Call, answer: Answer) -> Answer:
    body = answer.body()
    return replace(answer, payload=body[: len(body) // 2])


def _wrong_json(_call: Call, answer: Answer) -> Answer:
    rows = value_of(answer)
    return replace(answer, payload=[answer.payload] if rows is None else rows)


def _wrong_value(_call: Call, answer: Answer) -> Answer:
    return replace(answer, payload="text" if value_of(answer) is None else {"value": "text"})


def _no_properties(_call: Call, answer: Answer) -> Answer:
    rows = value_of(answer)
    if (data := data_of(answer)) is not None:
        return with_data(answer, data=[_without_properties(row) for row in data])
    if rows is None:
        return replace(answer, payload=_without_properties(answer.payload))
    return with_value(answer, value=[_without_properties(row) for row in rows])


def _empty_page(call: Call, answer: Answer) -> Answer:
    if value_of(answer) is None or call.parameter("$skipToken"):
        return answer
    return with_value(answer, value=[], nextLink=call.link("0"))


def _next_link_loop(call: Call, answer: Answer) -> Answer:
    return with_value(answer, nextLink=call.link(call.parameter("$skipToken") or "0"))


def _next_link_elsewhere(call: Call, answer: Answer) -> Answer:
    return with_value(answer, nextLink=replace(call, endpoint=_ELSEWHERE).link("0"))


def _rows_missing(_call: Call, answer: Answer) -> Answer:
    return with_data(answer, data=(data_of(answer) or [])[:-1])


def _rows_cut_off(_call: Call, answer: Answer) -> Answer:
    data = data_of(answer) or []
    kept = data[: len(data) // 2]
    return with_data(answer, data=kept, totalRecords=len(kept), resultTruncated="true")


def _retyped(retype: Callable[[object], object]) -> _Spoil:
    def spoil(_call: Call, answer: Answer) -> Answer:
        rows = value_of(answer)
        if rows is None:
            return replace(answer, payload=_row_retyped(answer.payload, retype))
        return with_value(answer, value=[_row_retyped(row, retype) for row in rows])

    return spoil


def _row_retyped(row: object, retype: Callable[[object], object]) -> object:
    """Spoil what is in a row's properties and beside them; what it is called stays."""
    if not isinstance(row, Mapping):
        return row
    return {
        key: value if key in _NAMES else _each(value, retype) if key == "properties" else retype(value)
        for key, value in row.items()
    }


def _each(value: object, retype: Callable[[object], object]) -> object:
    return {key: retype(item) for key, item in value.items()} if isinstance(value, Mapping) else retype(value)


def _other_type(value: object) -> object:
    return value if value is None else ["text"] if isinstance(value, str) else "text"


def _other_leaves(value: object) -> object:
    if isinstance(value, Mapping):
        return _each(value, _other_leaves)
    if isinstance(value, list):
        return [_other_leaves(item) for item in value]
    return value if value is None else 7 if isinstance(value, str) else "text"


def _without_properties(row: object) -> object:
    return {key: value for key, value in row.items() if key != "properties"} if isinstance(row, Mapping) else row


_INSTEAD: Mapping[FaultKind, _Replace] = {
    FaultKind.FORBIDDEN: lambda _, call: answers.forbidden(call.target),
    FaultKind.DENIED: lambda _, call: _denied(call),
    FaultKind.NOT_FOUND: lambda _, call: answers.no_resource(call.target),
    FaultKind.CONFLICT: lambda _, __: answers.conflict(),
    FaultKind.THROTTLED: _throttled,
    FaultKind.SERVER_ERROR: _server_error,
    FaultKind.UNAVAILABLE: _unavailable,
    FaultKind.UNAUTHORIZED: lambda _, __: answers.unauthorized(),
    FaultKind.BAD_API_VERSION: lambda _, call: answers.bad_api_version(call.target, call.parameter("api-version")),
    FaultKind.UNREGISTERED: lambda _, call: answers.unregistered(call.target),
    FaultKind.RESET: _reset,
    FaultKind.HTML: _html,
}
_SPOILT: Mapping[FaultKind, _Spoil] = {
    FaultKind.CUT: _cut,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.WRONG_JSON: _wrong_json,
    FaultKind.WRONG_VALUE: _wrong_value,
    FaultKind.NO_PROPERTIES: _no_properties,
    FaultKind.WRONG_TYPES: _retyped(_other_type),
    FaultKind.WRONG_LEAVES: _retyped(_other_leaves),
    FaultKind.EMPTY_PAGE: _empty_page,
    FaultKind.NEXT_LINK_LOOP: _next_link_loop,
    FaultKind.ROWS_MISSING: _rows_missing,
    FaultKind.ROWS_CUT_OFF: _rows_cut_off,
    FaultKind.NEXT_LINK_ELSEWHERE: _next_link_elsewhere,
}
