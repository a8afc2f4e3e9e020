"""Items by key, where some keys could not be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.estate.keyed import Keyed
from scanner.evidence import MissingEvidence, gathered


def keys(item: str) -> Iterator[str]:
    """Yield an item's letters as its keys; what follows a question mark could not be read."""
    for letter in item:
        if letter == "?":
            raise MissingEvidence(f"the keys of {item}")
        yield letter


def cut_short() -> Iterator[str]:
    """Yield one item of a list that was not read to its end."""
    yield "a"
    raise MissingEvidence("the list")


def test_items_come_in_the_order_given_each_once() -> None:
    found = Keyed(["ba", "c", "aa", "ab"], keys)

    assert list(found.of("a")) == ["ba", "aa", "ab"]
    assert list(found.of("c")) == ["c"]
    assert list(found.of("z")) == []


def test_an_item_of_unread_keys_may_have_any() -> None:
    found = Keyed(["a", "b?", "ab"], keys)

    assert list(found.of("a")) == ["a", "b?", "ab"]
    assert list(found.of("b")) == ["b?", "ab"]
    assert list(found.of("z")) == ["b?"]


@pytest.mark.parametrize(("key", "items"), [("a", ["a"]), ("z", [])])
def test_a_list_that_was_cut_short_is_told_after_what_was_read(key: str, items: list[str]) -> None:
    read, missing = gathered(Keyed(cut_short(), keys).of(key))

    assert read == items
    assert str(missing) == "the list"
