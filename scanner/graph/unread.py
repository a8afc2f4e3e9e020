"""What a graph says of what was not read: what it is, whose it is, and what would let it be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scanner.evidence import Gap, MissingEvidence
from scanner.model.arm import SUBSCRIPTION_TYPE, ArmId
from scanner.model.resource import spelled

NOT_READ = "it was not listed"
"""Why something is not known that nobody tried to read."""
LEFT_UNREAD = "it was left unread, as no verdict was seen to depend on it"
"""Why something is not known that was not read on purpose."""

_SHOWN = 3


class Unread:
    """Words on what was not read. `networks_in` gives the ids of the virtual networks that are known in a scope."""

    def __init__(self, judged: Callable[[str], bool], networks_in: Callable[[ArmId], Iterable[str]]) -> None:
        self._is_judged = judged
        self._networks_in = networks_in
        self._whose = cache(self._find_whose)

    def by(self, gap: Gap, involves: str | None = None) -> MissingEvidence:
        """Return what a gap leaves unseen; it involves an id, by default its own scope."""
        return MissingEvidence(gap.told(self._whose(ArmId(gap.scope))), (involves or gap.scope,), gap)

    def unlisted(self, kind: str, scope: ArmId) -> MissingEvidence:
        """Return why nothing is known of a type (lower case) in a scope that nobody listed, and what would help."""
        gap = Gap(spelled(kind), str(scope), NOT_READ)
        where = f"subscription {scope.subscription}" if scope.type == SUBSCRIPTION_TYPE else str(scope)
        helps = f"; --context-subscription {scope.subscription} lists them" if scope.subscription else ""
        return MissingEvidence(f"{gap.kind} in {where}{self._whose(scope)} were not listed{helps}", (gap.scope,), gap)

    def left(self, kind: str, scope: ArmId) -> MissingEvidence:
        """Return why nothing is known of a type (lower case) below a parent that was not asked for it, on purpose."""
        gap = Gap(spelled(kind), str(scope), LEFT_UNREAD)
        return MissingEvidence(f"{gap.kind} in {scope} are not known: {LEFT_UNREAD}", (gap.scope,), gap)

    def elsewhere(self, kind: str, item: ArmId) -> MissingEvidence:
        """Return why an item is not known that is referred to and lies in a subscription that was not read."""
        gap = Gap(spelled(kind), f"/subscriptions/{item.subscription}", NOT_READ)
        said = f"{item} lies in subscription {item.subscription}, which was not read"
        return MissingEvidence(said, (str(item),), gap)

    def _find_whose(self, scope: ArmId) -> str:
        """Say in brackets whose subscription a scope is, where it is none to be judged: of which virtual networks."""
        if scope.type != SUBSCRIPTION_TYPE or self._is_judged(scope.subscription):
            return ""
        names = sorted({ArmId(each).name for each in self._networks_in(scope)})
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f" (that of {', '.join(names[:_SHOWN])}{more})" if names else ""
