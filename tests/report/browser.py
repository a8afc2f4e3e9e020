"""A real browser, without a screen and without the network, for what only a browser can tell."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from scanner.scan.outcome import Scan

Show: TypeAlias = Callable[[Scan], Path]
"""Writes the report of a scan, opens it and returns where it is."""

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_WANTED = "no browser: `apt-get install chromium chromium-driver` brings chromium and chromedriver"


class Browser:
    """One page at a time; `errors` and `requested` tell of the page that is open."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a file in a fresh page."""
        self._driver.get("about:blank")
        self.errors()
        self.requested()
        self._driver.get(f"{page.as_uri()}{fragment}")

    def run(self, script: str, *given: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Run a script of ours in the page."""
        return self._driver.execute_script(script, *given)

    def wait(self, script: str) -> Any:  # noqa: ANN401 - whatever the script hands over
        """Run a script of ours that ends when it calls its last argument."""
        return self._driver.execute_async_script(script)

    def all(self, selector: str) -> list[WebElement]:
        """Return the elements that a CSS selector finds and that can be seen."""
        script = "return [...document.querySelectorAll(arguments[0])].filter(each => each.checkVisibility())"
        found: list[WebElement] = self.run(script, selector)
        return found

    def one(self, selector: str) -> WebElement:
        """Return the first element that can be seen."""
        return self.all(selector)[0]

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self._driver.switch_to.active_element.send_keys(*keys)

    def tab(self, times: int) -> None:
        """Press Tab so many times."""
        for _ in range(times):
            self.press(Keys.TAB)

    def size(self, width: int, height: int) -> None:
        """Set the size of the page's window, in pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def media(self, media: str = "", scheme: str = "light") -> None:
        """Show the page as on a medium ("" or "print") and in a colour scheme; nothing moves, so that clicks hit."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def picture(self, path: Path) -> None:
        """Save what the window shows as PNG."""
        self._driver.save_screenshot(str(path))

    def printed(self) -> int:
        """Print the page on A4 and return on how many pages."""
        # Without tags: they are for who reads the PDF, and take a minute for what is long.
        how = {"printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69, "generateTaggedPDF": False}
        pdf = b64decode(self._driver.execute_cdp_cmd("Page.printToPDF", how)["data"])
        return len(re.findall(rb"/Type\s*/Page\b", pdf))

    @property
    def hash(self) -> str:
        """The fragment of the address."""
        found: str = self.run("return location.hash")
        return found

    def errors(self) -> list[str]:
        """Return what the console holds since the last call."""
        return [str(each["message"]) for each in self._driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requested(self) -> list[str]:
        """Return the addresses that were asked for since the last call."""
        entries = self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(each["message"])["message"] for each in entries]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start a browser with an empty profile folder. Skips the test where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip(_WANTED)
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = Chrome(options, Service(driver))
    started.set_script_timeout(300)
    try:
        yield Browser(started)
    finally:
        started.quit()
