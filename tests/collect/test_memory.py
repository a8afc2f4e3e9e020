"""What an answer without measure costs in memory: each scan in a process of its own, whose peak is taken."""

from __future__ import annotations

import socket

import pytest

from tests import wire
from tests.bench.hostile import ALL, MIB, ONE, cost, packed, sized
from tests.wire import Say, head

LIMIT = 8 * MIB
MOST = 80
"""MiB that a scan may take beyond what it takes without: that of a limit's answer, more than once."""


def _packed(connection: socket.socket) -> None:
    """Say much in little; it is packed where it is said, since it takes a second."""
    wire.says(packed(200 * MIB), "Content-Encoding: gzip")(connection)


LARGE: dict[str, Say] = {
    "packed": _packed,
    "in chunks": sized(200 * MIB, head("Transfer-Encoding: chunked"), b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "an error": sized(200 * MIB, head("Connection: close", status=400), b" " * 65536),
    "values without number": wire.says(b'{"value": [], "x": [[]' + b",[]" * (2 * MIB) + b"]}"),
}


@pytest.fixture(scope="module")
def honest() -> float:
    return cost(ONE, wire.says(wire.page()), LIMIT).peak


@pytest.mark.parametrize("path", [ONE, ALL], ids=["one", "all"])
@pytest.mark.parametrize("say", LARGE.values(), ids=LARGE)
def test_memory_is_bounded_whatever_answers(say: Say, path: str, honest: float) -> None:
    found = cost(path, say, LIMIT)

    assert found.whys
    assert found.peak - honest < MOST
