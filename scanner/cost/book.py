"""A price book: what the API said today or in the last days, and the table where it said nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scanner.cost import table
from scanner.cost.cache import Answer, load, save
from scanner.cost.meters import Meter
from scanner.cost.price import Price
from scanner.cost.regions import normal_region, zone_of
from scanner.cost.retail import ADDRESS, PricesError, RetailPrices, Row
from scanner.system.counting import counted

_FRESH = 7
"""Days for which an answer is good: list prices change by the month at most."""
_IN_ALL = 30.0
"""Seconds for all that is asked."""
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Book:
    """Prices in one currency, from answers of the API first, by the keys of meters.

    `remarks` say what did not go as it was asked. `uses_table` is false where the table is of another currency.
    """

    currency: str = table.CURRENCY
    answers: Mapping[str, Answer] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    uses_table: bool = True

    def find(self, meter: Meter, region: str) -> Price | None:
        """Return the price of a meter in a region, None where none is known."""
        region = normal_region(region)
        answer = self.answers.get(meter.key)
        found = _from_api(answer, region) if answer is not None else None
        if found is None and self.uses_table:
            traffic = "Global" in meter.product
            found = table.table().find(meter, zone_of(region) if traffic else region)
            return None if found is not None and traffic and found.region != zone_of(region) else found
        return found


def _from_api(answer: Answer, region: str) -> Price | None:
    """Return the price of the region, of its zone, or of everywhere, whichever there is; None where two differ."""
    zone = zone_of(region)
    for place in (region, *({zone} - {""}), "global", ""):
        rows = [each for each in answer.rows if each.arm_region_name.lower() == place]
        primary = [each for each in rows if each.is_primary_meter_region] or rows
        if primary:
            return _price(primary, answer.read)
    return None


def _price(rows: list[Row], read: date) -> Price | None:
    tiers: dict[Decimal, Decimal] = {}
    for each in rows:
        if tiers.setdefault(each.tier_minimum_units, each.retail_price) != each.retail_price:
            return None
    if Decimal(0) not in tiers:
        return None
    first = rows[0]
    return Price(tuple(sorted(tiers.items())), first.currency_code, first.arm_region_name, read, "Retail Prices API")


def table_book(*remarks: str) -> Book:
    """Return the book that only the table stands in."""
    oldest, newest = table.table().dates
    return Book(remarks=(*remarks, f"list prices in USD of the program's table, of {oldest} to {newest}"))


def book_for(
    meters: Iterable[Meter], currency: str, today: date, *, offline: bool = False, address: str = ADDRESS
) -> Book:
    """Return a book with the prices of meters: what is kept and fresh is not asked for again.

    Offline, or where the API does not answer, it is what is kept, however old, and the table. A table in USD says
    nothing of another currency: where nothing is known of that, the book is in USD.
    """
    wanted = {each.key: each for each in meters}
    held = load(currency, address)
    old = [each for key, each in wanted.items() if key not in held or not _is_fresh(held[key], today)]
    asked, trouble = ({}, "") if offline or not old else _asked(old, currency, today, address)
    if asked:
        save(currency, address, {**held, **asked})
    answers = {key: each for key, each in {**held, **asked}.items() if key in wanted}
    remarks = [f"the Retail Prices API was not read: {trouble}"] if trouble else []
    told = {key: each for key, each in answers.items() if each.rows}
    if answers and not told:
        remarks.append("the Retail Prices API has none of the prices that it was asked for")
    uses_table = currency == table.CURRENCY
    if not answers and not uses_table:
        return table_book(*remarks, f"no price in {currency} is known, and none is converted")
    if not told:
        return table_book(*remarks) if uses_table else Book(currency, {}, tuple(remarks), uses_table=False)
    return Book(currency, told, (*remarks, *_dates(told, len(wanted), uses_table=uses_table)), uses_table)


def _is_fresh(answer: Answer, today: date) -> bool:
    return 0 <= (today - answer.read).days <= _FRESH


def _dates(told: Mapping[str, Answer], wanted: int, *, uses_table: bool) -> tuple[str]:
    """Say of when prices are, and where those are from that the API does not have."""
    days = sorted(each.read for each in told.values())
    said = str(days[0]) if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    oldest, newest = table.table().dates
    others = f"; {wanted - len(told)} of {wanted} that it does not have, of the program's table"
    rest = f"{others}, of {oldest} to {newest}, as far as that has them" if uses_table and wanted > len(told) else ""
    return (f"list prices of the Retail Prices API, read {said}{rest}",)


def _asked(meters: list[Meter], currency: str, today: date, address: str) -> tuple[dict[str, Answer], str]:
    """Ask for every meter; return the answers, and why some are missing, "" where none is."""
    api = RetailPrices(currency, time.monotonic() + _IN_ALL, address)

    def ask(meter: Meter) -> Answer | PricesError:
        try:
            return Answer(today, api.rows(meter))
        except PricesError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip((each.key for each in meters), pool.map(ask, meters), strict=True))
    answers = {key: each for key, each in found.items() if isinstance(each, Answer)}
    failed = [each for each in found.values() if isinstance(each, PricesError)]
    return answers, f"{failed[0]} ({len(failed)} of {counted(len(found), 'price')})" if failed else ""
