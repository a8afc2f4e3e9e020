"""What an inventory costs by a price book: fixed cost a month, rates of traffic, and what is not known of either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from scanner.cost.book import Book
from scanner.cost.inventory import inventory
from scanner.cost.items import Charge, Control, Inventory, Item
from scanner.cost.meters import Unit
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

    `traffic` is what is known of what so many GB would cost, where that was asked for; None else, and where nothing
    is charged by the GB. `unrated` names what of that is not known.
    """

    item: Item
    fixed: tuple[Rated, ...]
    rates: tuple[Rated, ...]
    monthly: Decimal
    missing: tuple[str, ...]
    traffic: Decimal | None = None
    unrated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A sum, and whether it is the least that it may be: something in it has no price, or more may be there.

    `traffic` is a sum of its own, with an "at least" of its own.
    """

    monthly: Decimal
    at_least: bool
    traffic: Decimal | None = None
    traffic_at_least: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Lines in the order of controls, in one currency; `gb` is what was asked to go through each, None for nothing.

    `workspaces` are those that were judged.
    """

    lines: tuple[Line, ...]
    book: Book
    doubts: tuple[str, ...] = ()
    gb: Decimal | None = None
    workspaces: tuple[ArmId, ...] = ()

    @property
    def total(self) -> Total:
        """All of it."""
        found = total(self.lines)
        doubted = bool(self.doubts)
        by_traffic = found.traffic_at_least or (self.gb is not None and doubted)
        return Total(found.monthly, found.at_least or doubted, found.traffic, by_traffic)

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
    def others(self) -> Total:
        """The equal parts that workspaces pay which were not judged, of what those share that were."""
        judged = set(self.workspaces)
        shared = [each for each in self.lines if judged & set(each.item.users) and set(each.item.users) - judged]
        parts = [_part(each, len(set(each.item.users) - judged)) for each in shared]
        return total(parts)

    @property
    def nobodys(self) -> tuple[Line, ...]:
        """The lines that serve no workspace that was judged."""
        return tuple(each for each in self.lines if not set(self.workspaces) & set(each.item.users))


def _part(line: Line, users: int) -> Line:
    """Return what some of the users of something pay of it."""
    part = Decimal(users) / Decimal(len(line.item.users))
    traffic = None if line.traffic is None else line.traffic * part
    return replace(line, monthly=line.monthly * part, traffic=traffic)


def total(lines: Iterable[Line], share: bool = False) -> Total:  # noqa: FBT001, FBT002 - what is summed
    """Sum lines; with `share`, of what several workspaces use, the equal part of one."""
    every = tuple(lines)
    parts = [Decimal(len(each.item.users) if share and each.item.users else 1) for each in every]
    monthly = sum((each.monthly / part for each, part in zip(every, parts, strict=True)), Decimal(0))
    asked = [each.traffic / part for each, part in zip(every, parts, strict=True) if each.traffic is not None]
    traffic = sum(asked, Decimal(0)) if asked else None
    by_traffic = any(each.unrated for each in every)
    return Total(monthly, any(each.missing for each in every), traffic, by_traffic)


def estimate(found: Inventory, book: Book, gb: Decimal | None = None) -> Estimate:
    """Price an inventory."""
    lines = tuple(_line(each, book, gb) for each in found.items)
    used = {user for each in found.items for user in each.users}
    return Estimate(lines, book, found.doubts, gb, tuple(each for each in found.judged if each in used))


def _line(item: Item, book: Book, gb: Decimal | None) -> Line:
    fixed, rates = _rated(item.fixed, item, book), _rated(item.traffic, item, book)
    missing = [item.unpriced] if item.unpriced else []
    missing += [f"no price of {named(each.charge)}" for each in fixed if each.price is None]
    monthly = sum((_monthly(each) for each in fixed), Decimal(0))
    traffic, unrated = (None, ()) if gb is None else _by_gb(item, rates, gb)
    return Line(item, fixed, rates, monthly, tuple(missing), traffic, unrated)


def _rated(charges: tuple[Charge, ...], item: Item, book: Book) -> tuple[Rated, ...]:
    return tuple(Rated(each, book.find(each.meter, each.region or item.region)) for each in charges)


def named(charge: Charge) -> str:
    """Say what a charge is for, as the API calls it."""
    return f"{charge.meter.service}: {charge.meter.sku or charge.meter.name}"


def _monthly(rated: Rated) -> Decimal:
    if rated.price is None:
        return Decimal(0)
    unit = rated.charge.meter.unit
    return rated.price.of(rated.charge.quantity, rated.charge.before) * unit.in_a_month


def _by_gb(item: Item, rates: tuple[Rated, ...], gb: Decimal) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return what so many GB cost, and what of that has no price; in and out of one thing are each charged."""
    by_gb = [each for each in rates if each.charge.meter.unit is Unit.GB]
    missing = [f"no price of {named(each.charge)}" for each in by_gb if each.price is None]
    missing += [item.unrated] if item.unrated else []
    prices = [each.price.of(gb) for each in by_gb if each.price is not None]
    return (sum(prices, Decimal(0)) if prices else None), tuple(missing)


def monthly_difference(before: Graph, after: Graph, book: Book) -> tuple[Total, tuple[Line, ...]]:
    """Return what an edited estate costs more a month, less than nothing where it costs less, and what came to it."""
    was, now = (estimate(inventory(each), book) for each in (before, after))
    had = {(each.item.id, each.item.what) for each in was.lines}
    more = tuple(each for each in now.lines if (each.item.id, each.item.what) not in had)
    unknown = {(each.item.id, each.missing) for each in was.lines if each.missing}
    at_least = any(each.missing and (each.item.id, each.missing) not in unknown for each in now.lines)
    return Total(now.total.monthly - was.total.monthly, at_least), more
