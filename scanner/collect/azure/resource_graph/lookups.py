"""Asking Resource Graph, over all that the identity sees, what names one of some resources: a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scanner.collect.azure.resource_graph.query import batches, pages
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import WireError
from scanner.model.arm import ArmId, Json

_MOST_NAMES = 50
"""Ids in one query."""


def naming(
    session: Session, kinds: Sequence[str], abouts: Iterable[str], subscriptions: Sequence[str]
) -> Iterator[ArmId]:
    """Yield the ids of resources of some types that name one of some ids. Raises as `pages` does, and for lost rows.

    Columns are compared as text, which also finds ids that begin with the one that is meant: the rows tell them apart.
    """
    for names in batches(sorted(each.lower() for each in abouts), _MOST_NAMES):
        tests = " or ".join(f"tostring(properties) contains {_quoted(each)}" for each in names)
        types = ", ".join(map(_quoted, kinds))
        query = f"resources | where type in~ ({types}) | where {tests} | project id, type, properties | order by id asc"
        for row in _rows(session, query, subscriptions):
            text = str(row.get("properties")).lower()
            if any(_names(text, each) for each in names):
                yield ArmId(str(row["id"]))


def all_of(session: Session, kinds: Sequence[str], subscriptions: Sequence[str]) -> Iterator[ArmId]:
    """Yield the ids of all resources of some types. Raises as `naming` does."""
    types = ", ".join(map(_quoted, kinds))
    query = f"resources | where type in~ ({types}) | project id, type | order by id asc"
    for row in _rows(session, query, subscriptions):
        yield ArmId(str(row["id"]))


def _rows(session: Session, query: str, subscriptions: Sequence[str]) -> Iterator[Json]:
    for batch in batches(subscriptions):
        total, ids = 0, set[str]()
        for page in pages(session, query, batch):
            total = page.total
            rows: list[dict[str, Any]] = [row for row in page.rows if str(row.get("id", "")).startswith("/")]
            ids |= {str(row["id"]).lower() for row in rows}
            yield from rows
        if len(ids) < total:
            raise WireError("Resource Graph counted more rows than it gave")


def _names(text: str, arm_id: str) -> bool:
    """Tell whether a text names an id, or something in it, and not another one that begins the same."""
    _, *after = text.split(arm_id)
    return any(each[:1] in {"/", "'", '"', ""} for each in after)


def _quoted(text: str) -> str:
    r"""Write a text as KQL does: in single quotes, with `\` and `'` escaped."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
