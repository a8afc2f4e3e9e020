"""The HTML report in a real browser: it works, it is reachable by keyboard, and no name in it does anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from scanner.report.html import as_html
from scanner.scan.outcome import Scan
from tests.report.browser import Browser, browser
from tests.report.estates import demo, hostile_estate, many, reference
from tests.report.mapped import against, hostile_framework, mapped_sample
from tests.report.picture import PICTURE, make
from tests.report.sample import HOSTILE, hostile, sample
from tests.report.test_html_trend import point

SCANS: dict[str, Callable[[], Scan]] = {
    "demo": demo,
    "many": many,
    "mapped": mapped_sample,
    "reference": reference,
    "sample": sample,
    "trend": lambda: replace(sample(), trend=tuple(point(day, high=90 - day, low=day) for day in range(90))),
}

HOSTILE_SCANS: dict[str, Callable[[], Scan]] = {
    **{f"name {place}": lambda name=name: hostile(name) for place, name in enumerate(HOSTILE)},  # type: ignore[misc] # mypy cannot infer a bound lambda
    "estate": hostile_estate,
    "framework": lambda: against(sample(), hostile_framework("<img src=x onerror=window.pwned=1>\u202e")),
}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Callable[[Scan], Path]:
    """Return what writes a report and opens it, as wide as a desk's screen."""

    def show(scan: Scan) -> Path:
        path = tmp_path / "report.html"
        path.write_text(as_html(scan), "utf-8")
        chromium.size(1400, 1000)
        chromium.media()
        chromium.open(path)
        return path

    return show


Show = Callable[[Scan], Path]


@pytest.mark.parametrize("scan", SCANS)
def test_opens_without_a_word_on_the_console_and_fetches_nothing(chromium: Browser, page: Show, scan: str) -> None:
    path = page(SCANS[scan]())
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert chromium.errors() == []
    assert [each for each in chromium.requested() if not each.startswith("data:")] == [path.as_uri()]


@pytest.mark.parametrize("scan", HOSTILE_SCANS)
def test_hostile_name_is_only_text(chromium: Browser, page: Show, scan: str) -> None:
    path = page(HOSTILE_SCANS[scan]())
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    wide = chromium.run("return document.documentElement.scrollWidth - innerWidth")

    assert chromium.errors() == []
    assert [each for each in chromium.requested() if not each.startswith("data:")] == [path.as_uri()]
    assert chromium.run("return document.querySelectorAll('img, iframe, object, embed, base').length") == 0
    assert chromium.run("return document.scripts.length") == 1
    assert chromium.run("return typeof window.pwned") == "undefined"
    assert wide <= 0


def test_foreign_script_would_not_run(chromium: Browser, page: Show) -> None:
    page(sample())
    chromium.run("document.body.append(Object.assign(document.createElement('script'), {text: 'window.pwned = 1'}))")

    assert chromium.run("return typeof window.pwned") == "undefined"
    assert any("Content Security Policy" in each for each in chromium.errors())


def test_verdict_filter_shows_just_those_and_survives_a_reload(chromium: Browser, page: Show) -> None:
    path = page(demo())
    chromium.one(".filter input[value=fail]").click()
    shown = [each.get_attribute("data-verdict") for each in chromium.all("li.row")]
    address = chromium.hash
    chromium.open(path, address)

    assert shown == ["fail"] * len(demo().fails)
    assert address == "#?verdict=fail"
    assert len(chromium.all("li.row")) == len(shown)
    assert chromium.run("return document.querySelector('.filter input[value=fail]').checked") is True


def test_filters_are_combined_and_cleared_together(chromium: Browser, page: Show) -> None:
    page(demo())
    wanted = [each for each in demo().fails if each.rule.control == "Compute" and each.severity == "high"]
    chromium.one(".filter input[value=fail]").click()
    chromium.one(".filter input[value=high]").click()
    chromium.one(".filter select[name=control]").send_keys("Compute")
    shown = len(chromium.all("li.row"))
    chromium.one(".filter [data-do=clear]").click()

    assert shown == len(wanted) > 0
    assert chromium.one("output").text == f"{len(demo().results)} results"


