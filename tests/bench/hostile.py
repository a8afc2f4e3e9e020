"""What answers without measure cost: peak memory and time of a scan that meets them, each in a fresh process.

    python -m tests.bench.hostile

prints a table: one listing that is answered so, and every listing.
"""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec

from tests import wire
from tests.hostile import fixture
from tests.wire import Say, attacked, head

GIB = 1_000_000_000
MIB = 1 << 20
ONE, ALL = "*/providers/Microsoft.Network/virtualNetworks", "/subscriptions/*/*"

_SCAN = """
import json, sys, time
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.limits import Limits
from tests.bench.memory import peak_of_this_process
url, limit, *subscriptions = sys.argv[1:]
began = time.perf_counter()
limits = Limits(answer_bytes=int(limit))
found = collect_live(LiveSource(cloud_of(url), tuple(subscriptions), retries=1, backoff=0.001, limits=limits))
wall, whys = time.perf_counter() - began, sorted({each.why for each in found.gaps})
print(json.dumps({"peak": peak_of_this_process() / 1024, "wall": wall, "whys": whys}))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a scan took: the peak in MiB, the time in seconds, and what its gaps say."""

    peak: float
    wall: float
    whys: tuple[str, ...]


def cost(path: str, say: Say, limit: int = 64 * MIB) -> Cost:
    """Scan an estate of which the requests that fit a glob are answered by `say`; `limit` is in bytes an answer."""
    estate = fixture("article")
    subscriptions = [str(each["subscriptionId"]) for each in estate if "subscriptionId" in each]
    with attacked(estate, path, say) as url:
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _SCAN, url, str(limit), *subscriptions],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            timeout=500,
        )
    return msgspec.json.decode(ran.stdout, type=Cost)


@cache
def packed(size: int) -> bytes:
    """Return so many blanks, packed by gzip a piece at a time."""
    file = BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=9) as stream:
        for _ in range(size // MIB):
            stream.write(b" " * MIB)
    return file.getvalue()


def sized(size: int, start: bytes, piece: bytes) -> Say:
    """Say so many bytes, a piece at a time."""

    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(size // len(piece)):
            connection.sendall(piece)

    return say


def main() -> None:
    """Print the table."""
    bomb = packed(1_500 * MIB)
    blank = b" " * 65536
    attacks = {
        "nothing": wire.says(wire.page()),
        "1 GB, declared": sized(GIB, head(f"Content-Length: {GIB}"), blank),
        "1 GB, not declared": sized(GIB, head("Connection: close"), blank),
        "1 GB in chunks": sized(GIB, head("Transfer-Encoding: chunked"), b"10000\r\n" + blank + b"\r\n"),
        "1 GB of an error": sized(GIB, head("Connection: close", status=500), blank),
        f"{len(bomb) / 1e6:.1f} MB of gzip that are 1.5 GB": wire.says(bomb, "Content-Encoding: gzip"),
        "63 MiB of blanks": wire.says(b'{"value": []' + b" " * (63 * MIB) + b"}"),
        "63 MiB of empty lists": wire.says(b'{"value": [], "x": [[]' + b",[]" * (21 * MIB) + b"]}"),
    }
    _say("| answer | where | peak, MiB | wall, s | gaps |")
    _say("|---|---|---|---|---|")
    for name, say in attacks.items():
        for where, path in (("one listing", ONE), ("every listing", ALL)):
            found = cost(path, say)
            _say(f"| {name} | {where} | {found.peak:.0f} | {found.wall:.1f} | {'; '.join(found.whys)[:90]} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
