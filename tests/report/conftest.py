"""A browser for the tests of the HTML report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.report.html import as_html
from scanner.scan.outcome import Scan
from tests.report.browser import Browser, Show, browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start a browser for a file of tests."""
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Show:
    """Return what writes a report and opens it, as wide as a desk's screen."""

    def show(scan: Scan) -> Path:
        path = tmp_path / "report.html"
        path.write_text(as_html(scan), "utf-8")
        chromium.size(1400, 1000)
        chromium.media()
        chromium.open(path)
        return path

    return show
