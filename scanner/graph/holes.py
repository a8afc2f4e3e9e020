"""Gaps by where they lie: which of them leaves a listing, or a single item, unseen."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from scanner.evidence import Gap
from scanner.graph.coverage import scopes_of
from scanner.model.arm import SUBSCRIPTION_TYPE, ArmId


class Holes:
    """The gaps of a scan. One of which Azure says that the item does not exist is none."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self._at: dict[tuple[str, str], list[Gap]] = defaultdict(list)
        self._gone: dict[str, Gap] = {}
        scopes: dict[str, set[str]] = defaultdict(set)
        for gap in gaps:
            kind, scope = gap.kind.lower(), ArmId(gap.scope).key
            if gap.gone:
                self._gone[scope] = gap
            else:
                self._at[kind, scope].append(gap)
                scopes[kind].add(scope)
        self._scopes = {kind: sorted(found) for kind, found in scopes.items()}

    def above(self, kind: str, arm_id: ArmId) -> Gap | None:
        """Return a gap in the listing of a type (lower case) that an id lies in: its own, or of a scope above it."""
        if kind not in self._scopes:
            return None
        return next((self._at[kind, each][0] for each in scopes_of(arm_id) if (kind, each) in self._at), None)

    def inside(self, kind: str, scope: ArmId) -> Gap | None:
        """Return a gap of a type (lower case) that leaves something in a scope unseen: above it, at it, or below."""
        return self.above(kind, scope) or next(self._below(kind, f"{scope.key}/"), None)

    def items(self, kind: str, scope: ArmId) -> list[str]:
        """Return the ids in a scope of the single items of a type (lower case) that could not be read."""
        prefix = f"{scope.key}/"
        return [each for each in self._scopes.get(kind, ()) if each.startswith(prefix) and ArmId(each).type == kind]

    def _below(self, kind: str, prefix: str) -> Iterator[Gap]:
        scopes = self._scopes.get(kind, [])
        place = bisect_left(scopes, prefix)
        if place < len(scopes) and scopes[place].startswith(prefix):
            yield self._at[kind, scopes[place]][0]

    def anywhere(self, kinds: Iterable[str], matters: Callable[[ArmId], bool] | None = None) -> Gap | None:
        """Return a gap of one of several types (lower case), wherever it lies; of single items, one that matters."""
        scopes = ((kind, scope) for kind in kinds for scope in self._scopes.get(kind, ()))
        counting = (each for each in scopes if matters is None or _may_matter(*each, matters))
        return next((self._at[each][0] for each in counting), None)

    def is_gone(self, arm_id: ArmId) -> bool:
        """Tell whether Azure says that an item does not exist."""
        return arm_id.key in self._gone

    def why_gone(self, arm_id: ArmId) -> str | None:
        """Return what Azure says of an item that does not exist."""
        gap = self._gone.get(arm_id.key)
        return None if gap is None else str(gap)


def _may_matter(kind: str, scope: str, matters: Callable[[ArmId], bool]) -> bool:
    item = ArmId(scope)
    return item.type != kind or matters(item)


def lineage(kind: str) -> Iterator[str]:
    """Yield a type in lower case and those of the parents that it is listed below, then subscriptions."""
    yield kind
    while kind.count("/") > 1:
        kind = kind.rpartition("/")[0]
        yield kind
    yield SUBSCRIPTION_TYPE
