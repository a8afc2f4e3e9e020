"""What an endpoint may do to a scan: it ends in time, takes little memory, and says what was not read."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
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


def collected(url: str, attempts: int = 3, **options: Any) -> tuple[Collected, float]:  # noqa: ANN401 - of LivePlan
    """Collect the estate, and return the seconds that it took too.

    The limits are short, and a machine that is busy with other tests may not come to the first answer within them.
    """
    source = LiveSource(cloud_of(url), SUBSCRIPTIONS, **{"concurrency": 8, "retries": 2, "backoff": 0.001} | options)
    began = time.monotonic()
    try:
        return collect_live(source), time.monotonic() - began
    except NothingScanned:
        if attempts == 1:
            raise
        return collected(url, attempts - 1, **options)


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
    "an honest answer for ever to be continued": continued(),
    "no answer": wire.never,
    "pages without end": endless_pages(),
    "refusals for a second each": wire.says(b"", "Retry-After: 1", status=429),
    "refusals for a moment each": wire.says(b"", "Retry-After: 0.001", status=429),
    "refusals for longer than there is": wire.says(b"", "Retry-After: 3600", status=429),
    "refusals of another kind": wire.says(b"", "Retry-After: 3600", status=503),
    "gzip of nothing without end": wire.endless(
        head("Content-Encoding: gzip", "Connection: close"), wire.packed(b"") * 100
    ),
}


@pytest.mark.parametrize("say", SLOW.values(), ids=SLOW)
def test_a_scan_ends_in_time_whatever_a_listing_does(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, took = collected(url, timeout=1.0, limits=Limits(refusals=10**9, pages=10**9))

    assert took < 3.0
    assert whys(found) == {IN_TIME}
    assert found.resources


@pytest.mark.parametrize("via", ["arm", "graph", "auto"])
@pytest.mark.parametrize("path", ["*", GRAPH, PERMISSIONS, "*/virtualNetworks", "*/resourceGroups", "/subscriptions"])
def test_whatever_does_not_answer_the_scan_ends_in_time(path: str, via: str) -> None:
    with attacked(ARTICLE, path if path != "*" else "/subscriptions/*/*", wire.never) as url:
        found, took = collected(url, timeout=1.0, via=via)

    assert took < 3.0
    assert found.resources
    assert {gap.why.rpartition(": ")[2] for gap in found.gaps if gap.status is None} <= {IN_TIME}


def test_where_nothing_answers_nothing_is_scanned_and_that_is_said_in_time() -> None:
    began = time.monotonic()
    with attacked(ARTICLE, "*", wire.never) as url, pytest.raises(NothingScanned, match="not read within 1 s"):
        collected(url, attempts=1, timeout=1.0)

    assert time.monotonic() - began < 3.0


def test_a_name_that_is_looked_up_for_ever_does_not_keep_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count()
    look_up = socket.getaddrinfo

    def hanging(*what: Any, **more: Any) -> object:  # noqa: ANN401 - those of the socket module
        # Each connection of the pool looks the name up: the first few find it.
        return look_up(*what, **more) if next(asked) < 3 else Event().wait(600)

    monkeypatch.setattr("socket.getaddrinfo", hanging)
    with attacked(ARTICLE, "", wire.never) as url:
        found, took = collected(url.replace("127.0.0.1", "localhost"), timeout=1.0)

    assert took < 3.0
    assert IN_TIME in {gap.why for gap in found.gaps}


def test_the_process_ends_although_threads_hang() -> None:
    with attacked(ARTICLE, "*/subscriptions/*/providers/*", wire.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")) as url:
        command = ["--cloud", url, "--subscription", SUBSCRIPTIONS[0], "--timeout", "1", "--format", "json"]
        began = time.monotonic()
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "scanner", *command], capture_output=True, text=True, check=False, timeout=60
        )

    report = json.loads(ran.stdout)
    assert ran.returncode == 3
    assert IN_TIME in {each["why"] for each in report["gaps"]}
    assert time.monotonic() - began < 6.0  # of which two or more are the start


def test_without_a_time_what_hangs_is_given_up_when_nothing_came_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up, hung = socket.getaddrinfo, count()

    def hanging(*what: Any, **more: Any) -> object:  # noqa: ANN401 - those of the socket module
        return Event().wait(600) if next(hung) == 3 else look_up(*what, **more)

    monkeypatch.setattr("socket.getaddrinfo", hanging)
    with attacked(ARTICLE, "", wire.never) as url:
        found, took = collected(url.replace("127.0.0.1", "localhost"), limits=Limits(stall_seconds=0.5))

    assert took < 4.0
    # Whichever request was given up: where it asked for what is held, each list is taken for a part.
    given_up = [gap for gap in found.gaps if gap.why.endswith("no progress for 0.5 s")]
    assert given_up
    assert all("could not be read" in gap.why for gap in found.gaps if gap not in given_up)
    assert len(found.resources) > 10


# Without a time


STALLS = {each: SLOW[each] for each in SLOW if "byte" in each or each == "no answer" or "continued" in each}


@pytest.mark.parametrize("say", STALLS.values(), ids=STALLS)
def test_a_listing_that_does_not_get_on_becomes_a_gap(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, took = collected(url, limits=Limits(stall_seconds=0.5), read_seconds=0.4)

    assert took < 4.0
    assert whys(found) == {"not read to its end: no progress for 0.5 s"}


def test_a_list_has_so_many_pages_at_most() -> None:
    with attacked(ARTICLE, VNETS, endless_pages()) as url:
        found, _ = collected(url, limits=Limits(pages=5))

    assert whys(found) == {"the list has more than 5 pages; the rest was not read"}


def test_a_list_may_have_as_many_pages_as_that() -> None:
    numbers = count(1)

    def five(connection: socket.socket) -> None:
        (wire.says(wire.page()) if next(numbers) == 5 else endless)(connection)

    endless = endless_pages()
    with attacked(ARTICLE, VNETS, five) as url:
        found, _ = collected(url, limits=Limits(pages=5))

    assert whys(found) == set()


@pytest.mark.parametrize("after", ["0.001", "0.01"])
def test_one_request_is_refused_so_often_at_most(after: str) -> None:
    with attacked(ARTICLE, VNETS, wire.says(b"", f"Retry-After: {after}", status=429)) as url:
        found, _ = collected(url, limits=Limits(refusals=4))

    assert whys(found) == {"the request was refused 4 times (HTTP 429)"}


def test_refusals_of_two_kinds_count_together() -> None:
    statuses = count()

    def say(connection: socket.socket) -> None:
        wire.says(b"", "Retry-After: 0.001", status=(429, 503)[next(statuses) % 2])(connection)

    with attacked(ARTICLE, VNETS, say) as url:
        found, _ = collected(url, limits=Limits(refusals=5), retries=100)

    assert whys(found) == {"the request was refused 5 times (HTTP 429)"}


def test_a_pause_longer_than_a_listing_may_stall_is_not_kept() -> None:
    with attacked(ARTICLE, VNETS, wire.says(b"", "Retry-After: 3600", status=429)) as url:
        found, took = collected(url)

    assert took < 3.0
    assert "not read to its end: no progress for 300 s" in whys(found)


# Size


LIMIT = 100_000
NO_ROW = wire.page({"id": "/" + "x" * 20_000})
SPACES = b'{"value": [' + b" " * LIMIT + b"]}"
LARGE = {
    "declared": wire.raw(head("Content-Length: 1000000000")),
    "declared by more digits than a number may have": wire.raw(head(f"Content-Length: {'9' * 4500}")),
    "declared and sent": wire.says(SPACES),
    "not declared": wire.endless(head("Connection: close"), b" " * 4096),
    "in chunks": wire.endless(head("Transfer-Encoding: chunked"), b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "in the smallest chunks": wire.endless(head("Transfer-Encoding: chunked"), b"1\r\n \r\n" * 1000),
    "packed": wire.says(wire.bomb(10 * LIMIT), "Content-Encoding: gzip"),
    "packed in many members": wire.says(wire.packed(b" " * 1000) * 1000, "Content-Encoding: gzip"),
    "packed in members of nothing": wire.endless(head("Content-Encoding: gzip"), wire.packed(b"") * 100),
}


@pytest.mark.parametrize("say", LARGE.values(), ids=LARGE)
def test_an_answer_that_is_too_large_becomes_a_gap(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, _ = collected(url, limits=Limits(answer_bytes=LIMIT))

    assert whys(found) == {"the answer is larger than 100,000 bytes; answer_mib in mlsec.toml allows more"}


def test_an_id_that_is_too_long_is_none() -> None:
    with attacked(ARTICLE, VNETS, wire.says(NO_ROW)) as url:
        found, _ = collected(url)

    assert whys(found) == {"the answer holds rows without an id"}


ENCODED = {
    "twice": wire.says(wire.packed(wire.packed(wire.page())), "Content-Encoding: gzip, gzip"),
    "twice in two headers": wire.says(
        wire.packed(wire.packed(wire.page())), "Content-Encoding: gzip", "Content-Encoding: gzip"
    ),
    "otherwise": wire.says(b"", "Content-Encoding: br"),
}


@pytest.mark.parametrize("say", ENCODED.values(), ids=ENCODED)
def test_an_encoding_that_was_not_asked_for_becomes_a_gap(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, _ = collected(url)

    assert whys(found) == {"the answer is encoded in a way that was not asked for"}


PLAIN = wire.page()
FINE = {
    "gzip": wire.says(wire.packed(PLAIN), "Content-Encoding: GZip"),
    "gzip in two members": wire.says(wire.packed(PLAIN[:5]) + wire.packed(PLAIN[5:]), "Content-Encoding: gzip"),
    "identity": wire.says(PLAIN, "Content-Encoding: identity"),
    "in chunks": wire.raw(head("Transfer-Encoding: chunked") + b"%x;x=y\r\n%b\r\n0\r\n\r\n" % (len(PLAIN), PLAIN)),
    "of a negative length": wire.raw(head("Content-Length: -5", "Connection: close") + PLAIN),
    "until the end": wire.raw(head("Connection: close") + PLAIN),
}


@pytest.mark.parametrize("say", FINE.values(), ids=FINE)
def test_what_http_allows_is_read(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, _ = collected(url)

    assert whys(found) == set()


BROKEN = {
    "shorter than it says": wire.raw(head(f"Content-Length: {len(PLAIN) + 5}") + PLAIN),
    "cut within a chunk": wire.raw(head("Transfer-Encoding: chunked") + b"50\r\n" + PLAIN),
    "cut before the last chunk": wire.raw(head("Transfer-Encoding: chunked") + b"%x\r\n%b\r\n" % (len(PLAIN), PLAIN)),
    "cut within its gzip": wire.says(wire.packed(PLAIN)[:-9], "Content-Encoding: gzip"),
    "no gzip": wire.says(PLAIN, "Content-Encoding: gzip"),
    "followed by what is no gzip": wire.says(wire.packed(PLAIN) + b"more", "Content-Encoding: gzip"),
    "longer than it says": wire.raw(head("Content-Length: 5") + PLAIN),
    "of no version of HTTP": wire.raw(PLAIN),
    "with ten thousand headers": wire.says(PLAIN, *(f"X-{each}: y" for each in range(10_000))),
    "with a header of a megabyte": wire.says(PLAIN, "X: " + "y" * 1_000_000),
    "chunks of a negative size": wire.raw(head("Transfer-Encoding: chunked") + b"-5\r\n" + PLAIN),
    "chunks of a size that is no number": wire.raw(head("Transfer-Encoding: chunked") + b"five\r\n" + PLAIN),
    "chunks of an endless size": wire.endless(head("Transfer-Encoding: chunked") + b"1", b";x=y"),
    "nested without end": wire.says(b"[" * 100_000),
}


@pytest.mark.parametrize("say", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_not_whole_becomes_a_gap(say: Say) -> None:
    with attacked(ARTICLE, VNETS, say) as url:
        found, took = collected(url, timeout=10.0, limits=Limits(answer_bytes=LIMIT))

    assert took < 5.0
    assert len(whys(found)) == 1
    assert len(found.resources) > 10


@pytest.mark.parametrize("status", [400, 403, 500])
def test_of_an_error_that_is_too_large_the_status_stays(status: int) -> None:
    with attacked(ARTICLE, VNETS, wire.endless(head("Connection: close", status=status), b"x" * 1000)) as url:
        found, _ = collected(url, limits=Limits(error_bytes=LIMIT))

    assert whys(found) == {f"HTTP {status} an answer that is not ARM's"}


NO_ERRORS = {
    "nothing": b"",
    "text": b"no",
    "half of it": b'{"error": {',
    "no text": b"\xff\xfe\x80",
    "a list": b"[5]",
    "null": b"null",
}
NO_ERRORS |= {"an error of no shape": b'{"error": [5]}', "details of no shape": b'{"error": {"code": 5, "details": 5}}'}


@pytest.mark.parametrize("status", [204, 301, 400, 403, 404, 409, 500])
@pytest.mark.parametrize("body", NO_ERRORS.values(), ids=NO_ERRORS)
@pytest.mark.parametrize("path", ["/subscriptions/*/*", GRAPH])
def test_an_error_that_is_not_arms_becomes_a_gap_for_every_client(path: str, body: bytes, status: int) -> None:
    with attacked(ARTICLE, path, wire.says(body, status=status)) as url:
        found, _ = collected(url, retries=0, via="arm" if path != GRAPH else "graph")

    assert found.resources
    assert found.gaps or path == GRAPH


NUMBERS = {
    "digits without end": b'{"value": [], "x": ' + b"9" * 4500 + b"}",
    "an exponent without end": b'{"value": [], "x": 1e' + b"9" * 4500 + b"}",
    "a key twice": b'{"value": [{"id": "/a"}], "value": []}',
    "what Python alone calls a number": b'{"value": [], "x": [NaN, -Infinity]}',
}


@pytest.mark.parametrize("body", NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_nobody_can_hold_are_bad_input(body: bytes) -> None:
    with attacked(ARTICLE, VNETS, wire.says(body)) as url:
        found, _ = collected(url)

    assert whys(found) <= {"the answer is not JSON"}
    assert len(found.resources) > 10


HEADERS = {
    "x-ms-ratelimit-remaining-subscription-reads": ["9" * 4500, "-1", "0"],
    "x-ms-user-quota-resets-after": ["9" * 4500 + ":00:00", "-1:00:00", "99:99:99"],
    "Retry-After": ["9" * 4500, "-1", "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 10000 00:00:00 GMT", "1e999"],
    "Date": ["Fri, 31 Dec 9999 23:59:59 GMT", "9" * 4500],
    "Content-Type": ["application/json; charset=" + "x" * 4500, "text/plain; charset=utf-7", ""],
}


@pytest.mark.parametrize("status", [200, 404, 429, 503])
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HEADERS.items() for value in values])
def test_headers_may_say_anything(name: str, value: str, status: int) -> None:
    with attacked(ARTICLE, VNETS, wire.says(PLAIN, f"{name}: {value}", status=status)) as url:
        found, took = collected(url, timeout=2.0)

    assert took < 4.0
    assert found.resources


def ids(found: Collected) -> set[str]:
    return {str(each["id"]).lower() for each in found.resources}


@pytest.fixture(scope="module")
def honest() -> set[str]:
    with attacked(ARTICLE, "", wire.never) as url:
        return ids(collected(url)[0])


COUNTS = [-5, "9" * 4500, "many", None, 1.5, [], 10**30]


@pytest.mark.parametrize("total", COUNTS, ids=lambda each: str(each)[:10])
@pytest.mark.parametrize("via", ["graph", "auto"])
def test_counts_of_the_graph_may_be_anything(total: object, via: str, honest: set[str]) -> None:
    where = {"type": "microsoft.network/virtualnetworks", "subscriptionId": SUBSCRIPTIONS[0]}
    rows = [{"id": "/x", **where, "total": total}]
    body = json.dumps({"data": rows, "totalRecords": total, "count": 1}).encode()
    with attacked(ARTICLE, GRAPH, wire.says(body)) as url:
        found, _ = collected(url, via=via)

    assert ids(found) == honest


@pytest.mark.parametrize("via", ["graph", "auto"])
def test_the_graph_may_have_pages_without_end(via: str) -> None:
    numbers = count()

    def say(connection: socket.socket) -> None:
        body = {"data": [], "totalRecords": 0, "count": 0, "$skipToken": str(next(numbers))}
        wire.says(json.dumps(body).encode())(connection)

    with attacked(ARTICLE, GRAPH, say) as url:
        found, _ = collected(url, via=via, limits=Limits(pages=5))

    assert "more than 5 pages" in found.why
    assert len(found.resources) > 10
