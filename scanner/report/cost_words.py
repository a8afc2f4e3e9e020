"""What every report of costs says in the same words: money, rates, who pays a part of what."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scanner.cost.estimate import Estimate, Line, Rated, Total
from scanner.cost.items import Control
from scanner.cost.meters import HOURS, Unit
from scanner.cost.services import HOSTED
from scanner.system.counting import counted

_CENT = Decimal("0.01")

MONTH = f"a month has {HOURS} hours"
LIST_PRICES = "list prices before discounts, taxes and free amounts that are shared with other resources"
FREE = "virtual networks, subnets, peerings, route tables and security groups themselves are free of charge"

NOTES = {
    Control.PEERING: "charged by the GB on both sides, as it leaves one network and as it enters the other",
    Control.ZONES: "the first 25 zones of a subscription cost more than those that follow; queries by the million",
    Control.MACHINES: HOSTED,
}
"""What is said once of a control."""


def money(amount: Decimal) -> str:
    """Return an amount to the cent; less than half a cent is nothing."""
    return f"{amount.quantize(_CENT, ROUND_HALF_UP) + 0:,.2f}"


def plain_money(amount: Decimal) -> str:
    """Return an amount to the cent for programs."""
    return str(amount.quantize(_CENT, ROUND_HALF_UP) + 0)


def total_words(total: Total, currency: str) -> str:
    """Say a sum; one in which a price is missing is the least that it may be."""
    return f"{'at least ' if total.at_least else ''}{money(total.monthly)} {currency} a month"


def traffic_words(estimate: Estimate) -> str:
    """Say what so many GB through each thing come to, "" where that was not asked."""
    if estimate.gb is None:
        return ""
    found, currency = estimate.total, estimate.book.currency
    least = "at least " if found.traffic_at_least else ""
    said = f"{least}{money(found.traffic)} {currency} more" if found.traffic is not None else "no price was found"
    named = dict.fromkeys(each for line in estimate.lines for each in line.unrated)
    missing = f" Not in it: {'; '.join(named)}." if named else ""
    through = f"With {gigabytes(estimate.gb)} GB a month through each of what is charged by the GB"
    return f"{through}: {said}; what leaves Azure for the internet or sites is charged besides.{missing}"


def gigabytes(amount: Decimal) -> str:
    """Return so many GB in digits alone."""
    return f"{amount:f}"


def saved_words(total: Total) -> str:
    """Return an amount that could be saved, marked where something in it has no price."""
    return f"{'≥ ' if total.at_least else ''}{money(total.monthly)}"


def rate_words(rated: Rated) -> str:
    """Say what traffic costs: a rate by the unit, never a sum."""
    meter, price = rated.charge.meter, rated.price
    name = meter.name.removeprefix("Standard ").lower()
    unit = "million" if meter.unit is Unit.MILLION else meter.unit.value
    if price is None:
        return f"{name}: no price was found"
    free = f" after {price.free.normalize():f} {unit} free" if price.free else ""
    return f"{name} {price.first.normalize():f} {price.currency} a {unit}{free}"


def rates_words(line: Line) -> str:
    """Say all that traffic through something costs."""
    return "; ".join(map(rate_words, line.rates))


def share_words(line: Line, names: dict[str, str]) -> str:
    """Say whose something is, and which part of it each pays where several share it."""
    users = [names[str(each)] for each in line.item.users]
    if not users:
        return "serves no workspace that was judged"
    return users[0] if len(users) == 1 else f"shared by {len(users)}, an equal part each: {', '.join(users)}"


def names_of(estimate: Estimate) -> dict[str, str]:
    """Return what workspaces are called, by their ids."""
    return {str(each): each.name for line in estimate.lines for each in line.item.users}


def sources_of(estimate: Estimate) -> tuple[str, ...]:
    """Return each source of a price with its day and the region that it is of, sorted."""
    every = (rated.price for line in estimate.lines for rated in (*line.fixed, *line.rates))
    found = {(each.date, each.source, each.region or "every region") for each in every if each is not None}
    regions: dict[tuple[str, str], list[str]] = {}
    for day, source, region in sorted(found):
        regions.setdefault((str(day), source), []).append(region)
    return tuple(f"{day}: {source}; {', '.join(of)}" for (day, source), of in regions.items())


def remarks_of(estimate: Estimate) -> tuple[str, ...]:
    """Return which prices these are, and how many of them stand in for those of another region."""
    others = sum(bool(elsewhere(each)) for each in estimate.lines)
    are = "is" if others == 1 else "are"
    marked = f"{others} of {counted(len(estimate.lines), 'price')} {are} of another region"
    said = f"{marked}, each marked: sums may be off either way"
    return (*estimate.book.remarks, *([said] if others else []))


def elsewhere(line: Line) -> str:
    """Say of which other region the prices of a line are, "" where they are its own."""
    prices = [each.price for each in line.fixed if each.price is not None]
    zones = {"", "global", "zone 1", "zone 2", "zone 3", line.item.region}
    other = sorted({each.region for each in prices if each.region.lower() not in zones})
    return f"price of {', '.join(other)}, not of {line.item.region or 'a region that is not told'}" if other else ""
