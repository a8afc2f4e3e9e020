"""The Retail Prices API: list prices of every meter, without a credential, page by page.

Source: https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices ("Azure Retail Prices
overview", read 2026-11-29): filter values are compared with case as of 2023-01-01-preview, USD is what Microsoft
charges in and other currencies are for reference, `NextPageLink` leads to the next page.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from decimal import Decimal
from http.client import HTTPException, HTTPResponse
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

import msgspec

from scanner.cost.meters import Meter, Unit
from scanner.errors import ScanError, UsageError, one_line
from scanner.system.reading import MIB

ADDRESS = "https://prices.azure.com/api/retail/prices"
_VERSION = "2023-01-01-preview"
_LARGEST_PAGE = 4 * MIB
_MOST_PAGES = 20
_LARGEST_AMOUNT = Decimal(10**12)
_EACH = 10.0
"""Seconds until one answer has to go on."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_BUSY = {429, 503}
_LONGEST_WAIT = 5.0

_UNITS = {
    Unit.HOUR: {"1 Hour"},
    Unit.DAY: {"1/Day"},
    Unit.MONTH: {"1/Month", "1"},
    Unit.GB: {"1 GB"},
    Unit.MILLION: {"1M"},
}
"""How the API spells units. A price for another, as for a hundred hours, is not taken."""


class PricesError(ScanError):
    """The API cannot be reached, or what it says cannot be used."""


class Row(msgspec.Struct, rename="camel", frozen=True):
    """One price of the API, as far as it is read."""

    currency_code: str
    retail_price: Decimal
    unit_of_measure: str
    tier_minimum_units: Decimal = Decimal(0)
    arm_region_name: str = ""
    product_name: str = ""
    sku_name: str = ""
    meter_name: str = ""
    type: str = ""
    is_primary_meter_region: bool = True

    @property
    def can_be(self) -> bool:
        """Whether it is an amount that anything costs: finite, not below nothing, and not beyond what sums can hold."""
        amounts = (self.retail_price, self.tier_minimum_units)
        return all(each.is_finite() and 0 <= each <= _LARGEST_AMOUNT for each in amounts)


class _Page(msgspec.Struct, rename={"items": "Items", "next": "NextPageLink"}):
    items: tuple[Row, ...]
    next: str | None = None


class _NoRedirect(HTTPRedirectHandler):
    """Redirects lead to who knows whom: none is followed."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


class RetailPrices:
    """Asks the API until a moment of the monotonic clock, for prices in one currency."""

    def __init__(self, currency: str, until: float, address: str = ADDRESS) -> None:
        require_address(address)
        self.currency = currency
        self.address = address
        self._until = until
        self._opener: OpenerDirector = build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))

    def rows(self, meter: Meter) -> tuple[Row, ...]:
        """Return every price of a meter that can be used, of all regions. Raises PricesError."""
        found = tuple(row for page in self._pages(self._first(meter)) for row in page.items)
        wrong = next((each for each in found if each.currency_code != self.currency), None)
        if wrong is not None:
            raise PricesError(f"it answers in {one_line(wrong.currency_code)!r} where {self.currency} was asked for")
        return tuple(each for each in found if _fits(each, meter))

    def _first(self, meter: Meter) -> str:
        wanted = {"serviceName": meter.service, "priceType": "Consumption"}
        wanted |= {"armSkuName": meter.sku.split()[0]} if meter.sku else {"meterName": meter.name}
        wanted |= {"productName": meter.product} if meter.product else {}
        said = " and ".join(f"{key} eq '{value.replace(chr(39), chr(39) * 2)}'" for key, value in wanted.items())
        currency = quote(f"'{self.currency}'")
        return f"{self.address}?api-version={_VERSION}&currencyCode={currency}&$filter={quote(said)}"

    def _pages(self, url: str) -> Iterator[_Page]:
        seen: set[str] = set()
        while url:
            if len(seen) == _MOST_PAGES or url in seen:
                raise PricesError("its pages have no end")
            seen.add(url)
            page = self._page(url)
            yield page
            url = page.next or ""
            if url and _place(url) != _place(self.address):
                raise PricesError(f"its next page is elsewhere: {one_line(url)[:200]}")

    def _page(self, url: str) -> _Page:
        content = self._read(url)
        try:
            return msgspec.json.decode(content, type=_Page, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise PricesError(f"its answer cannot be read: {one_line(error)[:200]}") from error

    def _read(self, url: str) -> bytes:
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "mlsec-scan"})  # noqa: S310 - required
        while True:
            try:
                with self._opener.open(request, timeout=self._left()) as answer:
                    return self._body(answer)
            except HTTPError as error:
                self._wait_or_raise(error)
            except (URLError, HTTPException, OSError, ValueError) as error:
                _fail(error)

    def _body(self, answer: HTTPResponse) -> bytes:
        content = b""
        while part := answer.read1(64 * 1024):
            content += part
            if len(content) > _LARGEST_PAGE:
                raise PricesError("its answer is larger than honest ones are")
            self._left()
        return content

    def _left(self) -> float:
        """Return how long the next step may take. Raises PricesError where no time is left."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise PricesError("it takes too long")
        return min(left, _EACH)

    def _wait_or_raise(self, error: HTTPError) -> None:
        with error:
            said = error.headers.get("Retry-After", "1")
        wait = min(float(said), _LONGEST_WAIT) if said.isdecimal() else 1.0
        if error.code not in _BUSY or wait >= self._until - time.monotonic():
            raise PricesError(f"it answers with status {error.code}") from error
        time.sleep(wait)


def _fail(error: Exception) -> NoReturn:
    raise PricesError(f"it cannot be reached: {one_line(getattr(error, 'reason', error))[:200]}") from error


def require_address(address: str) -> None:
    """Raise UsageError for an address without TLS, unless it is on loopback."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise UsageError(f"prices are read over https, not from {one_line(address)!r}")


def _place(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port; ValueError of a port that is none becomes a place of its own."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port


def _fits(row: Row, meter: Meter) -> bool:
    """Tell whether a row is a price of the meter in the unit that it is counted in."""
    if row.type != "Consumption" or not row.can_be:
        return False
    return row.unit_of_measure in _UNITS[meter.unit] and (
        _is_machine(row, meter.name) if meter.sku else row.meter_name == meter.name
    )


def _is_machine(row: Row, system: str) -> bool:
    """Tell whether a machine's price is the usual one of a system: Spot and Low Priority are others."""
    is_windows = "Windows" in row.product_name
    return is_windows is (system == "Windows") and not any(each in row.sku_name for each in ("Spot", "Low Priority"))
