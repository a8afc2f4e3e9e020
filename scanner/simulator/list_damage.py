"""What is wrong with a list that answers 200: rows twice, rows that do not belong, rows that are not all.

Azure's own guidelines promise no better: resources may be skipped or come twice across pages.
https://github.com/microsoft/api-guidelines/pull/264
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import TypeAlias

from scanner.simulator import answers
from scanner.simulator.answers import Answer
from scanner.simulator.faults import FaultKind
from scanner.simulator.pages import rows_of, value_of, with_rows, with_value, without_link
from scanner.simulator.service import Call

ELSEWHERE = "99999999-9999-4999-8999-999999999999"
"""The subscription of a row that lies outside what was asked."""

_OPPOSITES = {"Enabled": "Disabled", "Disabled": "Enabled", "Allow": "Deny", "Deny": "Allow"}

Serve: TypeAlias = Callable[[Call], Answer]
_Damage: TypeAlias = Callable[[Call, Serve], Answer]
_Rows: TypeAlias = Sequence[object]


def _rewritten(rewrite: Callable[[Call, _Rows], _Rows]) -> _Damage:
    """Make a damage of what is done to the rows of a page; an item, or an error, stays as it is."""

    def damage(call: Call, serve: Serve) -> Answer:
        answer = serve(call)
        rows = rows_of(answer)
        return answer if rows is None else with_rows(answer, rewrite(call, rows))

    return damage


def _row_twice(_call: Call, rows: _Rows) -> _Rows:
    return [*rows, *rows[:1]]


def _row_contradicted(_call: Call, rows: _Rows) -> _Rows:
    other = [{**row, "etag": 'W/"2"', **_opposed(row)} for row in rows[:1] if isinstance(row, Mapping)]
    return [*rows, *other]


def _opposed(row: Mapping[str, object]) -> Mapping[str, object]:
    return {"properties": _opposite(row["properties"])} if "properties" in row else {}


def _opposite(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _opposite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_opposite(item) for item in value]
    if isinstance(value, bool):
        return not value
    return _OPPOSITES.get(value, value) if isinstance(value, str) else value


def _row_of_other_type(call: Call, rows: _Rows) -> _Rows:
    row = _like_first(call, rows)
    head, kind, name = str(row["id"]).rsplit("/", 2)
    return [*rows, {**row, "id": f"{head}/{kind}Other/{name}"}]


def _row_of_other_parent(call: Call, rows: _Rows) -> _Rows:
    row = _like_first(call, rows)
    head, slash, rest = str(row["id"]).lstrip("/").partition("/")
    _, _, below = rest.partition("/")
    return [*rows, {**row, "id": f"/{head}/{ELSEWHERE}{slash}{below}".rstrip("/")}]


def _like_first(call: Call, rows: _Rows) -> Mapping[str, object]:
    """Return a row to spoil: the first, or, on an empty page, one that could be there."""
    first = rows[0] if rows else None
    if isinstance(first, Mapping) and "id" in first:
        return first
    return {"id": f"{call.target.path}/stray", "name": "stray", "type": call.target.type, "properties": {}}


def _row_bare(_call: Call, rows: _Rows) -> _Rows:
    bare = [{key: row[key] for key in row if key != "properties"} for row in rows[:1] if isinstance(row, Mapping)]
    return [*bare, *rows[1:]]


def _page_overlaps(call: Call, serve: Serve) -> Answer:
    answer = serve(call)
    return with_value(answer, value=[*_rows_before(call, serve)[-1:], *(value_of(answer) or ())])


def _page_twice(call: Call, serve: Serve) -> Answer:
    return with_value(serve(call), value=_rows_before(call, serve)) if _is_later(call) else serve(call)


def _rows_before(call: Call, serve: Serve) -> list[object]:
    """Return the rows of the page before the one that is asked for, none before the first."""
    if not _is_later(call):
        return []
    size = len(value_of(serve(_at(call, 0))) or ())
    return value_of(serve(_at(call, int(call.parameter("$skipToken")) - size))) or []


def _at(call: Call, token: int) -> Call:
    kept = tuple(pair for pair in call.query if pair[0].lower() != "$skiptoken")
    return replace(call, query=(*kept, ("$skipToken", str(token))))


def _is_later(call: Call) -> bool:
    return call.parameter("$skipToken") not in {"", "0"}


def _error_inside(call: Call, serve: Serve) -> Answer:
    error = {"code": "InternalServerError", "message": "An unexpected error occurred."}
    return with_value(serve(call), value=[], error=error)


def _list_cut_short(call: Call, serve: Serve) -> Answer:
    return without_link(serve(call))


def _later_page_fails(call: Call, serve: Serve) -> Answer:
    # https://github.com/Azure/azure-rest-api-specs/issues/14186: the link of a first page led to this error. Its status
    # is not told there; 500 is assumed.
    if not _is_later(call):
        return serve(call)
    kind = call.target.type.partition("/")[2]
    message = f"Resource provider '{call.target.namespace}' failed to return collection response for type '{kind}'."
    return answers.error(HTTPStatus.INTERNAL_SERVER_ERROR, "ProviderError", message)


LIST_DAMAGE: Mapping[FaultKind, _Damage] = {
    FaultKind.ROW_TWICE: _rewritten(_row_twice),
    FaultKind.ROW_CONTRADICTED: _rewritten(_row_contradicted),
    FaultKind.ROW_OF_OTHER_TYPE: _rewritten(_row_of_other_type),
    FaultKind.ROW_OF_OTHER_PARENT: _rewritten(_row_of_other_parent),
    FaultKind.ROW_BARE: _rewritten(_row_bare),
    FaultKind.PAGE_OVERLAPS: _page_overlaps,
    FaultKind.PAGE_TWICE: _page_twice,
    FaultKind.ERROR_INSIDE: _error_inside,
    FaultKind.LIST_CUT_SHORT: _list_cut_short,
    FaultKind.LATER_PAGE_FAILS: _later_page_fails,
}
"""Each asks `serve` for the honest answer, of this page or of others."""
