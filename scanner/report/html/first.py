"""What to fix first: what a cause looks like on the estate page."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.engine import Severity


@dataclass(frozen=True, slots=True)
class FixFirst:
    """A fault on which verdicts hang, in one line.

    `clears` and `settles` are how many failures and unknowns would go with it, `severity` the worst of those failures,
    None where it only makes things unknown. `says` is one sentence on what to do, "" without; `query` is what to search
    the results for, "" without.
    """

    what: str
    severity: Severity | None
    clears: int
    settles: int = 0
    says: str = ""
    query: str = ""
