"""Finished scans of whole estates, for the report that draws them."""

from __future__ import annotations

import json
from functools import cache

from scanner.collect.collected import Collected, Silent
from scanner.collect.demo.source import DemoSource
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import Resource, changed, estate
from tests.report.sample import HEADER

_NAMES = ("mlw-managed", "stmlmanaged", "kv-ml-managed", "crmlmanaged", "reference", "rg-ml")


@cache
def demo() -> Scan:
    """Return the scan of the demo estate."""
    return judge(DemoSource().collect(Silent()), load_packs([built_in_pack()]), Settings())


@cache
def reference() -> Scan:
    """Return the scan of the estate that passes every rule."""
    return scan_of(estate("reference"))


@cache
def many(copies: int = 10) -> Scan:
    """Return a scan of copies of the reference, two solutions each, some of which have lost something."""
    return scan_of([resource for copy in range(copies) for resource in _copy(copy)])


@cache
def solutions(count: int) -> Scan:
    """Return a scan of so many solutions, in the same way; of an odd number the last copy has one."""
    copies = (count + 1) // 2
    resources = [resource for copy in range(copies) for resource in _copy(copy)]
    surplus = f"managed{copies - 1:02}" if count % 2 else "none"
    return scan_of([each for each in resources if surplus not in each["id"]])


def scan_of(resources: list[Resource]) -> Scan:
    """Judge an estate by every rule, at a fixed time."""
    subscriptions = tuple(sorted({each["id"].split("/")[2] for each in resources}))
    collected = Collected(
        tuple(resources), (), "snapshot", "public", subscriptions, (), HEADER.started, HEADER.finished
    )
    return judge(collected, load_packs([built_in_pack()]), Settings())


def _copy(number: int) -> list[Resource]:
    """Return a copy of the reference under names of its own; every third has lost a link and a peering's other side."""
    resources = changed(estate("reference"), _LOST if number % 3 == 1 else {})
    text = json.dumps(resources)
    for name in _NAMES:
        text = text.replace(name, f"{name}{number:02}")
    found: list[Resource] = json.loads(text)
    return found


_LOST = {
    "remove": ["privatelink.blob.core.windows.net/virtualNetworkLinks/link-vnet-access"],
    "patch": {"virtualNetworks/vnet-access": {"properties": {"virtualNetworkPeerings": []}}},
}


def hostile_estate() -> Scan:
    """Return a scan of the reference with hostile names where ARM would let none be."""
    text = json.dumps(estate("reference"))
    for name, hostile in _HOSTILE:
        text = text.replace(name, json.dumps(hostile)[1:-1])
    resources: list[Resource] = json.loads(text)
    return scan_of(resources)


_HOSTILE = (
    ("mlw-reference", "<script>window.pwned=1<\\script>"),
    ("stmlreference", '"><img src=x onerror=window.pwned=1>'),
    ("vnet-access", "\u202egnp.exe\u2066"),
    ("cpu-cluster", "c" * 10_000),
    ("snet-jump", "子网" * 200),
)
