from __future__ import annotations

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from scanner.simulator import Estate, Seen, Simulator

from .support import EMPTY_SUB, ESTATE, NET, RG, SUB, arm, get, newest, subscription

if TYPE_CHECKING:
    from scanner.simulator import Resource

HUB = f"{NET}/virtualNetworks/hub"


def connect(simulator: Simulator) -> HTTPConnection:
    where = urlsplit(simulator.url)
    return HTTPConnection(str(where.hostname), where.port, timeout=5)


def test_an_answer_carries_arms_headers(simulator: Simulator) -> None:
    headers = get(simulator, HUB).headers

    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Date"].endswith(" GMT")
    assert headers["x-ms-correlation-request-id"] == headers["x-ms-request-id"]
    assert headers["x-ms-routing-request-id"].endswith(headers["x-ms-request-id"])


def test_each_answer_has_a_request_id_of_its_own(simulator: Simulator) -> None:
    assert len({get(simulator, HUB).headers["x-ms-request-id"] for _ in range(3)}) == 3


def test_remaining_reads_fall_per_subscription_in_any_case(simulator: Simulator) -> None:
    paths = [SUB, HUB, SUB.upper(), EMPTY_SUB]
    remaining = [get(simulator, path).headers["x-ms-ratelimit-remaining-subscription-reads"] for path in paths]

    assert remaining == ["249", "248", "247", "249"]


def test_tenant_reads_are_counted_apart(simulator: Simulator) -> None:
    headers = get(simulator, "/subscriptions").headers

    assert headers["x-ms-ratelimit-remaining-tenant-reads"] == "249"
    assert "x-ms-ratelimit-remaining-subscription-reads" not in headers


def test_a_request_is_recorded_as_it_came(simulator: Simulator) -> None:
    get(simulator, HUB, "api-version=2024-01-01&$top=5", Authorization="Bearer secret")
    get(simulator, f"{NET}/virtualNetworks/a b")

    assert simulator.requests == (
        Seen("GET", HUB, "api-version=2024-01-01&$top=5", 200, authorized=True),
        Seen("GET", f"{NET}/virtualNetworks/a b", newest(HUB), 404, authorized=False),
    )
    assert "secret" not in repr(simulator.requests)


def test_concurrent_requests_are_all_recorded(simulator: Simulator) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: get(simulator, f"{RG}{at % 4}"), range(40)))

    assert Counter(seen.path for seen in simulator.requests) == {f"{RG}{at}": 10 for at in range(4)}


def test_a_connection_serves_many_requests_without_stalling(simulator: Simulator) -> None:
    connection = connect(simulator)
    began = time.monotonic()
    for _ in range(50):
        connection.request("GET", f"{HUB}?api-version=1")
        connection.getresponse().read()
    took = time.monotonic() - began
    connection.close()

    # A delayed acknowledgement costs 40 ms an answer, which would make 2 seconds.
    assert took < 1


@pytest.mark.not_only_reads
def test_a_refused_post_leaves_its_connection_usable(simulator: Simulator) -> None:
    connection = connect(simulator)
    connection.request("POST", f"{RG}?api-version=1", body=b'{"query": "resources"}')
    connection.getresponse().read()
    connection.request("GET", f"{HUB}?{newest(HUB)}")
    status = connection.getresponse().status
    connection.close()

    assert status == 200


def test_latency_delays_every_answer() -> None:
    with Simulator(ESTATE, latency=0.05) as simulator:
        began = time.monotonic()
        get(simulator, HUB)

    assert time.monotonic() - began >= 0.05


def test_a_caller_that_hangs_up_is_not_reported(capfd: pytest.CaptureFixture[str]) -> None:
    with Simulator(_large_estate(1000), page_size=1000, latency=0.05) as simulator:
        where = urlsplit(simulator.url)
        with socket.create_connection((str(where.hostname), where.port)) as caller:
            caller.sendall(f"GET {NET}/virtualNetworks?api-version=1 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        time.sleep(0.2)

    assert capfd.readouterr().err == ""


def test_a_closed_simulator_ends_connections_and_takes_no_more() -> None:
    simulator = Simulator(ESTATE)
    connection = connect(simulator)
    connection.request("GET", f"{HUB}?api-version=1")
    connection.getresponse().read()
    simulator.close()
    simulator.close()

    assert connection.sock is not None
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        get(simulator, HUB)


def test_a_page_of_a_thousand_rows_is_quick() -> None:
    with Simulator(_large_estate(20_000), page_size=1000) as simulator:
        began = time.monotonic()
        page = get(simulator, f"{NET}/virtualNetworks")
        took = time.monotonic() - began

    assert len(page.names) == 1000
    assert took < 0.5


def _large_estate(vnets: int) -> Estate:
    kind = "Microsoft.Network/virtualNetworks"
    rows: list[Resource] = [subscription(SUB, "ml"), arm(RG, "Microsoft.Resources/resourceGroups")]
    rows += [arm(f"{NET}/virtualNetworks/v{at}", kind, about="x" * 500) for at in range(vnets)]
    return Estate("Many networks.", tuple(rows))
