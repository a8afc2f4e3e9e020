"""What is not known stays not known, and what was seen is kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from weakref import ref

import pytest

from scanner.evidence import MissingEvidence, Seen, Unknown, flat, known, readable

HIDDEN = Unknown("it may not be read")


def test_unknown_value_says_what_it_is_of() -> None:
    with pytest.raises(MissingEvidence, match=r"^cluster: it may not be read$"):
        known(HIDDEN, "cluster")


def test_readable_yields_the_rest_before_it_raises_for_what_it_could_not_read() -> None:
    found = readable([HIDDEN, 1, None, 2], known)

    assert next(found) == 1
    assert next(found) == 2
    with pytest.raises(MissingEvidence, match=HIDDEN.why):
        next(found)


def test_readable_raises_for_items_that_could_not_be_listed() -> None:
    def listed() -> Iterator[int]:
        yield 1
        raise MissingEvidence("the listing broke off")

    found = readable(listed(), known)

    assert next(found) == 1
    with pytest.raises(MissingEvidence, match="broke off"):
        next(found)


def test_readable_ends_quietly_when_everything_was_read() -> None:
    assert list(readable([1, None, 2], known)) == [1, 2]


class _Local:
    """Something that only the frame of a function holds."""


@pytest.mark.parametrize(
    "ask",
    [
        lambda read: Seen((1,)).map(read),
        lambda read: Seen((1,)).where(read),
        lambda read: Seen((1,)).flat(read),
        lambda read: Seen.of(map(read, [1])),
        lambda read: Seen.of(readable([1], read)),
        lambda read: Seen.of(flat([1], read)),
    ],
)
def test_what_is_kept_of_missing_evidence_holds_none_of_the_frames_that_it_came_through(
    ask: Callable[[Callable[[int], object]], Seen[object]],
) -> None:
    held: list[ref[_Local]] = []

    def read(_: int) -> object:
        local = _Local()
        held.append(ref(local))
        raise MissingEvidence("it may not be read")

    found = ask(read)

    assert found.missing is not None
    assert [each() for each in held] == [None]
