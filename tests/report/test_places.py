"""Where a fault stands in code, in the reports that have a place for it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

from scanner.engine import Verdict
from scanner.model.place import Place
from scanner.report.csv import as_csv
from scanner.report.junit import as_junit
from scanner.scan.outcome import Scan
from scanner.scan.places import Places
from tests.report.mapped import mapped_sample
from tests.report.sample import sample
from tests.report.test_ocsf import assert_known_whole, events

PLACE = Place("main.tf", 12, 5)
HOSTILE = Place("=cmd|' /C calc'!A0/\x1bmain.tf", 12, 5)


@cache
def placed(place: Place = PLACE) -> Scan:
    """Return the sample with the place of the first failure."""
    failed = next(each for each in sample().results if each.verdict is Verdict.FAIL)
    return replace(sample(), places=Places(values={failed.fingerprint: place}))


def test_junit_has_file_and_line_of_the_one_that_stands_in_code() -> None:
    cases = [*ET.fromstring(as_junit(placed()).encode()).iter("testcase")]  # noqa: S314 - ours
    found = [(each.get("file"), each.get("line")) for each in cases if each.get("file")]

    assert found == [("main.tf", "12")]
    assert "\x1b" not in as_junit(placed(HOSTILE))


def test_csv_of_code_has_two_more_columns_and_that_of_an_estate_none() -> None:
    (header, *rows) = csv.reader(io.StringIO(as_csv(placed())))
    (plain, *_) = csv.reader(io.StringIO(as_csv(sample())))
    (both, *_) = csv.reader(io.StringIO(as_csv(replace(mapped_sample(), places=placed().places))))
    (hostile,) = (row[-2] for row in csv.reader(io.StringIO(as_csv(placed(HOSTILE)))) if row[-1] == "12")

    assert header == [*plain, "file", "line"]
    assert [tuple(row[-2:]) for row in rows if row[-1]] == [("main.tf", "12")]
    assert both == [*plain, "file", "line", "frameworks"]
    assert hostile.startswith("'=")


def test_ocsf_has_it_in_the_data_of_the_resource() -> None:
    found = [each for each in events(placed()) if "data" in each.get("resources", [{}])[0]]

    (location,) = (each["resources"][0]["data"]["location"] for each in found)
    assert location == {"file": "main.tf", "line": 12, "column": 5}
    assert_known_whole(found[0])
    assert not any("data" in each.get("resources", [{}])[0] for each in events(sample()))
