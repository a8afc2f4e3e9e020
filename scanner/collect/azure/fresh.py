"""Reading again by ARM what came from Azure Resource Graph, which lags: the resources that failures stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from scanner.collect.azure.arm.listings import children_of
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.resource_graph.tables import KINDS
from scanner.collect.collected import Collected
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage
from scanner.graph.rows import PackedRows, key_of
from scanner.model.arm import ArmId, Json


def to_read(ids: Iterable[str]) -> list[ArmId]:
    """Return what is to be read again for some ids: the resources that the graph told of, or in which they lie."""
    found = {each for text in ids if (each := _from_graph(ArmId(text))) is not None}
    return sorted(found)


def _from_graph(arm_id: ArmId) -> ArmId | None:
    """Climb to what can be read by itself and came from the graph; None if ARM told of it."""
    at: ArmId | None = arm_id
    while at is not None and (at.type not in KINDS or KINDS[at.type].listing.type.lower() != at.type):
        at = at.parent
    return at


def merged(before: Collected, store: Store, requests: int) -> Collected:
    """Put what was read again in the place of what was there; what Azure no longer knows goes."""
    gone = {ArmId(gap.scope).key for gap in store.gaps if gap.gone}
    unread = {(ArmId(gap.scope).key, gap.kind.lower()) for gap in store.gaps}
    rows = PackedRows(store.rows)
    for row in before.resources:
        if not rows.holds(key_of(row)) and not _is_gone(row, gone, store.rows, unread):
            rows.add(row)
    lost = set(_lost(store.gaps, gone))
    return replace(
        before,
        resources=rows,
        gaps=tuple(sorted({*before.gaps, *lost}, key=lambda gap: (gap.kind, gap.scope, gap.why))),
        coverage=before.coverage and _covered(before.coverage, store, lost),
        finished=datetime.now(UTC),
        requests=before.requests + requests,
        why=f"{before.why}; what failures stand on was read again by ARM",
    )


def _covered(before: Coverage, store: Store, lost: Collection[Gap]) -> Coverage:
    """Return what is still seen completely: what was, but for what could not be read again, and what is new."""
    gaps = {(gap.kind.lower(), ArmId(gap.scope).key) for gap in lost}
    entries = {*before.covered, *store.covered}
    return Coverage(
        (each for each in entries if (each.kind.lower(), ArmId(each.scope).key) not in gaps), before.horizon
    )


def _lost(gaps: Iterable[Gap], gone: Collection[str]) -> Iterator[Gap]:
    """Yield the listings that failed; a single item that could not be read again is still here as it was."""
    for gap in gaps:
        if ArmId(gap.scope).key not in gone and ArmId(gap.scope).type != gap.kind.lower():
            yield gap


def _is_gone(row: Json, gone: Collection[str], fresh: PackedRows, unread: Collection[tuple[str, str]]) -> bool:
    """Tell whether a resource was deleted, or lies in one that was, or is no longer listed in one that was read."""
    arm_id = ArmId(str(row["id"]))
    above = arm_id.parent
    if arm_id.key in gone or (above is not None and _any_above(above, gone)):
        return True
    if above is None or not fresh.holds(above.key):
        return False
    shown = [listing for listing in children_of(above.type) if not listing.fields and _lists(listing.type, arm_id)]
    return bool(shown) and all((above.key, listing.type.lower()) not in unread for listing in shown)


def _any_above(arm_id: ArmId, gone: Collection[str]) -> bool:
    at: ArmId | None = arm_id
    while at is not None:
        if at.key in gone:
            return True
        at = at.parent
    return False


def _lists(listed: str, arm_id: ArmId) -> bool:
    kind = KINDS.get(arm_id.type)
    return listed.lower() == arm_id.type or (kind is not None and kind.listing.type == listed)
