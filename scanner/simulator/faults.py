"""Faults that a test or the demo can switch on: what goes wrong, and which requests it hits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FaultKind(Enum):
    """What goes wrong."""

    FORBIDDEN = "forbidden"
    """403, also for lists that Azure would answer with 200 and fewer rows: see DENIED."""
    DENIED = "denied"
    """The action is not held: a list of a subscription answers 200 without rows, and everything else 403."""
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    UNAUTHORIZED = "unauthorized"
    BAD_API_VERSION = "bad_api_version"
    CUT = "cut"
    RESET = "reset"
    TRUNCATED = "truncated"
    HTML = "html"
    WRONG_JSON = "wrong_json"
    WRONG_VALUE = "wrong_value"
    NO_PROPERTIES = "no_properties"
    EMPTY_PAGE = "empty_page"
    NEXT_LINK_LOOP = "next_link_loop"
    NEXT_LINK_ELSEWHERE = "next_link_elsewhere"
    UNREGISTERED = "unregistered"
    """The provider is said not to be registered in the subscription."""
    WRONG_TYPES = "wrong_types"
    """Each property has a value of another type than it should."""
    WRONG_LEAVES = "wrong_leaves"
    """Properties keep their shape, and each text, number and truth value in them is of another type."""
    SLOW = "slow"
    ROWS_MISSING = "rows_missing"
    """A page of Resource Graph lacks its last row, although the row is counted."""
    ROWS_CUT_OFF = "rows_cut_off"
    """Resource Graph says that its answer is truncated, counts what it gave, and tells of no further page."""
    ROW_TWICE = "row_twice"
    """A page ends with its first row once more."""
    ROW_CONTRADICTED = "row_contradicted"
    """A page ends with its first row once more, of the same id but with each switch the other way."""
    ROW_OF_OTHER_TYPE = "row_of_other_type"
    """A page ends with a row whose id is of a type that was not asked for."""
    ROW_OF_OTHER_PARENT = "row_of_other_parent"
    """A page ends with a row whose id lies in another subscription than the list."""
    ROW_BARE = "row_bare"
    """The first row of a page has no properties."""
    PAGE_OVERLAPS = "page_overlaps"
    """A later page begins with the last row of the page before it, as when something is created meanwhile."""
    PAGE_TWICE = "page_twice"
    """A later page has the rows of the page before it in place of its own."""
    ERROR_INSIDE = "error_inside"
    """A list answers 200 with no rows and an error beside them."""
    LIST_CUT_SHORT = "list_cut_short"
    """A page does not say that there is a next one."""
    LATER_PAGE_FAILS = "later_page_fails"
    """The first page is honest, and all after it answer 500."""


_REFUSALS = frozenset({FaultKind.FORBIDDEN, FaultKind.DENIED})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the requests whose decoded URL path matches the glob `path`, in any case, meet `kind`.

    `query`, likewise a glob, narrows it to some of the queries: `api-version=…&name=value`, decoded, in their order.

    It hits every `every`-th of them and heals after `times` hits, never if None. `seconds` is how long a SLOW
    answer waits; `retry_after`, in seconds, is what a THROTTLED one advises.
    """

    path: str
    kind: FaultKind
    times: int | None = None
    every: int = 1
    seconds: float = 0.0
    retry_after: float | None = None
    query: str = "*"

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"a fault cannot hit every {self.every} requests")

    def matches(self, path: str, query: str = "") -> bool:
        """Say whether the fault is about this request; a `*` also spans slashes."""
        return fnmatchcase(path.lower(), self.path.lower()) and fnmatchcase(query.lower(), self.query.lower())


class FaultBook:
    """The faults that are switched on, and how often each has matched and hit. Safe to use from many threads."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self._lock = Lock()
        self._matched = [0] * len(self.faults)
        self._hits = [0] * len(self.faults)

    def strike(self, path: str, query: str = "") -> tuple[Fault, ...]:
        """Count a request and name what hits it: any SLOW faults, then the first of another kind."""
        hits: list[Fault] = []
        with self._lock:
            for at, fault in enumerate(self.faults):
                if fault.matches(path, query) and self._falls_due(at):
                    hits.append(fault)
                    if fault.kind is not FaultKind.SLOW:
                        break
        return tuple(hits)

    def forbids(self, path: str) -> bool:
        """Tell whether a path may not be read, without counting a request."""
        return any(fault.kind in _REFUSALS and fault.matches(path) for fault in self.faults)

    def _falls_due(self, at: int) -> bool:
        fault = self.faults[at]
        self._matched[at] += 1
        due = self._matched[at] % fault.every == 0 and (fault.times is None or self._hits[at] < fault.times)
        self._hits[at] += due
        return due
