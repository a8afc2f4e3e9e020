"""Targets: what comes over the wire. Only a WireError comes out, which becomes a gap."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from scanner.collect.azure.arm.follow import references_in
from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import Arm
from scanner.collect.azure.session.answers import failure_in
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.wire import Tap, WireError, payload_of
from scanner.collect.snapshot import save_snapshot
from scanner.collect.snapshot_reading import read_snapshot
from scanner.errors import UsageError
from scanner.model.arm import Json
from tests.fuzz.dice import Dice
from tests.fuzz.judging import as_every_report
from tests.fuzz.mutations import damage, mutated_estate, mutated_text, odd
from tests.fuzz.support import answer, collected, file_of, scan_of

_CLOUD = cloud_of("public")
_REFUSAL = {"error": {"code": "AuthorizationFailed", "message": "no", "details": [{"code": "x"}]}}


def pages(data: bytes) -> None:
    """Take pages of damaged resources: what is kept can be followed, judged, reported and saved."""
    dice = Dice(data)
    listing = dice.pick(LISTINGS)
    store = Store()
    taken: list[Json] = []
    tap = Tap(_CLOUD, taken.extend)
    with suppress(WireError):
        for _ in range(1 + dice.below(2)):
            tap.take_from(payload_of(answer(_page(dice))))
    store.add(taken, home=dice.flag(), on_behalf="p" if dice.flag() else "")
    store.supplement(taken, listing)
    store.settle()
    kept = [dict(each) for each in store.rows]
    for each in kept:
        assert all(found.type for found in references_in(each, home=True))
        if isinstance(listing.source, Arm):
            assert all(query.path for query in listing.source.queries(each))
    as_every_report(scan_of(kept))
    path = file_of(b"", "pages.snapshot")
    save_snapshot(collected(kept), path)

    assert len(read_snapshot(path).resources) == len(kept)


def _page(dice: Dice) -> str:
    link = dice.pick((None, "https://management.azure.com/next", "https://evil.example/", odd(dice), dice.word()))
    page: dict[str, Any] = {"value": mutated_estate(dice), "nextLink": link}
    if dice.below(4) == 0:
        damage(page, dice)
    text = json.dumps(page)
    return mutated_text(text, dice) if dice.below(8) == 0 else text


def refusals(data: bytes) -> None:
    """Read an error answer of any shape: a reason on one line, of bounded length."""
    dice = Dice(data)
    payload: Any = json.loads(json.dumps(_REFUSAL))
    damage(payload, dice)
    body = json.dumps(payload) if dice.flag() else mutated_text(json.dumps(payload), dice)
    failure = failure_in(dice.pick((400, 403, 404, 409, 429, 500, 0)), dice.word() if dice.below(5) == 0 else body)

    assert failure.why.isprintable()
    assert 0 < len(failure.why) <= 300


def endpoints(data: bytes) -> None:
    """Take any text for a cloud or for the link to a next page: refused, or at an endpoint of ours."""
    dice = Dice(data)
    text = dice.pick(("https://", "http://", "HTTP://127.0.0.1:", "https://[", "https://management.azure.com", ""))
    text = mutated_text(text + dice.word(), dice) if dice.flag() else text + dice.word()
    with suppress(UsageError):
        assert cloud_of(text).name in {"public", "usgov", "china"}
    if _CLOUD.owns(text):
        assert text.strip().lower().startswith("https://")
