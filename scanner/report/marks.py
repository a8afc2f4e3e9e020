"""What stands beside a result in JSON: the cause that it hangs on, and what a plan makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.scan.diff import Diff


def marks_of(causes: Iterable[Mapping[str, Any]], change: Diff | None) -> Mapping[str, Mapping[str, str]]:
    """Return by fingerprint `cause`, the id of the first that mends it, and `change`: new, fixed, still or worse.

    `causes` are objects of the report, in its order.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for cause in causes:
        for fingerprint in cause["results"]:
            found[fingerprint].setdefault("cause", cause["id"])
    for each in change.changes if change is not None else ():
        if each.word:
            found[each.latest.fingerprint]["change"] = each.word
    return found
