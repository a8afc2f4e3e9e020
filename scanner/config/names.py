"""Suggesting the nearest name to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.errors import UsageError, one_line
from scanner.system.near import meant, near


def require_known(what: str, names: Iterable[str], known: Iterable[str], where: str, *, exact: bool = False) -> None:
    """Raise UsageError for a name that is not among the known ones; `where` tells how to list those.

    With `exact` a name in other letters of the alphabet's two sizes is not known either.
    """
    spelled = {each.lower(): each for each in known}
    for name in names:
        if name not in spelled.values() if exact else name.lower() not in spelled:
            hint = meant([spelled[each] for each in near(name.lower(), spelled)]) or where
            raise UsageError(f"there is no {what} {one_line(name)!r}; {hint}")
