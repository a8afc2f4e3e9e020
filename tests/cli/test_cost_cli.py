"""`mlsec-scan cost` as users call it: the formats, the price sources, and what cannot be done."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.report.cost_json import cost_schema_text
from tests.cli.test_cli import mlsec
from tests.cost.retail_api import Api, item, served

SCHEMA = json.loads(cost_schema_text())


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Read the demo once."""
    path = tmp_path_factory.mktemp("cost") / "demo.jsonl.gz"
    mlsec("--demo", "--quiet", "--save-snapshot", str(path))
    return str(path)


def costs(*arguments: str) -> subprocess.CompletedProcess[str]:
    return mlsec("cost", "--quiet", *arguments)


def parsed(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(costs(*arguments, "--format", "json").stdout)
    jsonschema.validate(told, SCHEMA)
    return told


def test_a_live_estate_a_snapshot_and_the_order_of_options_say_the_same(snapshot: str) -> None:
    live = costs("--demo", "--offline")

    assert live.returncode == 0
    assert live.stdout == costs("--snapshot", snapshot, "--offline").stdout
    assert "The network controls cost at least 515.32 USD a month, and what goes through them." in live.stdout
    assert "by traffic: data processed - ingress 0.01 USD a GB" in live.stdout
    assert re.search(r"list prices in USD of the program's table, of 2024-\d\d-\d\d to 2026-\d\d-\d\d", live.stdout)
    assert "Could be saved without losing a control: 4.15 USD a month" in live.stdout


def test_json_adds_up_and_follows_its_schema(snapshot: str) -> None:
    told = parsed("--snapshot", snapshot, "--offline", "--gb", "100")
    lines = [each for control in told["controls"] for each in control["items"]]
    halves = sum(float(each[part]["monthly"]) for each in told["workspaces"] for part in ("own", "share"))

    assert told["gb"] == "100"
    assert {each["before"] for each in lines[0]["fixed"]} == {"0"}
    assert {rated["before"] for each in lines if each["what"] == "private DNS zone" for rated in each["fixed"]} > {"0"}
    assert told["total"]["at_least"] is True
    assert halves + float(told["unused"]["monthly"]) == pytest.approx(float(told["total"]["monthly"]), abs=0.03)
    assert sum(float(each["monthly"]) for each in lines) == pytest.approx(float(told["total"]["monthly"]), abs=0.2)
    assert {price["date"][:2] for each in lines for rated in each["fixed"] if (price := rated["price"])} == {"20"}
    assert [each["missing"] for each in lines if each["missing"]] == [
        ["no price of Virtual Machines: Standard_D2s_v5 Windows"]
    ]
    assert mlsec("schema", "cost").stdout == cost_schema_text()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_csv_has_a_row_for_each_charge(snapshot: str) -> None:
    table = list(csv.DictReader(io.StringIO(costs("--snapshot", snapshot, "--offline", "--format", "csv").stdout)))

    assert {each["kind"] for each in table} == {"fixed", "traffic", "saving"}
    assert [each["monthly"] for each in table if each["kind"] == "saving"] == ["-3.65", "-0.50"]
    assert {each["monthly"] for each in table if each["kind"] == "traffic"} == {""}


def test_the_page_fetches_nothing_and_names_every_control(tmp_path: Path, snapshot: str) -> None:
    path = tmp_path / "cost.html"

    assert costs("--snapshot", snapshot, "--offline", "--format", "html", "--output", str(path)).stdout == ""
    page = unescape(path.read_text())
    HTMLParser().feed(path.read_text())

    assert "default-src 'none'" in page
    assert set(re.findall(r"<h2>([^<:]+):", page)) >= {"Virtual Network", "Private Link", "Azure Bastion"}
    assert not re.search(r"<script|src=|href=", page)


def test_prices_are_those_that_the_api_has_and_euros_are_never_made_of_dollars(snapshot: str) -> None:
    api = Api([item("Azure Bastion", "Standard Gateway", 0.3, "1 Hour", "swedencentral")])
    with served(api) as address:
        told = parsed("--snapshot", snapshot, "--currency", "eur", "--prices", address)

    (bastion,) = [each for each in told["controls"] if each["control"] == "Azure Bastion"]
    assert told["currency"] == "EUR"
    assert bastion["items"][0]["monthly"] == "109.50"
    assert told["total"] == {"monthly": "109.50", "at_least": True, "traffic": None, "traffic_at_least": False}
    assert told["remarks"][0].startswith("list prices of the Retail Prices API, read ")


def test_without_an_answer_the_table_stands_in_and_says_so(snapshot: str) -> None:
    told = parsed("--snapshot", snapshot, "--currency", "EUR", "--prices", "http://127.0.0.1:9/")

    assert told["currency"] == "USD"
    assert told["remarks"][0].startswith("the Retail Prices API was not read: it cannot be reached")
    assert told["remarks"][1] == "no price in EUR is known, and none is converted"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--demo", "--currency", "EURO"], "did you mean EUR?"),
        (["--demo", "--offline", "--region", "swedncentral"], "did you mean swedencentral?"),
        (["--demo", "--gb", "plenty"], "--gb takes a number of GB a month"),
        (["--demo", "--prices", "http://prices.example/"], "prices are read over https"),
        (["--demo", "--format", "xml"], "'xml' is not one of"),
        ([], "name one source"),
    ],
)
def test_what_cannot_be_priced_is_said(arguments: list[str], says: str) -> None:
    told = costs(*arguments)

    assert (told.returncode, told.stdout) == (2, "")
    assert says in told.stderr
