"""Costs as CSV: a row for each charge and each thing that could be saved."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cost.estimate import Estimate, Line, Rated
from scanner.cost.savings import Savings
from scanner.report.cost_words import elsewhere, plain_money
from scanner.report.csv import rows_as_csv

_COLUMNS = (
    *("control", "kind", "name", "what", "resource_id", "region", "workspaces", "share", "meter", "unit", "quantity"),
    *("price", "currency", "price_region", "price_date", "price_source", "monthly", "missing", "note"),
)


def as_cost_csv(estimate: Estimate, savings: Savings) -> str:
    """Return a row for each charge, `fixed` with a sum a month and `traffic` with a rate, and for each `saving`."""
    rows = [*_charged(estimate), *_saved(savings, estimate)]
    return rows_as_csv(_COLUMNS, rows)


def _charged(estimate: Estimate) -> Iterator[tuple[str, ...]]:
    for line in estimate.lines:
        kinds = (("fixed", line.fixed), ("traffic", line.rates))
        rows = [_row(line, kind, each, estimate) for kind, found in kinds for each in found]
        yield from rows or [_row(line, "fixed", None, estimate)]


def _row(line: Line, kind: str, rated: Rated | None, estimate: Estimate) -> tuple[str, ...]:
    item, price = line.item, rated.price if rated is not None else None
    told = (item.id.name, item.what, str(item.id), item.region)
    users = " | ".join(map(str, item.users))
    share = f"1/{len(item.users)}" if item.users else ""
    meter = rated.charge.meter if rated is not None else None
    charge = (meter.name, meter.unit.value, str(rated.charge.quantity)) if meter is not None and rated else ("",) * 3
    said = (str(price.first), price.currency, price.region, str(price.date), price.source) if price else ("",) * 5
    return (
        *(item.control.value, kind, *told, users, share, *charge, *said),
        _monthly(kind, rated, estimate),
        " | ".join(line.missing),
        " | ".join(each for each in (elsewhere(line), item.note) if each),
    )


def _monthly(kind: str, rated: Rated | None, estimate: Estimate) -> str:
    """Return what a charge comes to: a rate comes to something only where it was said how much goes through."""
    if rated is None or rated.price is None:
        return ""
    unit = rated.charge.meter.unit
    if kind == "fixed":
        return plain_money(rated.price.of(rated.charge.quantity, rated.charge.before) * unit.in_a_month)
    return plain_money(rated.price.of(estimate.gb)) if estimate.gb is not None and unit == "GB" else ""


def _saved(savings: Savings, estimate: Estimate) -> Iterator[tuple[str, ...]]:
    for each in savings.proposed:
        told = {
            "kind": "saving",
            "name": each.at.name,
            "what": each.why,
            "resource_id": str(each.at),
            "currency": estimate.book.currency,
            "monthly": plain_money(-each.monthly.monthly),
            "missing": "at least" if each.monthly.at_least else "",
        }
        yield tuple(told.get(column, "") for column in _COLUMNS)
