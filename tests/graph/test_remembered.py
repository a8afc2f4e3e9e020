"""Questions answered once, and several of which some cannot be answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from weakref import ref

import pytest

from scanner.evidence import MissingEvidence, flat
from scanner.graph.remembered import Remembered


def test_answer_is_found_once() -> None:
    asked: list[int] = []

    def find(key: int) -> int:
        asked.append(key)
        return 2 * key

    double = Remembered(find)

    assert [double(2), double(2), double(3)] == [4, 4, 6]
    assert asked == [2, 3]


def test_missing_evidence_is_found_once_and_raised_each_time() -> None:
    asked: list[str] = []

    def refuse(key: str) -> str:
        asked.append(key)
        raise MissingEvidence("not read", ("/zones/z",))

    question = Remembered(refuse)
    with pytest.raises(MissingEvidence):
        question("z")
    with pytest.raises(MissingEvidence, match="not read") as missing:
        question("z")

    assert asked == ["z"]
    assert missing.value.involves == ("/zones/z",)


class _Local:
    """Something that only the frame of a function holds."""


def test_missing_evidence_that_is_kept_holds_none_of_the_frames_that_it_came_through() -> None:
    held: list[ref[_Local]] = []

    def refuse(_: str) -> str:
        local = _Local()
        held.append(ref(local))
        raise MissingEvidence("not read")

    question = Remembered(refuse)
    with suppress(MissingEvidence):
        question("z")

    assert [each() for each in held] == [None]


def _letters(word: str) -> Iterator[str]:
    yield from word
    if word == "unread":
        raise MissingEvidence("part of it was not read")


def test_what_is_seen_of_each_comes_before_what_is_missing_of_one() -> None:
    seen: list[str] = []

    with pytest.raises(MissingEvidence, match="part of it"):
        seen.extend(flat(["a", "unread", "b"], _letters))

    assert "".join(seen) == "aunreadb"


def test_nothing_is_missing_where_all_was_seen() -> None:
    assert list(flat(["ab", "c"], _letters)) == ["a", "b", "c"]
