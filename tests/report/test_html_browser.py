"""The HTML report in a real browser: it works, it is reachable by keyboard, and no name in it does anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from scanner.scan.outcome import Scan
from tests.report.browser import Browser, Show
from tests.report.estates import demo, hostile_estate, many, reference
from tests.report.mapped import against, hostile_framework, mapped_sample
from tests.report.picture import PICTURE, make
from tests.report.sample import HOSTILE, hostile, huge, sample
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
    chromium.run("location.hash = '#solution-w3'; return new Promise(done => setTimeout(done, 50))")
    chromium.one("#solution-w3 button.only").click()
    chromium.one(".filter [data-do=open]").click()
    marks = [str(each.get_attribute("data-ws")).split() for each in chromium.all("li.row")]

    assert len(chromium.all(".solution")) == len(chromium.all("tbody[data-ws]")) == 1
    assert marks != []
    assert all("w3" in each for each in marks)
    assert len(chromium.all("svg.topology")) == 1


def test_of_many_solutions_one_at_a_time_is_shown_and_any_can_be_chosen(chromium: Browser, page: Show) -> None:
    page(many())
    names = chromium.run("return [...document.getElementById('choose').options].map(each => each.text)")
    first = [each.text for each in chromium.all(".solution h3")]
    chromium.one(".choose button[data-step='1']").click()
    second = [each.text for each in chromium.all(".solution h3")]
    chromium.one(".choose button[data-step='-1']").click()
    chromium.one(".choose button[data-step='-1']").click()
    chromium.one("#choose").send_keys("mlw-reference09")

    assert len(names) == 20
    assert [len(first), len(second)] == [1, 1]
    assert [names[0].split(":")[0], names[1].split(":")[0]] == [*first, *second]
    assert [each.text for each in chromium.all(".solution h3")] == ["mlw-reference09"]


def test_link_to_a_hidden_rule_clears_the_filter_and_opens_it(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.one(".filter input[value=unknown]").click()
    before = chromium.all("#rule-compute-in-vnet")
    chromium.run("location.hash = '#rule-compute-in-vnet'; return new Promise(done => setTimeout(done, 50))")

    assert before == []
    assert chromium.one("#rule-compute-in-vnet").get_attribute("open") is not None


_FOCUSABLE = ":is(a[href], button, input, select, summary, [tabindex='0']):not([tabindex='-1'])"


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


_CELLS = "table.heat a"


def test_tab_stops_once_in_the_heat_map_and_arrows_reach_every_cell(chromium: Browser, page: Show) -> None:
    page(demo())
    stops = chromium.all(f"{_CELLS}[tabindex='0']")
    chromium.run("window.met = new Set(); document.addEventListener('focusin', event => met.add(event.target))")
    chromium.run("arguments[0].focus()", stops[0])
    for _ in chromium.all("table.heat tbody tr"):
        chromium.press(Keys.HOME, *[Keys.ARROW_RIGHT] * 15, Keys.HOME, Keys.ARROW_DOWN)
    missed = chromium.run(f"return [...document.querySelectorAll('{_CELLS}')].filter(each => !met.has(each)).length")
    chromium.press(Keys.END)
    last = chromium.run("return document.activeElement.closest('td').cellIndex")

    assert len(stops) == 1
    assert len(chromium.all(_CELLS)) > 20
    assert missed == 0
    assert last == 14
    assert len(chromium.all(f"{_CELLS}[tabindex='0']")) == 1


def test_cell_of_the_heat_map_leads_to_what_it_counts(chromium: Browser, page: Show) -> None:
    page(demo())
    cell = chromium.one("tr[data-name='mlw-pricing'] a[href*='control=Compute']")
    count = int(cell.text)
    chromium.run("arguments[0].focus()", cell)
    chromium.press(Keys.ENTER)
    chromium.run("return new Promise(done => setTimeout(done, 50))")
    shown = chromium.all("li.row")

    assert len(shown) == count > 0
    assert {each.get_attribute("data-verdict") for each in shown} == {"fail"}
    assert chromium.run("return document.querySelector('.filter select[name=workspace]').value") == "mlw-pricing"


def test_workspace_is_found_among_many(chromium: Browser, page: Show) -> None:
    page(many())
    chromium.one("#find-workspace").send_keys("reference07")
    found = [each.text for each in chromium.all("table.heat tr[data-name] th")]
    chromium.run("document.activeElement.blur()")

    assert found == ["mlw-reference07"]
    assert chromium.one("#found-workspaces").text == "1 of 20"
    assert len(chromium.all(f"{_CELLS}[tabindex='0']")) == 1


def test_known_and_new_failures_are_told_apart_by_a_filter(chromium: Browser, page: Show) -> None:
    page(sample())
    chromium.one(".baseline a[href*='known']").click()
    chromium.run("return new Promise(done => setTimeout(done, 50))")
    known = [each.text for each in chromium.all("li.row strong")]
    chromium.one(".filter input[value=known]").click()
    chromium.one(".filter input[value=new]").click()

    assert known == ["stknown"]
    assert len(chromium.all("li.row")) == 3


def test_waived_failure_is_shown_as_such_and_found_by_its_filter(chromium: Browser, page: Show) -> None:
    page(sample())
    chromium.one(".filter input[value=waived]").click()
    (row,) = chromium.all("li.row")

    assert "WAIVED" in row.text
    assert "migrated in January" in row.text


def test_long_list_is_shown_in_part_until_somebody_asks(chromium: Browser, page: Show) -> None:
    page(huge(200))
    chromium.one("details.rule > summary").click()
    chromium.run("return new Promise(done => setTimeout(done, 50))")
    short = len(chromium.all("li.row"))
    button = chromium.one("button.whole")
    words = button.text
    button.click()

    assert short == 25
    assert words == f"Show all {len(chromium.all('li.row'))}"
    assert chromium.run("return document.activeElement.matches('li.row')") is True
    assert chromium.all("button.whole") == []


def test_heavy_page_brings_back_what_it_put_aside(chromium: Browser, page: Show) -> None:
    scan = huge(1700)
    page(scan)
    before = chromium.run("return document.querySelectorAll('li.row').length")
    chromium.one(".filter input[name=q]").send_keys("st1699")
    found = [str(each.get_attribute("data-verdict")) for each in chromium.all("li.row")]
    chromium.one(".filter [data-do=clear]").click()
    chromium.one(".filter [data-do=open]").click()
    chromium.run("return new Promise(done => setTimeout(done, 300))")
    after = chromium.run("return document.querySelectorAll('li.row').length")

    assert before == 0
    assert sorted(found) == ["fail", "pass", "unknown"]
    assert after == len(scan.results) == 5100


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
    chromium.run("for (const each of document.querySelectorAll('.solution')) [each.hidden, each.open] = [false, true]")
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


def test_print_shows_summary_pictures_and_failures_alone(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    chromium.media("print")
    rows = [str(each.get_attribute("data-verdict")) for each in chromium.all("li.row")]

    assert chromium.all(".filter, nav, button.only, details.page, details.path") == []
    assert rows == ["fail"] * len(demo().fails)
    assert len(chromium.all("svg.topology")) == 2
    assert len(chromium.all("table.heat")) == 1


def test_style_alone_opens_what_is_printed(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.media("print")

    assert len(chromium.all("li.row")) == len(demo().fails)


def test_printing_opens_what_is_folded_where_a_style_cannot_and_folds_it_again(chromium: Browser, page: Show) -> None:
    page(demo())
    folded = "return document.querySelectorAll('.group.fail > details.rule:not([open])').length"
    before = chromium.run(folded)
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    printing = chromium.run(folded)
    chromium.run("dispatchEvent(new Event('afterprint'))")

    assert before > 0
    assert printing == 0
    assert chromium.run(folded) == before


def test_long_list_is_printed_in_part(chromium: Browser, page: Show) -> None:
    page(huge(200))
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    chromium.media("print")

    assert len(chromium.all("#rule-rule-critical li.row")) == 15
    assert chromium.one("#rule-rule-critical .on-paper").text == "and 25 more"


def test_narrow_screen_scrolls_pictures_and_tables_but_not_the_page(chromium: Browser, page: Show) -> None:
    page(demo())
    chromium.size(380, 800)

    assert chromium.run("return document.documentElement.scrollWidth") <= 380
    assert chromium.run("return document.querySelector('.scroll.picture').scrollWidth") > 380


def test_picture_for_the_readme_can_be_made(chromium: Browser, tmp_path: Path) -> None:
    make(tmp_path / "report.png", chromium, tmp_path)

    assert 20_000 < (tmp_path / "report.png").stat().st_size < 300_000
    assert 20_000 < PICTURE.stat().st_size < 300_000
