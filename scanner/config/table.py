"""Reading one table of a TOML file: every complaint names the file, the key, and what was expected there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scanner.config.names import require_known
from scanner.errors import UsageError, one_line
from scanner.system.near import meant, near

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LARGEST = 1e9
_LONGEST = 100
"""Characters of a word that is compared with ours."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file; `name` is how the file spells it: "[scan]".

    The readers return None for a key that is not there, and raise UsageError for one of the wrong type.
    """

    file: Path
    name: str
    values: Mapping[str, object]

    def require_keys(self, known: Iterable[str]) -> None:
        """Raise UsageError for a key that nobody knows, with the nearest one."""
        known = tuple(known)
        what, where = f"key in {self.name} of {self.file} called", f"keys are {', '.join(known)}"
        require_known(what, self.values, known, where, exact=True)

    def text(self, key: str) -> str | None:
        """Return a text; an empty one says nothing and is wrong."""
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.wrong(key, "a text")

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise self.wrong(key, "a list of texts")

    def one_or_more(self, key: str) -> tuple[str, ...] | None:
        """Return one text or a list of texts, none of which is empty; the list may be."""
        value = self.values.get(key)
        texts = (value,) if isinstance(value, str) else self.texts(key) if isinstance(value, list) else value
        if texts is None or (isinstance(texts, tuple) and all(each.strip() for each in texts)):
            return texts
        raise self.wrong(key, "a text, or a list of texts")

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(key, "true or false")

    def whole(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, both included."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise self.wrong(key, f"a whole number from {least} to {most}")

    def number(self, key: str, least: float) -> float | None:
        """Return a finite number that is not less than the bound."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= _LARGEST:
            return float(value)
        raise self.wrong(key, f"a number, {least:g} or more")

    def choice(self, key: str, words: Iterable[str]) -> str | None:
        """Return one of several words, as we spell it."""
        value, words = self.values.get(key), tuple(words)
        if value is None:
            return None
        if isinstance(value, str) and value.lower() in words:
            return value.lower()
        said = meant(near(_shown(value).strip("'\"").lower()[:_LONGEST], words))
        raise self.wrong(key, f"one of {', '.join(words)}", f"; {said}" if said else "")

    def day(self, key: str) -> date | None:
        """Return a day: a TOML date, or a text YYYY-MM-DD."""
        value = self.values.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.wrong(key, "a day, YYYY-MM-DD")

    def wrong(self, key: str, expected: str, hint: str = "") -> UsageError:
        """Return the complaint that a key holds something else than expected."""
        return UsageError(
            f"{self.file}: {self.name} {key}: expected {expected}, found {_shown(self.values[key])}{hint}"
        )

    def missing(self, key: str, expected: str) -> UsageError:
        """Return the complaint that a key is not there."""
        return UsageError(f"{self.file}: {self.name} {key} is missing: expected {expected}")


def _shown(value: object) -> str:
    try:
        return _spelled(value)
    except ValueError:  # an integer of so many digits that Python does not write it out
        return "a number that is too long to show"
    except RecursionError:
        return "something that is nested too deeply to show"


def _spelled(value: object) -> str:
    match value:
        case str():
            return one_line(repr(value))
        case bool():
            return str(value).lower()
        case Mapping():
            return "a table"
        case list():
            return f"a list, {one_line(value)}"
        case _:
            return one_line(value)
