"""The rows of an answer: in `value` on a page of a list, in `data` on one of Resource Graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.simulator.answers import Answer

_LINK = frozenset({"nextLink", "$skipToken"})


def value_of(answer: Answer) -> list[object] | None:
    """Return the rows of a page of a list, None for any other answer."""
    return _rows(answer, "value")


def data_of(answer: Answer) -> list[object] | None:
    """Return the rows of a page of Resource Graph, None for any other answer."""
    return _rows(answer, "data")


def rows_of(answer: Answer) -> list[object] | None:
    """Return the rows of either page, None for an item or an error."""
    value = value_of(answer)
    return data_of(answer) if value is None else value


def with_value(answer: Answer, **changes: object) -> Answer:
    """Change a page of a list: only that has a value and a link; an item, or an error, stays as it is."""
    return answer if value_of(answer) is None else _changed(answer, changes)


def with_data(answer: Answer, **changes: object) -> Answer:
    """Change a page of Resource Graph; one that is said to be truncated leads no further."""
    left_out = _LINK if "resultTruncated" in changes else frozenset()
    return answer if data_of(answer) is None else _changed(answer, changes, left_out)


def with_rows(answer: Answer, rows: Sequence[object]) -> Answer:
    """Put other rows on either page; Resource Graph counts them, and its total stays."""
    return with_data(with_value(answer, value=rows), data=rows, count=len(rows))


def without_link(answer: Answer) -> Answer:
    """Take away what leads to the next page, of either kind."""
    return answer if rows_of(answer) is None else _changed(answer, {}, _LINK)


def _rows(answer: Answer, key: str) -> list[object] | None:
    rows = answer.payload.get(key) if isinstance(answer.payload, Mapping) else None
    return rows if isinstance(rows, list) else None


def _changed(answer: Answer, changes: Mapping[str, object], left_out: frozenset[str] = frozenset()) -> Answer:
    page = answer.payload if isinstance(answer.payload, Mapping) else {}
    return replace(answer, payload={key: row for key, row in page.items() if key not in left_out} | dict(changes))
