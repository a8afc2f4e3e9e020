"""Which runs follow each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.history.scope import read_scope, scope_of
from scanner.history.words import scope_words
from scanner.scan.outcome import Header
from tests.report.sample import HEADER

ONE, OTHER = "11111111-1111-4111-8111-AAAAAAAAAAAA", "22222222-2222-4222-8222-222222222222"
BOTH = replace(HEADER, subscriptions=(ONE, OTHER))
DEMO = replace(HEADER, source="demo")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (scope_of(BOTH), scope_of(replace(BOTH, subscriptions=(OTHER, ONE.lower(), OTHER)))),
        (scope_of(replace(BOTH, source="live")), scope_of(replace(BOTH, source="snapshot"))),
        (scope_of(BOTH, "RG", "MLW"), scope_of(BOTH, "rg", "mlw/")),
        (scope_of(BOTH), scope_of(replace(BOTH, context_subscriptions=("c",), tool_version="9", requests=1))),
        (scope_of(BOTH, "", "", ("Ml",)), scope_of(HEADER, "", "", ("ml",))),
    ],
)
def test_same_estate_under_another_spelling_is_the_same_scope(one: object, other: object) -> None:
    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        scope_of(replace(BOTH, subscriptions=(ONE,))),
        scope_of(replace(BOTH, cloud="usgov")),
        scope_of(replace(BOTH, profile="article")),
        scope_of(replace(BOTH, source="terraform")),
        scope_of(BOTH, "rg"),
        scope_of(BOTH, "", "mlw"),
        scope_of(BOTH, "", "", ("ml",)),
    ],
)
def test_what_narrows_or_changes_what_is_judged_is_another_scope(other: object) -> None:
    assert scope_of(BOTH) != other


@pytest.mark.parametrize("header", [BOTH, DEMO])
def test_scope_can_be_read_again(header: Header) -> None:
    scope = scope_of(header, "rg", "mlw", ("ml",))

    assert read_scope(scope.text) == scope


def test_scope_is_told_in_words_of_which_none_acts() -> None:
    many = replace(HEADER, subscriptions=tuple("abcde"))

    assert scope_words(scope_of(many, "rg\x1b", "mlw")) == (
        r"azure, cloud public, profile current; subscriptions a, b, c and 2 more; resource group rg\x1b; workspace mlw"
    )
    assert "; management groups ml" in scope_words(scope_of(many, "", "", ("ml",)))
