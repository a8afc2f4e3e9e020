"""What an endpoint may do to a scan: it ends in time, takes little memory, and says what was not read."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from itertools import count
from threading import Event
from typing import Any

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.limits import Limits
from scanner.collect.collected import Collected
from scanner.errors import NothingScanned
from tests import wire
from tests.hostile import fixture
from tests.wire import Say, attacked, head

ARTICLE = fixture("article")
SUBSCRIPTIONS = tuple(each["subscriptionId"] for each in ARTICLE if "subscriptionId" in each)
VNETS = "*/providers/Microsoft.Network/virtualNetworks"
GRAPH = "*/providers/Microsoft.ResourceGraph/resources"
PERMISSIONS = "*/providers/Microsoft.Authorization/permissions"
IN_TIME = "not read within 1 s (--timeout)"


def collected(url: str, **options: Any) -> tuple[Collected, float]:
    """Collect the estate, and return the seconds that it took too."""
    source = LiveSource(cloud_of(url), SUBSCRIPTIONS, **{"concurrency": 8, "retries": 2, "backoff": 0.001} | options)
    began = time.monotonic()
    return collect_live(source), time.monotonic() - began


def whys(found: Collected, kind: str = "Microsoft.Network/virtualNetworks") -> set[str]:
    """Return what the gaps of a type say."""
    return {gap.why for gap in found.gaps if gap.kind == kind}


def endless_pages() -> Say:
    """Say a page that names another one, each time."""
    numbers = count()

    def say(connection: socket.socket) -> None:
        port = connection.getsockname()[1]
        link = f"http://127.0.0.1:{port}/providers/Microsoft.Network/virtualNetworks?api-version=2024-05-01&p={next(numbers)}"
        wire.says(wire.page(nextLink=link))(connection)

    return say


def continued() -> Say:
    return wire.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")


SLOW: dict[str, Say] = {
    "a body of a byte a second": wire.slowly(head("Content-Length: 1000") + b" " * 1000, 0.3),
    "a head of a byte a second": wire.slowly(head("Content-Length: 1000"), 0.3),
    "chunks of a byte a second": wire.slowly(head("Transfer-Encoding: chunked") + b"1;x=y\r\n \r\n" * 999, 0.3),
    "a chunk's extension without end": wire.endless(head("Transfer-Encoding: chunked") + b"1", b";x=y"),
    "an honest answer for ever to be continued": continued(),
    "no answer": wire.never,
    "pages without end": endless_pages(),
    "refusals for a second each": wire.says(b"", "Retry-After: 1", status=429),
    "refusals for a moment each": wire.says(b"", "Retry-After: 0.001", status=429),
    "refusals for longer than there is": wire.says(b"", "Retry-After: 3600", status=429),
    "refusals of another kind": wire.says(b"", "Retry-After: 0.4", status=503),
    "gzip of nothing without end": wire.endless(
        head("Content-Encoding: gzip", "Connection: close"), wire.packed(b"") * 100
    ),
}


@pytest.mark.parametrize("say", SLOW.values(), ids=SLOW)
def test_a_scan_ends_in_time_whatever_a_listing_does(say: Say) -> None:
    with attacked(ARTICLE, f"*{VNETS.rpartition('/')[2]}*", slow(say)) as url:
        found, took = collected(url, timeout=1.0, limits=Limits(refusals=10**9, pages=10**9))

    assert took < 3.0
    assert len(found.resources) > 10


def slow(say: Say) -> Say:
    return say
