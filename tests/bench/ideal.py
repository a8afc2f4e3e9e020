"""What a scan is measured against: the fewest requests through ARM, and the shortest time that they can take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from scanner.collect.azure.arm.follow import is_listed_elsewhere, references_in
from scanner.collect.azure.arm.listings import children_of
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Arm, Within
from scanner.model.arm import ArmId, Json

PAGE = 100
"""Rows a page, as the simulator serves them."""


@dataclass(frozen=True, slots=True)
class Ideal:
    """`requests` in all; `chain` is how many of them must wait for each other at least."""

    requests: int
    chain: int

    def seconds(self, latency: float, concurrency: int) -> float:
        """Return how long the requests take at the least if each takes `latency` and so many are under way at once."""
        return latency * max(self.requests / concurrency, self.chain)


def ideal(resources: Sequence[Json], subscriptions: frozenset[str]) -> Ideal:
    """Count for what a scan read: each listing by full pages, each subscription and far reference once."""
    ids = [ArmId(str(each["id"])) for each in resources]
    rows = Counter((scope, kind) for each in ids for scope in _scopes(each) for kind in _kinds(each))
    asked: dict[tuple[str, str], int] = {}
    chain = 0
    for parent, arm_id in zip(resources, ids, strict=True):
        for row in children_of(arm_id.type):
            if isinstance(row.source, Within):
                continue
            if isinstance(row.source, Arm):
                asked |= {(query.path, query.filter): 1 for query in row.source.queries(parent)}
            else:
                asked[arm_id.key, row.kind] = max(1, ceil(rows[arm_id.key, row.type.lower()] / PAGE))
            chain = max(chain, _depth(arm_id) + asked.get((arm_id.key, row.kind), 1))
    followed = {
        reference
        for each, arm_id in zip(resources, ids, strict=True)
        for reference in references_in(each, home=arm_id.subscription in subscriptions)
        if not is_listed_elsewhere(reference, subscriptions)
    }
    requests = sum(asked.values()) + len(followed) + sum(each.type == SUBSCRIPTION.lower() for each in ids)
    return Ideal(requests, chain)


def _depth(arm_id: ArmId) -> int:
    """Return how many requests must have been answered before anything below a resource can be listed."""
    return 1 if not arm_id.names else 1 + len(arm_id.names)


def _scopes(arm_id: ArmId) -> list[str]:
    """Return the ids below which a listing holds a resource: its parent, or its group and its subscription."""
    if arm_id.parent is not None:
        return [arm_id.parent.key]
    subscription = f"/subscriptions/{arm_id.subscription}"
    return [subscription, f"{subscription}/resourcegroups/{arm_id.resource_group.lower()}"]


def _kinds(arm_id: ArmId) -> list[str]:
    zone = "microsoft.network/privatednszones"
    is_record = arm_id.type.startswith(f"{zone}/") and not arm_id.type.endswith("/virtualnetworklinks")
    return [f"{zone}/all" if is_record else arm_id.type]
