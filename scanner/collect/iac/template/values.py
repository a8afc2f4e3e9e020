"""Values of template expressions: JSON, or not known, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.creation.estate import unknown


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A value that a template does not tell."""

    why: str


def as_json(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value as rows have it: what is not known marked, what is null left out."""
    match value:
        case NotKnown(why=why):
            return unknown(why)
        case dict():
            return {key: as_json(each) for key, each in value.items() if each is not None}
        case list():
            return [as_json(each) for each in value]
    return value


def first_unknown(values: list[Any] | tuple[Any, ...]) -> NotKnown | None:
    """Return the first of several values that is not known, or of which a part is not."""
    for each in values:
        found = _unknown_in(each)
        if found is not None:
            return found
    return None


def _unknown_in(value: Any) -> NotKnown | None:  # noqa: ANN401 - JSON
    match value:
        case NotKnown():
            return value
        case dict():
            return first_unknown(tuple(value.values()))
        case list():
            return first_unknown(value)
    return None


def member(value: Any, key: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a property or item, None where there is none. Names of properties compare without case, as ARM does."""
    if isinstance(value, NotKnown):
        return value
    if isinstance(key, NotKnown):
        return key
    if isinstance(value, dict) and isinstance(key, str):
        if key in value:
            return value[key]
        return next((each for name, each in value.items() if name.lower() == key.lower()), None)
    if isinstance(value, list) and isinstance(key, int) and -1 < key < len(value):
        return value[key]
    return None
