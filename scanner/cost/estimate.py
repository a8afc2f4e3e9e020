"""What an inventory costs by a price book: fixed cost a month, rates of traffic, and what is not known of either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from scanner.cost.book import Book
from scanner.cost.inventory import inventory
from scanner.cost.items import Charge, Control, Inventory, Item
from scanner.cost.price import Price
from scanner.graph import Graph
from scanner.model.arm import ArmId


@dataclass(frozen=True, slots=True)
class Rated:
    """A charge with its price, None where none was found."""

    charge: Charge
    price: Price | None


@dataclass(frozen=True, slots=True)
class Line:
    """What an item costs: `monthly` is what is known of its fixed cost, `missing` names what is not.

    `traffic` is what so many GB would cost, where that was asked for; None else.
    """

    item: Item
    fixed: tuple[Rated, ...]
    rates: tuple[Rated, ...]
    monthly: Decimal
    missing: tuple[str, ...]
    traffic: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, and whether it is the least that it may be: something in it has no price, or more may be there."""

    monthly: Decimal
    at_least: bool
    traffic: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Lines in the order of controls, in one currency; `gb` is what was asked to go through each, None for nothing."""

    lines: tuple[Line, ...]
    book: Book
    doubts: tuple[str, ...] = ()
    gb: Decimal | None = None
    workspaces: tuple[ArmId, ...] = ()

    @property
    def total(self) -> Total:
        """All of it."""
        found = total(self.lines)
        return Total(found.monthly, found.at_least or bool(self.doubts), found.traffic)

    def of(self, control: Control) -> tuple[Line, ...]:
        """Return the lines of a control."""
        return tuple(each for each in self.lines if each.item.control is control)

    def own(self, workspace: ArmId) -> tuple[Line, ...]:
        """Return the lines that a workspace alone uses."""
        return tuple(each for each in self.lines if each.item.users == (workspace,))

    def shared(self, workspace: ArmId) -> tuple[Line, ...]:
        """Return the lines that a workspace shares with others."""
        return tuple(each for each in self.lines if len(each.item.users) > 1 and workspace in each.item.users)

    @property
    def nobodys(self) -> tuple[Line, ...]:
        """The lines that serve no workspace that was judged."""
        return tuple(each for each in self.lines if not each.item.users)


def total(lines: Iterable[Line], share: bool = False) -> Total:  # noqa: FBT001, FBT002 - what is summed
    """Sum lines; with `share`, of what several workspaces use, the equal part of one."""
    every = tuple(lines)
    parts = [Decimal(len(each.item.users) if share and each.item.users else 1) for each in every]
    monthly = sum((each.monthly / part for each, part in zip(every, parts, strict=True)), Decimal(0))
    asked = [each.traffic / part for each, part in zip(every, parts, strict=True) if each.traffic is not None]
    traffic = sum(asked, Decimal(0)) if asked else None
    return Total(monthly, any(each.missing for each in every), traffic)


def estimate(found: Inventory, book: Book, gb: Decimal | None = None) -> Estimate:
    """Price an inventory."""
    lines = tuple(_line(each, book, gb) for each in found.items)
    workspaces = sorted({user for each in found.items for user in each.users})
    return Estimate(lines, book, found.doubts, gb, tuple(workspaces))


def _line(item: Item, book: Book, gb: Decimal | None) -> Line:
    fixed = tuple(Rated(each, book.find(each.meter, item.region)) for each in item.fixed)
    rates = tuple(Rated(each, book.find(each.meter, item.region)) for each in item.traffic)
    missing = [item.unpriced] if item.unpriced else []
    missing += [f"no price of {named(each.charge)}" for each in fixed if each.price is None]
    monthly = sum((_monthly(each) for each in fixed), Decimal(0))
    return Line(item, fixed, rates, monthly, tuple(missing), _traffic(rates, gb))


def named(charge: Charge) -> str:
    """Say what a charge is for, as the API calls it."""
    return f"{charge.meter.service}: {charge.meter.sku or charge.meter.name}"


def _monthly(rated: Rated) -> Decimal:
    if rated.price is None:
        return Decimal(0)
    unit = rated.charge.meter.unit
    return rated.price.of(rated.charge.quantity, rated.charge.before) * unit.in_a_month


def _traffic(rates: tuple[Rated, ...], gb: Decimal | None) -> Decimal | None:
    """Return what so many GB cost; in and out of one thing are each charged, and nothing that is not by the GB is."""
    by_gb = [each for each in rates if each.charge.meter.unit == "GB"]
    if gb is None or not by_gb or any(each.price is None for each in by_gb):
        return None
    return sum((each.price.of(gb) for each in by_gb if each.price is not None), Decimal(0))


def monthly_difference(before: Graph, after: Graph, book: Book) -> tuple[Total, tuple[Line, ...]]:
    """Return what an edited estate costs more a month, less than nothing where it costs less, and what came to it."""
    was, now = (estimate(inventory(each), book) for each in (before, after))
    had = {(each.item.id, each.item.what) for each in was.lines}
    more = tuple(each for each in now.lines if (each.item.id, each.item.what) not in had)
    unknown = {(each.item.id, each.missing) for each in was.lines if each.missing}
    at_least = any(each.missing and (each.item.id, each.missing) not in unknown for each in now.lines)
    return Total(now.total.monthly - was.total.monthly, at_least), more
