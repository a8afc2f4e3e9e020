"""What is asked on the command line of prices: a currency, a region, so many GB."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from scanner.cost.regions import CURRENCIES, REGIONS, normal_region
from scanner.errors import UsageError, one_line
from scanner.system.near import meant, near

_MOST_GB = Decimal(10**12)


def currency_of(name: str) -> str:
    """Return a currency as the API spells it. Raises UsageError with the nearest one that there is."""
    code = name.strip().upper()
    if code not in CURRENCIES:
        raise UsageError(f"there are no prices in {one_line(name)!r}; {_hint(code, CURRENCIES)}")
    return code


def region_of(name: str, here: Iterable[str]) -> str:
    """Return a region as the API spells it: one that is known, or that the estate has. Raises UsageError."""
    region = normal_region(name)
    every = REGIONS | {normal_region(each) for each in here}
    if region and region not in every:
        raise UsageError(f"there is no region {one_line(name)!r}; {_hint(region, every)}")
    return region


def _hint(name: str, every: Iterable[str]) -> str:
    listed = sorted(every)
    return meant(near(name, listed)) or f"there are, for one, {', '.join(listed[:10])}"


def gigabytes(text: str | None) -> Decimal | None:
    """Return so many GB. Raises UsageError for what is no number of them."""
    if text is None:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found <= _MOST_GB:
        raise UsageError(f"--gb takes a number of GB a month, not {one_line(text)!r}")
    return abs(found)  # no minus before nothing
