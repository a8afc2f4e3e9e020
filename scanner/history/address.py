"""Where a history lies: a file or an address, and its name in messages, which holds no password."""

from __future__ import annotations

import re

from scanner.errors import HistoryError

POSTGRESQL = ("postgresql", "postgresql+psycopg")

_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+]*)://(?:[^@/?#\s]*@)?(?P<place>(?:[\w.\-]*|\[[\w:.%]+\])(?::\d+)?(?:/[\w.%\-]*)?)(?:\?[^@#\s]*)?",
    re.IGNORECASE,
)
"""What follows the one @ is shown; with @, / or ? in a password there would be no telling where that ends."""


def is_address(text: str) -> bool:
    """Tell an address from a path."""
    return "://" in text


def masked(text: str) -> str:
    """Return what may be shown: of an address neither user nor options, and only its scheme where it is malformed."""
    if not is_address(text):
        return text
    found = _ADDRESS.fullmatch(text)
    return f"{found['scheme']}://{found['place']}" if found else f"{_scheme(text)}://…"


def require_postgresql(text: str) -> None:
    """Raise HistoryError for an address that is not one of a PostgreSQL database."""
    if _scheme(text) not in POSTGRESQL:
        raise HistoryError(f"{masked(text)}: a history is a file or postgresql://USER@HOST/DATABASE")
    if not _ADDRESS.fullmatch(text):
        raise HistoryError(
            f"{masked(text)} is not an address such as postgresql://USER@HOST/DATABASE; in a password write @ as %40, "
            "/ as %2F, ? as %3F and # as %23, or leave it to PGPASSWORD"
        )


def _scheme(text: str) -> str:
    scheme = text.partition("://")[0].lower()
    return scheme if re.fullmatch(r"[a-z][a-z0-9+]{0,30}", scheme) else "address"
