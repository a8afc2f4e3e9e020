"""The HTML report of one solution and of hundreds, on a telephone and on a wall: in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from scanner.report.html import as_html
from scanner.scan.outcome import Scan
from tests.report.axe import violations
from tests.report.browser import Browser, Show
from tests.report.estates import demo, solutions
from tests.report.mapped import mapped_sample
from tests.report.sample import sample

MANY = 300
COUNTS = (1, 5, 30, MANY)
WIDTHS = (360, 768, 1280, 1920)
SCHEMES = ("light", "dark")

SCANS: dict[str, Callable[[], Scan]] = {
    "sample": sample,
    "mapped": mapped_sample,
    "demo": demo,
    **{str(count): lambda count=count: solutions(count) for count in COUNTS},  # type: ignore[misc] # mypy cannot infer a bound lambda
}

_SIZE = "const root = document.documentElement; return [root.scrollHeight, root.scrollWidth - innerWidth]"


@pytest.mark.parametrize("count", COUNTS)
def test_page_fits_the_window_and_does_not_grow_with_the_estate(chromium: Browser, page: Show, count: int) -> None:
    page(solutions(count))
    measured = {}
    # Of a page that takes seconds to lay out, the narrowest and the widest window.
    for width, scheme in product(WIDTHS, SCHEMES) if count < MANY else product(WIDTHS[:: len(WIDTHS) - 1], SCHEMES[:1]):
        chromium.size(width, 1000)
        chromium.media(scheme=scheme)
        measured[width, scheme] = tuple(chromium.run(_SIZE))

    assert len(solutions(count).solutions) == count
    assert {size: found for size, found in measured.items() if found[1] > 0} == {}
    assert {size: found for size, found in measured.items() if found[0] > 15_000} == {}


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("scan", SCANS)
def test_nobody_is_kept_out(chromium: Browser, page: Show, scan: str, width: int, scheme: str) -> None:
    page(SCANS[scan]())
    chromium.size(width, 1000)
    chromium.media(scheme=scheme)

    assert violations(chromium) == []


@pytest.mark.parametrize("scan", ["sample", "mapped", "demo"])
def test_nobody_is_kept_out_of_what_was_folded(chromium: Browser, page: Show, scan: str) -> None:
    page(SCANS[scan]())
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert violations(chromium) == []


@pytest.mark.parametrize(("scan", "most"), [("sample", 4), ("demo", 12), ("1", 6), ("5", 12), ("30", 15), ("300", 20)])
def test_prints_on_a_few_pages(chromium: Browser, page: Show, scan: str, most: int) -> None:
    page(SCANS[scan]())

    assert 1 <= chromium.printed() <= most


def test_page_of_three_hundred_solutions_can_be_sent_and_is_light_to_look_at(chromium: Browser, page: Show) -> None:
    path = page(solutions(300))
    elements = chromium.run("return document.querySelectorAll('*').length")

    assert path.stat().st_size < 30_000_000
    assert elements < 20_000
    assert path.read_text("utf-8") == as_html(solutions(300))
