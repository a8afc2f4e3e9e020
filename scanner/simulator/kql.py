"""The little of the Kusto query language that a scan sends: one table, types, and columns or counts.

table | where type in~ ('a', 'b') | project id, name | order by id asc
table | where type in~ ('a', 'b') | where tostring(properties) contains 'x' or … | project id | order by id asc
table | where type in~ ('a', 'b') | summarize total=count() by type, subscriptionId
table | where type in~ ('a', 'b') | where id contains 'x' or … | …
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

COLUMNS = frozenset(
    {
        "id",
        "name",
        "type",
        "tenantId",
        "kind",
        "location",
        "resourceGroup",
        "subscriptionId",
        "managedBy",
        "sku",
        "plan",
        "properties",
        "tags",
        "identity",
        "zones",
        "extendedLocation",
    }
)
"""What every table has."""

TABLES = frozenset({"resources", "resourcecontainers", "dnsresources", "networkresources", "authorizationresources"})

_WHERE = re.compile(r"where type in~ \(((?:'[^']+'(?:, )?)+)\)")
_NAMED = re.compile(r"where ((?:id contains '[^'\\]+'(?: or )?)+)")
_CONTAINS = re.compile(r"tostring\(properties\) contains '([^'\\]+)'")
_PROJECT = re.compile(r"project (\w+(?:, \w+)*)")
_ORDER = re.compile(r"order by id asc")
_COUNT = re.compile(r"summarize total=count\(\) by (\w+(?:, \w+)*)")


class InvalidQueryError(Exception):
    """A query is not one that is understood here; the message says what part."""


@dataclass(frozen=True, slots=True)
class Kql:
    """A query: `types` in lower case; `columns` to show, or, with `counted`, to count by. `ordered` is by id.

    The properties of what is shown hold one of the texts `containing`, and its id one of those `named`, in any case;
    with none all is shown.
    """

    table: str
    types: frozenset[str]
    columns: tuple[str, ...]
    counted: bool
    ordered: bool
    containing: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def read_kql(text: str) -> Kql:
    """Read a query. Raises InvalidQueryError for all else than the two forms above."""
    table, *steps = (each.strip() for each in text.split("|"))
    if table.lower() not in TABLES:
        raise InvalidQueryError(f"Table {table!r} is invalid, undefined or outside of the scope of this query.")
    named = _NAMED.fullmatch(steps[1]) if len(steps) > 1 else None
    if named is not None:
        return replace(_read(table, [steps[0], *steps[2:]]), named=tuple(re.findall(r"'([^']+)'", named[1].lower())))
    return _read(table, steps)


def _read(table: str, steps: list[str]) -> Kql:
    match steps:
        case [where, project]:
            return _query(table, where, project, ordered=False)
        case [where, project, order] if _ORDER.fullmatch(order):
            return _query(table, where, project, ordered=True)
        case [where, tests, project, order] if _ORDER.fullmatch(order):
            return replace(_query(table, where, project, ordered=True), containing=_texts(tests))
        case _:
            raise InvalidQueryError("Query is invalid: where, then project or summarize, then order by id.")


def _query(table: str, where: str, shown: str, *, ordered: bool) -> Kql:
    columns, counts = _PROJECT.fullmatch(shown), _COUNT.fullmatch(shown)
    found = columns or (None if ordered else counts)
    if found is None:
        raise InvalidQueryError(f"Query is invalid near {shown!r}.")
    names = tuple(found[1].split(", "))
    if unknown := [each for each in names if each not in COLUMNS]:
        raise InvalidQueryError(f"Failed to resolve column {unknown[0]!r}.")
    return Kql(table.lower(), _types(where), names, counted=columns is None, ordered=ordered)


def _texts(tests: str) -> tuple[str, ...]:
    found = [_CONTAINS.fullmatch(each) for each in tests.removeprefix("where ").split(" or ")]
    if not tests.startswith("where ") or None in found:
        raise InvalidQueryError(f"Query is invalid near {tests!r}.")
    return tuple(each[1].lower() for each in found if each is not None)


def _types(where: str) -> frozenset[str]:
    match = _WHERE.fullmatch(where)
    if match is None:
        raise InvalidQueryError(f"Query is invalid near {where!r}.")
    return frozenset(each.strip("' ").lower() for each in match[1].split(","))