def test_search_finds_what_a_result_says(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.one(".filter input[name=q]").send_keys("Admin User is")
    texts = [each.text for each in chromium.all("li.row")]
    address = chromium.hash
    chromium.one(".filter input[name=q]").send_keys(" nowhere")

    assert len(texts) == 1
    assert "the admin user is enabled" in texts[0]
    assert address == "#?q=Admin+User+is"
    assert chromium.all("li.row") == []
    assert chromium.one("#nothing").text == "Nothing fits this filter."


def test_one_workspace_can_be_looked_at_alone(chromium: Browser, page: Show) -> None:
    page(many())
    everything = len(chromium.all(".solution"))
    chromium.one("#solution-w3 button.only").click()
    chromium.one(".filter [data-do=open]").click()
    marks = [str(each.get_attribute("data-ws")).split() for each in chromium.all("li.row")]

    assert everything == 20
    assert len(chromium.all(".solution")) == len(chromium.all("tbody[data-ws]")) == 1
    assert marks != []
    assert all("w3" in each for each in marks)
    assert len(chromium.all("svg.topology")) == 1


def test_link_to_a_hidden_rule_clears_the_filter_and_opens_it(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.one(".filter input[value=unknown]").click()
    before = chromium.all("#rule-compute-in-vnet")
    chromium.run("location.hash = '#rule-compute-in-vnet'; return new Promise(done => setTimeout(done, 50))")

    assert before == []
    assert chromium.one("#rule-compute-in-vnet").get_attribute("open") is not None


_FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"


def test_keyboard_reaches_everything(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.run(
        "window.met = new Set(); document.addEventListener('focusin', event => met.add(event.target));"
        "document.querySelectorAll('details.page, details.path').forEach(each => each.remove());"
    )
    wanted = chromium.all(_FOCUSABLE)
    chromium.tab(len(wanted))
    missed = chromium.run("return arguments[0].filter(each => !met.has(each)).map(each => each.outerHTML)", wanted)

    assert len(wanted) > 100
    assert missed == []


def test_slash_goes_to_the_search_and_escape_empties_it(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.press("/")
    chromium.press("agent")
    found = len(chromium.all("li.row"))
    chromium.press(Keys.ESCAPE)

    assert 0 < found < len(demo().results)
    assert chromium.one("output").text == f"{len(demo().results)} results"
    assert chromium.run("return document.activeElement.name") == "q"


def test_cell_of_the_matrix_opens_its_hops_by_keyboard(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.run("arguments[0].focus()", chromium.one("td.reached > button"))
    chromium.press(Keys.ENTER)
    hops = [each.text for each in chromium.all(".way .hops li")]
    chromium.press(Keys.ESCAPE)

    assert len(hops) > 3
    assert all(each.endswith("ok") for each in hops)
    assert chromium.all(".way") == []


def test_picture_is_drawn_and_tells_states_apart(chromium: Browser, page: Show) -> None:
    page(demo())
    seen = chromium.run(
        "const of = (kind) => getComputedStyle(document.querySelector(`.topology .wire.${kind}`)).stroke;"
        "const size = document.querySelector('svg.topology').getBoundingClientRect();"
        "return [size.width > 600 && size.height > 300, of('private-link.ok') !== of('broken')]"
    )

    assert seen == [True, True]
    assert len(chromium.all(".topology .box")) > 50
    assert len(chromium.all(".topology .edge")) > 20


@pytest.mark.parametrize("scan", ["demo", "many", "reference"])
def test_no_label_of_the_picture_leaves_its_box(chromium: Browser, page: Show, scan: str) -> None:
    page(SCANS[scan]())
    chromium.run("document.querySelectorAll('details.picture').forEach(each => each.open = true)")
    outside = chromium.run(
        "return [...document.querySelectorAll('.topology .node')].flatMap(node => {"
        "  const box = node.querySelector('rect').getBBox();"
        "  return [...node.querySelectorAll(':scope > text')].filter(text => {"
        "    const own = text.getBBox();"
        "    return own.x < box.x || own.x + own.width > box.x + box.width ||"
        "      own.y + own.height > box.y + box.height + 2"
        "  }).map(text => text.textContent)"
        "})"
    )

    assert outside == []


def test_failed_part_of_the_picture_leads_to_its_results(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.run("arguments[0].focus()", chromium.one("a.node[aria-label*='ci-analyst']"))
    chromium.press(Keys.ENTER)
    chromium.run("return new Promise(done => setTimeout(done, 50))")
    texts = [each.text for each in chromium.all("li.row")]

    assert chromium.hash == "#?q=mlw-forecast/ci-analyst"
    assert len(texts) >= 2
    assert all("ci-analyst" in each for each in texts)


_CONTRAST = """
const light = (colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (part) => {
  const colour = getComputedStyle(part).backgroundColor;
  return colour === 'rgba(0, 0, 0, 0)' && part.parentElement ? behind(part.parentElement) : colour;
};
return [...document.querySelectorAll(arguments[0])].filter((part) => part.checkVisibility()).map((part) => {
  const [one, other] = [light(getComputedStyle(part).color), light(behind(part))];
  return [part.className, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
}).filter(([, ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(chromium: Browser, page: Show, scheme: str) -> None:
    page(sample())
    chromium.media(scheme=scheme)
    marks = ".pill, .tag, .verdict, .severity, .problem, .doubt, .note, .waiver, .lead, .chip, .id, h2, h3, td, th, a"

    assert chromium.run(_CONTRAST, f"main :is({marks})") == []


def test_colours_follow_the_reader(chromium: Browser, page: Show) -> None:
    page(sample())
    light = chromium.run("return getComputedStyle(document.body).backgroundColor")
    chromium.media(scheme="dark")
    dark = chromium.run("return getComputedStyle(document.body).backgroundColor")
    chromium.media("print", "dark")

    assert len({light, dark}) == 2
    assert chromium.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_print_shows_what_is_folded_and_no_controls(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.media("print")

    assert chromium.all(".filter, nav, button.only") == []
    assert len(chromium.all("li.row")) == len(demo().results)
    assert len(chromium.all("svg.topology")) == 2


def test_printing_opens_what_is_folded_where_a_style_cannot(chromium: Browser, page: Show) -> None:
    page(demo())
    before = len(chromium.all("details:not([open])"))
    chromium.run("dispatchEvent(new Event('beforeprint'))")

    assert before > 0
    assert chromium.all("details:not([open])") == []


def test_narrow_screen_scrolls_pictures_and_tables_but_not_the_page(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.size(380, 800)

    assert chromium.run("return document.documentElement.scrollWidth") <= 380
    assert chromium.run("return document.querySelector('.picture .scroll').scrollWidth") > 380


def test_picture_for_the_readme_can_be_made(chromium: Browser, tmp_path: Path) -> None:
    make(tmp_path / "report.png", chromium, tmp_path)

    assert 20_000 < (tmp_path / "report.png").stat().st_size < 300_000
    assert 20_000 < PICTURE.stat().st_size < 300_000
