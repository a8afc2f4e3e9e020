"""Prices: the API over a real socket, what is kept of it, and the table where it says nothing."""

from __future__ import annotations

import stat
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from scanner.cost import book as books
from scanner.cost import meters
from scanner.cost.asked import currency_of, gigabytes, region_of
from scanner.cost.book import Book, book_for
from scanner.cost.cache import load
from scanner.cost.price import Price
from scanner.cost.retail import PricesError, RetailPrices
from scanner.cost.table import table
from scanner.errors import UsageError
from tests.cost.retail_api import Api, item, served

TODAY = date(2026, 11, 29)
LINK = {"productName": "Virtual Network Private Link"}
BASTION = meters.bastion("Standard")


def sold() -> list[dict[str, object]]:
    return [
        item("Virtual Network", "Standard Private Endpoint", 0.01, "1 Hour", "Global", **LINK),
        item("Azure DNS", "Private Zone", 0.5, "1"),
        item("Azure DNS", "Private Zone", 0.1, "1", tierMinimumUnits=25.0),
        item("Azure Bastion", "Standard Gateway", 0.29, "1 Hour", "westeurope"),
        item("Azure Bastion", "Standard Gateway", 0.4, "1 Hour", "brazilsouth"),
        item("Azure Bastion", "Standard Gateway", 0.2, "1 Hour", "westeurope", type="Reservation"),
        *(
            item("Virtual Machines", "D2s v5", price, "1 Hour", "westeurope",
                 armSkuName="Standard_D2s_v5", productName=product, skuName=sku)
            for price, product, sku in (
                (0.115, "Virtual Machines Dsv5 Series", "D2s v5"),
                (0.023, "Virtual Machines Dsv5 Series", "D2s v5 Spot"),
                (0.207, "Virtual Machines Dsv5 Series Windows", "D2s v5"),
            )
        ),
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "mlsec-scan"


def ask(api: Api, *wanted: meters.Meter, currency: str = "USD", day: date = TODAY, offline: bool = False) -> Book:
    with served(api) as address:
        return book_for(wanted, currency, day, offline=offline, address=address)


def first(found: Price | None) -> Decimal:
    assert found is not None
    return found.first


def test_prices_are_those_of_the_region_of_everywhere_and_of_the_usual_machine() -> None:
    api = Api(sold())
    machine, windows = (meters.machine("Standard_D2s_v5", each) for each in ("Linux", "Windows"))

    book = ask(api, BASTION, meters.ENDPOINT, meters.ZONE, machine, windows)

    assert first(book.find(BASTION, "West Europe")) == Decimal("0.29")
    assert first(book.find(BASTION, "brazilsouth")) == Decimal("0.4")
    assert first(book.find(meters.ENDPOINT, "westeurope")) == Decimal("0.01")
    assert first(book.find(machine, "westeurope")) == Decimal("0.115")
    assert first(book.find(windows, "westeurope")) == Decimal("0.207")
    assert book.remarks == ("list prices of the Retail Prices API, read 2026-11-29",)
    assert not any({"authorization", "cookie"} & each.keys() for each in api.headers)


def test_tiers_are_kept_and_a_quantity_is_charged_through_them() -> None:
    zone = ask(Api(sold()), meters.ZONE).find(meters.ZONE, "")

    assert zone is not None
    assert [zone.of(Decimal(1), Decimal(before)) for before in (0, 24, 25)] == [
        Decimal("0.5"), Decimal("0.5"), Decimal("0.1"),
    ]  # fmt: skip
    assert zone.of(Decimal(30)) == Decimal("13.0")


def test_every_page_is_read() -> None:
    api = Api([item("Azure Bastion", "Standard Gateway", 0.1 + place, "1 Hour", f"r{place}") for place in range(5)], 2)

    book = ask(api, BASTION)

    assert [first(book.find(BASTION, f"r{place}")) for place in (0, 4)] == [Decimal("0.1"), Decimal("4.1")]
    assert len(api.asked) == 3


def test_what_was_read_is_kept_privately_by_currency_and_asked_again_when_old(cache_folder: Path) -> None:
    api = Api(sold())
    with served(api) as address:
        for currency, day in (
            ("USD", TODAY),
            ("USD", TODAY + timedelta(7)),
            ("EUR", TODAY),
            ("USD", TODAY + timedelta(8)),
        ):
            book_for([BASTION], currency, day, address=address)
        book = book_for([BASTION], "USD", TODAY + timedelta(100), offline=True, address=address)

    assert len(api.asked) == 3
    assert book.remarks == ("list prices of the Retail Prices API, read 2026-12-07",)
    assert sorted(each.name for each in cache_folder.iterdir()) == ["prices-EUR.json", "prices-USD.json"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in cache_folder.iterdir()} == {0o600}


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema":"mlsec-scan-prices/1"}', b"[" * 100_000, b"\xff\xfe"])
def test_a_damaged_cache_is_none(cache_folder: Path, content: bytes) -> None:
    cache_folder.mkdir()
    (cache_folder / "prices-USD.json").write_bytes(content)

    assert first(ask(Api(sold()), BASTION).find(BASTION, "westeurope")) == Decimal("0.29")


def test_a_meter_that_the_api_lacks_has_the_tables_price_in_dollars_and_none_in_euros() -> None:
    firewall = meters.firewall("Standard")

    dollars, euros = (ask(Api(sold()), firewall, BASTION, currency=each) for each in ("USD", "EUR"))

    assert first(dollars.find(firewall, "westeurope")) == Decimal("1.25")
    assert euros.find(firewall, "westeurope") is None
    assert first(euros.find(BASTION, "westeurope")) == Decimal("0.145")


FAULTS = {
    "status 500": Api(sold(), fails=[(500, {})]),
    "status 302": Api(sold(), fails=[(302, {"Location": "http://127.0.0.1:9/"})]),
    "status 429": Api(sold(), fails=[(429, {"Retry-After": "99"})] * 9),
    "cannot be read": Api(sold(), body=b"<html>Sign in to this proxy</html>"),
    "cannot be read: Object": Api(sold(), body=b'{"Count": 0}'),
    "larger than honest": Api(sold(), body=b" " * (5 << 20)),
    "next page is elsewhere": Api(sold() * 90, page=1, next_host="prices.example:80"),
    "no end": Api(sold() * 90, page=1),
    "answers in 'XXX'": Api([{**each, "currencyCode": "XXX"} for each in sold()], rates={"USD": 1}),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_api_that_misbehaves_leaves_the_table_and_a_remark(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_IN_ALL", 3.0)
    monkeypatch.setattr(Api, "_priced", lambda _self, each, _currency: each)

    book = ask(FAULTS[fault], BASTION, currency="USD")

    assert first(book.find(BASTION, "westeurope")) == Decimal("0.29")
    assert book.remarks[0].startswith("the Retail Prices API was not read: ")
    assert fault in book.remarks[0]
    assert "of the program's table, of 2024-07-01 to 2026-10-01" in book.remarks[-1]


def test_an_api_that_drips_is_given_up() -> None:
    with served(Api(sold(), drips=0.05)) as address:
        began = time.monotonic()
        with pytest.raises(PricesError, match="takes too long"):
            RetailPrices("USD", began + 0.4, address).rows(BASTION)

    assert time.monotonic() - began < 3


def test_a_busy_api_is_asked_again() -> None:
    api = Api(sold(), fails=[(429, {"Retry-After": "0"}), (503, {})])

    assert first(ask(api, BASTION).find(BASTION, "westeurope")) == Decimal("0.29")
    assert len(api.asked) == 3


def test_no_network_and_no_home_leave_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/nonexistent")

    book = book_for([BASTION], "EUR", TODAY, address="http://127.0.0.1:9/api/retail/prices")

    assert book.currency == "USD"
    assert [each.partition(":")[0] for each in book.remarks[:2]] == [
        "the Retail Prices API was not read",
        "no price in EUR is known, and none is converted",
    ]


def test_a_price_that_is_told_twice_is_none() -> None:
    twice = [item("Azure Bastion", "Standard Gateway", each, "1 Hour", "westeurope") for each in (0.2, 0.3)]
    book = ask(Api(twice), BASTION, currency="EUR")

    assert book.find(BASTION, "westeurope") is None


@pytest.mark.parametrize("price", [1e308, 1e13, -1])
def test_an_amount_that_nothing_costs_is_no_price(price: float) -> None:
    book = ask(Api([item("Azure Bastion", "Standard Gateway", price, "1 Hour", "westeurope")]), BASTION, currency="EUR")

    assert book.find(BASTION, "westeurope") is None


def test_a_kept_amount_that_nothing_costs_is_not_taken(cache_folder: Path) -> None:
    with served(Api(sold())) as address:
        book_for([BASTION], "USD", TODAY, address=address)
    file = cache_folder / "prices-USD.json"
    honest = load("USD", address)
    file.write_text(file.read_text().replace("0.29", "1e308"))

    assert list(honest) == [BASTION.key]
    assert load("USD", address) == {}


def test_pages_without_prices_leave_the_table_which_is_said() -> None:
    book = ask(Api([]), BASTION)

    assert book.remarks[0] == "the Retail Prices API has none of the prices that it was asked for"
    assert book.remarks[1].startswith("list prices in USD of the program's table")
    assert first(book.find(BASTION, "eastus2")) == Decimal("0.29")


def test_it_is_said_how_many_prices_are_of_the_table() -> None:
    book = ask(Api(sold()), BASTION, meters.RESOLVER_IN)

    assert "; 1 of 2 that it does not have, of the program's table" in book.remarks[0]


def test_a_price_for_another_unit_is_none() -> None:
    book = ask(Api([item("Azure Bastion", "Standard Gateway", 29, "100 Hours", "westeurope")]), BASTION, currency="EUR")

    assert book.find(BASTION, "westeurope") is None


@pytest.mark.parametrize("address", ["http://prices.example/", "ftp://127.0.0.1/", "prices.azure.com"])
def test_prices_come_over_tls_alone(address: str) -> None:
    with pytest.raises(UsageError, match="over https"):
        RetailPrices("USD", 0, address)


def test_the_table_is_of_meters_that_are_asked_for_and_each_price_has_its_day() -> None:
    known = {each.key for each in vars(meters).values() if isinstance(each, meters.Meter)}
    known |= {make(sku).key for make in (meters.bastion, meters.further_bastion, meters.bastion_data, meters.firewall,
                                         meters.firewall_data, meters.nat, meters.nat_data, meters.registry)
              for sku in ("Basic", "Standard", "Premium")}  # fmt: skip
    known |= {meters.vpn_gateway(each).key for each in ("Basic", *(f"VpnGw{n}" for n in range(1, 6)), "VpnGw1AZ")}
    known |= {meters.express_route_gateway(each).key for each in ("Standard", "HighPerformance", "ErGw1AZ", "ErGw3AZ")}
    known |= {meters.machine(f"Standard_D{cores}s_v5", "Linux").key for cores in (2, 4)}
    known |= {meters.secured_hub("Standard").key}

    assert table().prices.keys() - known == set()
    assert all(date(2024, 7, 1) <= each.date <= TODAY for found in table().prices.values() for each in found)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: currency_of("EURO"), "did you mean EUR?"),
        (lambda: currency_of("\x1b[2J"), "there are no prices in"),
        (lambda: region_of("westeurop", []), "did you mean westeurope?"),
        (lambda: region_of("zzz", []), "there is no region 'zzz'"),
        (lambda: gigabytes("-1"), "--gb takes a number"),
        (lambda: gigabytes("many"), "not 'many'"),
        (lambda: gigabytes("NaN"), "not 'NaN'"),
        (lambda: gigabytes("1e13"), "not '1e13'"),
    ],
)
def test_what_there_is_no_price_for_is_told_with_what_is_near(made: object, says: str) -> None:
    assert callable(made)
    with pytest.raises(UsageError) as told:
        made()

    assert says in str(told.value)


def test_a_region_may_be_written_as_the_portal_does_or_be_the_estates_own() -> None:
    assert region_of("West Europe", []) == "westeurope"
    assert region_of("marsnorth", ["Mars North"]) == "marsnorth"
    assert currency_of("eur") == "EUR"
    assert gigabytes("1.5") == Decimal("1.5")
