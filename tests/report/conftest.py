"""A browser for the tests of the HTML report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scan], Path]:
    """Return what writes a report, each once for a file of tests: one of hundreds of solutions takes seconds."""
    folder = tmp_path_factory.mktemp("reports")
    kept: list[tuple[Scan, Path]] = []

    def write(scan: Scan) -> Path:
        for each, path in kept:
            if each is scan:
                return path
        path = folder / f"{len(kept)}.html"
        path.write_text(as_html(scan), "utf-8")
        kept.append((scan, path))
        return path

    return write


@pytest.fixture
def page(chromium: Browser, written: Callable[[Scan], Path]) -> Show:
    """Return what opens the report of a scan, as wide as a desk's screen."""

    def show(scan: Scan) -> Path:
        path = written(scan)
        chromium.size(1400, 1000)
        chromium.media()
        chromium.open(path)
        return path

    return show
