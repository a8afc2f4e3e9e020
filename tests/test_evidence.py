"""What is not known stays not known, and what was seen is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.evidence import MissingEvidence, Unknown, known, readable

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
