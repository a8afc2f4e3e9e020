"""What an answer says about Azure's limits: how much is left, and how long to keep away."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_LONGEST = 3600.0
"""No limit of Azure's is longer than an hour; whatever says more is wrong."""

_LEFT = (
    "x-ms-ratelimit-remaining-subscription-reads",
    "x-ms-ratelimit-remaining-tenant-reads",
    "x-ms-ratelimit-remaining-subscription-global-reads",
    "x-ms-user-quota-remaining",
)
"""Headers that count what is left (facts §15).

`x-ms-ratelimit-remaining-resource` is not among them: a provider counts its own operations in it, over times that it
does not tell. Where that runs out, the provider refuses and says for how long.
"""

_MOST_DIGITS = 12
_RESETS = "x-ms-user-quota-resets-after"


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer's word on the limit of its scope.

    `left` is how many requests remain, None if it does not tell; `resets` in how many seconds the count starts anew;
    `wait` how many seconds Azure asks to keep away, None if it names no time.
    """

    refused: bool
    left: int | None
    resets: float | None
    wait: float | None


def heard(status: int, headers: Mapping[str, str]) -> Heard:
    """Read an answer."""
    refused = status == HTTPStatus.TOO_MANY_REQUESTS
    left = [count for name in _LEFT if (count := _count(headers.get(name, ""))) is not None]
    resets = _clock(headers[_RESETS]) if _RESETS in headers else None
    asked = retry_after(headers) if refused or status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return Heard(refused, min(left, default=None), resets, (asked or resets) if refused else asked)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, given as such or as a date; None for none, or nonsense."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    with suppress(ValueError):
        return _sane(float(text))
    with suppress(ValueError, OverflowError):
        # Both dates are the server's: the clock of this machine may be wrong.
        until, now = _date(text), headers.get("Date")
        return _sane((until - (_date(now) if now else datetime.now(UTC))).total_seconds())
    return None


def _count(text: str) -> int | None:
    """Read a count; None for what is none, or has more digits than any of Azure's."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _date(text: str) -> datetime:
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _clock(text: str) -> float | None:
    """Read hh:mm:ss."""
    parts = [count for part in text.split(":") if (count := _count(part)) is not None]
    if len(parts) != 3 or text.count(":") != 2:  # noqa: PLR2004 - hours, minutes, seconds
        return None
    hours, minutes, seconds = parts
    return _sane(hours * 3600.0 + minutes * 60 + seconds)


def _sane(seconds: float) -> float | None:
    """Return a pause that can be kept; a server that asks for none gets our own."""
    return min(seconds, _LONGEST) if seconds > 0 and not math.isnan(seconds) else None
