"""What the HTML report says, and what it can never do."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from scanner.report.html import as_html
from scanner.report.html.results import blocks
from scanner.scan.outcome import Scan
from tests.report.estates import demo, hostile_estate, many
from tests.report.sample import HOSTILE, hostile, sample


class _Reader(HTMLParser):
    """Collects the tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def page() -> str:
    return as_html(sample())


def test_numbers_of_the_summary_are_those_of_the_scan(page: str) -> None:
    tiles = re.findall(r'<a class="tile[^>]*><strong>(\d+)</strong> <span>([a-z ]+)<', page)

    assert {word: int(count) for count, word in tiles} == {
        "failed": 4, "waived": 1, "unknown": 2, "passed": 3, "not applicable": 1,
        "critical": 1, "high": 3, "medium": 0, "low": 0, "info": 0,
    }  # fmt: skip


def test_every_result_has_its_row(page: str) -> None:
    rows = [attrs["data-verdict"] for tag, attrs in _Reader(page).tags if attrs.get("class", "").startswith("row ")]

    assert Counter(rows) == {"fail": 4, "waived": 1, "unknown": 2, "pass": 3, "n-a": 1}


@pytest.mark.parametrize(
    "words",
    [
        "waived until 2027-01-31: migrated in January",
        "WAIVER EXPIRED on 2026-10-01, this counts as failed: until the move",
        "waiver unused, no failure fits it: was deleted",
        "known",
        "Azure answered 403",
        "Microsoft.Network/x/read",
        "The data lies there, and whoever reaches it can read it.",
        "az storage account update --name NAME --public-network-access Disabled",
        "not known: the firewall could not be read",
        "behind a security perimeter",
        "resolves to 20.60.1.4, which is public broken",
        "Some networks could not be listed: virtual networks could not be listed",
        "4 of 11 results failed",
        "No picture: this report was made without the estate that was judged.",
    ],
)
def test_page_says(page: str, words: str) -> None:
    assert words in _Reader(page).text


@pytest.mark.parametrize(
    ("keep", "headline"),
    [
        ({"fail", "pass"}, "5 of 8 results failed"),
        ({"unknown", "pass"}, "Nothing failed, but 2 of 5 results are unknown"),
        ({"pass"}, "Nothing failed, and nothing is unknown"),
        ({"n/a"}, "Nothing was judged"),
    ],
)
def test_headline_says_no_more_than_the_scan_shows(keep: set[str], headline: str) -> None:
    kept = tuple(replace(each, waiver=None) for each in sample().results if each.verdict in keep)

    assert f"<h1>{headline}</h1>" in as_html(replace(sample(), results=kept))


@pytest.mark.parametrize("tag", ["style", "script"])
def test_policy_allows_just_the_style_and_script_that_the_page_holds(page: str, tag: str) -> None:
    ((policy,),) = [re.findall(r'Content-Security-Policy" content="([^"]+)"', page)]
    (held,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    digest = b64encode(sha256(held.encode()).digest()).decode()

    assert policy.startswith("default-src &#39;none&#39;")
    assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("made", [sample, demo, hostile_estate])
def test_page_needs_nothing_from_elsewhere(made: Callable[[], Scan]) -> None:
    page = as_html(made())
    tags = _Reader(page).tags
    loaded = [attrs for tag, attrs in tags if tag in {"img", "iframe", "object", "embed", "source", "video", "audio"}]
    links = [attrs["href"] for tag, attrs in tags if tag == "link"]
    styles = " ".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))

    assert loaded == []
    assert [attrs for _, attrs in tags if "src" in attrs or "style" in attrs or "srcset" in attrs] == []
    assert links == ["data:,"]
    assert "url(" not in styles
    assert "@import" not in styles


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_makes_neither_tag_nor_handler(name: str) -> None:
    clean, dirty = _Reader(as_html(sample())), _Reader(as_html(hostile(name)))
    added = {tag for tag, _ in dirty.tags} - {tag for tag, _ in clean.tags}

    assert added <= {"h4"}
    assert [tag for tag, _ in dirty.tags].count("script") == 1
    assert [attrs for _, attrs in dirty.tags if any(each.startswith("on") for each in attrs)] == []
    assert [each for tag, attrs in dirty.tags if tag == "a" for each in [attrs["href"]] if "javascript" in each] == []


def test_hostile_estate_is_drawn_as_text() -> None:
    reader = _Reader(as_html(hostile_estate()))

    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert [attrs for _, attrs in reader.tags if any(each.startswith("on") for each in attrs)] == []
    assert "\\u202egnp.exe\\u2066" in reader.text
    assert "\u202e" not in reader.text


@pytest.mark.parametrize("made", [sample, demo, many])
def test_ids_are_unique_and_every_link_on_the_page_leads_somewhere(made: Callable[[], Scan]) -> None:
    tags = _Reader(as_html(made())).tags
    ids = Counter(attrs["id"] for _, attrs in tags if "id" in attrs)
    names = ("href", "popovertarget", "aria-labelledby")
    wanted = {part.removeprefix("#") for _, attrs in tags for name in names for part in attrs.get(name, "").split()}

    assert [each for each, count in ids.items() if count > 1] == []
    assert {each for each in wanted if not each.startswith(("?", "http", "data:"))} - ids.keys() == set()


def test_every_control_of_the_form_has_a_label(page: str) -> None:
    form = page[page.index("<form") : page.index("</form>")]
    labelled = re.findall(r"<label[^>]*>.*?</label>", form, re.DOTALL)
    controls = re.findall(r"<(?:input|select)\b", form)

    assert len(controls) == len(labelled)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mend it.\nThen look.", [(False, ("Mend it.", "Then look."))]),
        ("az ml update \\\n    --x\n\n    resource {\n      a = 1\n    }", [
            (True, ("az ml update \\", "    --x")), (True, ("resource {", "  a = 1", "}")),
        ]),
        ("", []),
    ],
)  # fmt: skip
def test_fix_is_prose_and_code(text: str, found: list[tuple[bool, tuple[str, ...]]]) -> None:
    assert [(each.is_code, each.lines) for each in blocks(text)] == found


def test_what_stands_between_backticks_is_code() -> None:
    page = as_html(demo())

    assert "<code>mlsec-scan explain private-dns-zone-linked-to-access-vnet</code>" in page
    assert "`peering-connected-both-ways`" not in page


def test_page_of_twenty_solutions_stays_within_a_few_megabytes() -> None:
    assert len(as_html(many()).encode()) < 4_000_000
