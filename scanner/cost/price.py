"""A price: what so many of a unit cost, in which currency, of which region, as of which day, by whose word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What a unit costs; `tiers` are (from how many units on, amount), the first from 0. `region` "" is everywhere."""

    tiers: tuple[tuple[Decimal, Decimal], ...]
    currency: str
    region: str
    date: date
    source: str

    @property
    def first(self) -> Decimal:
        """What the first unit costs that is not free."""
        return next((amount for _, amount in self.tiers if amount), Decimal(0))

    @property
    def free(self) -> Decimal:
        """How many units cost nothing, before others do."""
        return next((start for start, amount in self.tiers if amount), Decimal(0))

    def of(self, quantity: Decimal, before: Decimal = Decimal(0)) -> Decimal:
        """Return what so many units cost, where others come `before` them."""
        return self._sum(before + quantity) - self._sum(before)

    def _sum(self, quantity: Decimal) -> Decimal:
        ends = [start for start, _ in self.tiers[1:]]
        parts = zip(self.tiers, [*ends, None], strict=True)
        return sum(
            (max(Decimal(0), (quantity if end is None else min(quantity, end)) - start) * amount
             for (start, amount), end in parts),
            Decimal(0),
        )  # fmt: skip
