"""Rules' pages, taken apart."""

from __future__ import annotations

import pytest

from scanner.engine import Rule, Subject
from scanner.engine.pack import SECTIONS, built_in_pack, load_packs
from scanner.engine.pages import read_page
from tests.report.sample import rule

PAGE = read_page(rule("storage-closed"))
RULES = load_packs([built_in_pack()])


def test_page_has_its_title_and_sections() -> None:
    assert PAGE.title == "Storage closed"
    assert tuple(each.heading for each in PAGE.sections) == SECTIONS
    assert PAGE.says("Passes") == "Access is Disabled."
    assert PAGE.says("Nothing of the kind") == ""


def test_reasons_are_one_line() -> None:
    assert PAGE.why == "The data lies there, and whoever reaches it can read it."


def test_fix_keeps_its_indentation() -> None:
    assert PAGE.fix.splitlines()[3] == "      public_network_access_enabled = false"


def test_links_are_those_of_the_last_section() -> None:
    assert PAGE.links == (
        "https://learn.microsoft.com/azure/storage/common/storage-network-security",
        "https://example.org/second",
    )


def test_rule_without_page_is_called_by_its_id() -> None:
    bare = Rule("bare", "c", rule("x").severity, rule("x").each, rule("x").check)

    assert read_page(bare).title == "bare"
    assert read_page(bare).sections == ()
    assert read_page(bare).links == ()


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.id)
def test_every_rule_has_a_fix_and_a_link(each: Rule[Subject]) -> None:
    page = read_page(each)

    assert page.fix
    assert page.links
    assert page.title == each.title
