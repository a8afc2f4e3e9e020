"""Makes the README's picture of the HTML report: `make picture`, or `python -m tests.report.picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from scanner.report.html import as_html
from tests.cases import FIXTURES
from tests.report.browser import Browser, browser
from tests.report.estates import demo

PICTURE = FIXTURES / "html-report.png"
_SIZE = (1100, 1130)


def make(path: Path, opened: Browser, folder: Path) -> None:
    """Save what the report of the demo looks like at its top."""
    page = folder / "report.html"
    page.write_text(as_html(demo()), "utf-8")
    opened.size(*_SIZE)
    opened.media()
    opened.open(page)
    opened.picture(path)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder) / "profile") as opened:
        make(PICTURE, opened, Path(folder))


if __name__ == "__main__":
    main()
