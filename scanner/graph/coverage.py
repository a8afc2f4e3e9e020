"""What was seen completely: the only ground on which a graph tells that something does not exist.

A source says so of a type in a scope, with the reason why it may be believed. Whatever is not covered may exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from sys import intern

from scanner.model.arm import ArmId


class Ground(StrEnum):
    """Why a scope counts as seen completely."""

    LISTED = "listed while the action was held on the whole scope"
    COUNTED = "Resource Graph, by count, while the action was held on the whole scope"
    LOOKED_UP = "looked up in every subscription that the identity sees"
    NOT_OFFERED = "the provider is not registered there"
    CLOSED = "a closed world"
    LEFT = "left unread: no verdict was seen to depend on it"


ANY = "*"
"""Instead of a type: every type."""


@dataclass(frozen=True, slots=True, order=True)
class Covered:
    """Every resource of a type below a scope was seen, or with `about` every one that names it.

    `kind` is an ARM resource type or ANY. `scope` is an ARM id, of a subscription, resource group or parent; "" is
    wherever the identity sees something. `about` is an ARM id or the name of a zone. Ground.LEFT says the opposite:
    that some of a type in a subscription were not read, on purpose.
    """

    kind: str
    scope: str
    ground: Ground = Ground.LISTED
    about: str = ""

    def __post_init__(self) -> None:
        """Hold each scope once: a tenant has thousands, and dozens of types in each."""
        object.__setattr__(self, "scope", intern(self.scope))


class Coverage:
    """What was seen completely, by type and scope, and the horizon: subscriptions that the identity sees (GUIDs).

    `shows_children` says that what is here came with all that lies below it.
    """

    def __init__(
        self, covered: Iterable[Covered] = (), horizon: Iterable[str] = (), *, shows_children: bool = False
    ) -> None:
        self.covered = frozenset(covered)
        self.shows_children = shows_children
        self.horizon = frozenset(each.lower() for each in horizon)
        whole: defaultdict[str, set[str]] = defaultdict(set)
        self._about: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._left = {(each.kind.lower(), ArmId(each.scope).key) for each in self.covered if each.ground is Ground.LEFT}
        for each in self.covered:
            kind, key = each.kind.lower(), intern(ArmId(each.scope).key)
            if each.about:
                self._about[kind].add((key, each.about.lower()))
            elif each.ground is not Ground.LEFT:
                whole[kind].add(key)
        # Most types are seen whole in the same subscriptions, all of them.
        same: dict[frozenset[str], frozenset[str]] = {}
        self._whole = {kind: same.setdefault(scopes, scopes) for kind, scopes in _frozen(whole)}

    @classmethod
    def closed(cls, subscriptions: Iterable[str]) -> Coverage:
        """Return the coverage of a world in which all that there is in these subscriptions (GUIDs) was seen."""
        subscriptions = tuple(subscriptions)
        return cls(
            (Covered(ANY, f"/subscriptions/{each}", Ground.CLOSED) for each in subscriptions),
            subscriptions,
            shows_children=True,
        )

    def covers(self, kind: str, scope: ArmId) -> bool:
        """Tell whether every resource of a type in a scope was seen."""
        found = (self._whole[each] for each in (kind.lower(), ANY) if each in self._whole)
        return any(above in scopes for scopes in found for above in ("", *scopes_of(scope)))

    def left_unread(self, kind: str, scope: ArmId) -> bool:
        """Tell whether some of a type (lower case) were left unread on purpose in the subscription of a scope."""
        return (kind, f"/subscriptions/{scope.subscription}") in self._left

    def looked_up(self, kind: str, scope: ArmId, about: str) -> bool:
        """Tell whether every resource of a type in a scope that names something was looked for."""
        found, named = self._about.get(kind.lower(), ()), about.lower().rstrip("/")
        return bool(found) and any((above, named) in found for above in ("", *scopes_of(scope)))


def _frozen(found: dict[str, set[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield sets that change no more, each let go of as soon as the next is asked for."""
    for kind in tuple(found):
        yield kind, frozenset(found.pop(kind))


def scopes_of(scope: ArmId) -> Iterator[str]:
    """Yield the ids above a scope, the subscription's first, and its own, as keys."""
    at = ""
    for segment in scope.key.split("/")[1:]:
        at = f"{at}/{segment}"
        yield at
