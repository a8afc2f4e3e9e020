"""CSV: RFC 4180, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

from scanner.report.csv import as_csv
from scanner.scan.outcome import Scan
from tests.report.estates import demo
from tests.report.sample import HOSTILE, account, hostile, sample

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows(scan: Scan, delimiter: str = ",") -> list[list[str]]:
    return [*csv.reader(io.StringIO(as_csv(scan), newline=""), delimiter=delimiter, strict=delimiter == ",")]


def test_there_is_a_row_for_each_result_below_the_header() -> None:
    header, *found = rows(sample())

    assert len(found) == len(sample().results)
    assert {len(row) for row in found} == {len(header)}


def test_lines_end_as_the_rfc_says() -> None:
    lines = as_csv(sample()).split("\r\n")

    assert lines[-1] == ""
    assert [line for line in lines if "\n" in line or "\r" in line] == []


def test_row_tells_the_whole_result() -> None:
    header, *found = rows(sample())
    waived = dict(zip(header, found[2], strict=True))

    assert (waived["rule"], waived["verdict"], waived["waived"], waived["known"]) == (
        "storage-closed",
        "fail",
        "yes",
        "no",
    )
    assert (waived["subject"], waived["subject_id"]) == ("stwaived", str(account("stwaived").id))
    assert waived["problems"] == "public network access is Enabled"
    assert waived["waiver"] == "waived until 2027-01-31: migrated in January"


def test_known_failure_is_marked() -> None:
    header, *found = rows(sample())

    assert [row[header.index("known")] for row in found].index("yes") == 1


def test_result_without_subject_has_empty_cells() -> None:
    header, *found = rows(sample())
    missing = dict(zip(header, found[7], strict=True))

    assert {missing[key] for key in ("subject", "type", "subscription", "resource_group", "subject_id")} == {""}


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("name", [*HOSTILE, *(f"{each}1+1" for each in ACTIVE), "a, =b", "a|\t@b"])
def test_no_cell_begins_a_formula_whatever_separates_them(name: str, delimiter: str) -> None:
    cells = [cell.strip(' "') for row in rows(hostile(name), delimiter) for cell in row]

    assert [cell for cell in cells if cell.startswith(ACTIVE)] == []


def test_text_that_only_looks_dangerous_inside_is_left_alone() -> None:
    assert any("a-b=c@d 1 + 1" in cell for cell in rows(hostile("a-b=c@d 1 + 1"))[1])


def test_cell_is_no_longer_than_a_spreadsheet_holds() -> None:
    assert max(len(cell) for row in rows(hostile("n" * 100_000)) for cell in row) < 32_767


def test_row_names_the_workspace_the_title_and_for_what_is_wrong_why_and_fix() -> None:
    header, *found = rows(demo())
    told = [dict(zip(header, row, strict=True)) for row in found]
    vault = next(each for each in told if each["subject"] == "kv-forecast-ml" and each["verdict"] == "fail")

    assert vault["workspace"].endswith("/workspaces/mlw-forecast")
    assert vault["title"] == "The workspace's key vault has a private endpoint"
    assert vault["why"] != ""
    assert "az " in vault["fix"]
    assert {(each["why"], each["fix"]) for each in told if each["verdict"] == "pass"} == {("", "")}
