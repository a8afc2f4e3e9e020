"""The price table that the program carries: list prices in USD, each with its day, region and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from scanner.cost.meters import Meter
from scanner.cost.price import Price

CURRENCY = "USD"


class _Source(msgspec.Struct):
    read: date
    says: str


class _Row(msgspec.Struct):
    meter: str
    region: str
    source: str
    tiers: tuple[tuple[Decimal, Decimal], ...]


class _File(msgspec.Struct):
    about: str
    sources: dict[str, _Source]
    prices: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Prices by the keys of their meters. A price of one region stands in for others, and says of which it is."""

    prices: Mapping[str, tuple[Price, ...]]

    def find(self, meter: Meter, region: str) -> Price | None:
        """Return the price of a meter: that of the region where there is one, else the one that there is."""
        found = self.prices.get(meter.key, ())
        return next((each for each in found if each.region in {region, ""}), found[0] if found else None)

    @property
    def dates(self) -> tuple[date, date]:
        """The days of the oldest price and of the newest."""
        every = sorted(each.date for found in self.prices.values() for each in found)
        return every[0], every[-1]


@cache
def table() -> Table:
    """Return the table that the program carries."""
    read = msgspec.json.decode((files("scanner.cost") / "data" / "prices.json").read_bytes(), type=_File)
    found: dict[str, tuple[Price, ...]] = {}
    for row in read.prices:
        source = read.sources[row.source]
        price = Price(row.tiers, CURRENCY, row.region, source.read, source.says)
        found[row.meter] = (*found.get(row.meter, ()), price)
    return Table(found)
