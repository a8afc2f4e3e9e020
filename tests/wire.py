"""An endpoint that puts on the wire what a test writes: a simulated one, of which some answers are not HTTP's best."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias

from scanner.simulator import Estate, Resource
from scanner.simulator.service import Service, read_call
from scanner.simulator.tenant import Tenant

Say: TypeAlias = Callable[[socket.socket], None]
"""Says something on a connection, whose request was read; afterwards it is closed."""

LOOPBACK = "127.0.0.1"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    block_on_close = False
    answer: Callable[[str, str, bytes], Say]

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self._connections: set[socket.socket] = set()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the connection: what is said for ever ends with the server."""
        if isinstance(request, socket.socket):
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection."""
        if isinstance(request, socket.socket):
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection. A caller that reads without end would otherwise do so beside all later tests."""
        for each in tuple(self._connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers hang up on what they are told here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        say = self.server.answer(self.command, self.path, body)
        with suppress(OSError):
            say(self.connection)
        self.close_connection = True

    do_POST = do_GET  # noqa: N815  http.server's names

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def listening(answer: Callable[[str, str, bytes], Say], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve while the block runs; `answer` tells what to say to a method, a target and a body."""
    server = _Server()
    server.answer = answer
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http{'s' if tls else ''}://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        server.hang_up()


@contextmanager
def attacked(resources: Iterable[Resource], path: str, say: Say) -> Iterator[str]:
    """Serve an estate while the block runs; requests whose path matches a glob, in any case, are answered by `say`."""
    estate = Estate("attacked", tuple(resources))
    service, tenant = Service(estate, 100, frozenset(), frozenset()), Tenant(estate, 100)

    def answer(_method: str, target: str, _body: bytes) -> Say:
        if fnmatchcase(target.partition("?")[0].lower(), path.lower()):
            return say
        call = read_call(target, url)
        honest = (tenant.serving(call, None) or service.answer)(call)
        return says(
            honest.body(), *(f"{name}: {value}" for name, value in honest.headers.items()), status=honest.status
        )

    with listening(answer) as url:
        yield url


def says(body: bytes, *headers: str, status: int = 200) -> Say:
    """Say one whole answer."""
    return raw(head(*headers, f"Content-Length: {len(body)}", "Connection: close", status=status) + body)


def raw(data: bytes) -> Say:
    """Say some bytes, whatever they are."""
    return lambda connection: connection.sendall(data)


def head(*headers: str, status: int = 200) -> bytes:
    """Write the head of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status} As it is", "Content-Type: application/json", *headers, "", ""]).encode()


def slowly(data: bytes, seconds: float = 1.0) -> Say:
    """Say a byte every so many seconds, and nothing more after the last."""

    def say(connection: socket.socket) -> None:
        for each in data:
            connection.sendall(bytes([each]))
            time.sleep(seconds)

    return say


def never(_connection: socket.socket) -> None:
    """Say nothing, and keep the connection."""
    time.sleep(600)


def endless(start: bytes, piece: bytes) -> Say:
    """Say a piece for ever."""

    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return say


def bomb(size: int) -> bytes:
    """Return so many bytes of a JSON list, packed by gzip to a thousandth."""
    return gzip.compress(b'{"value": [' + b" " * size + b"]}")


def page(*rows: dict[str, Any], **more: object) -> bytes:
    """Write a page of a list."""
    return json.dumps({"value": rows, **more}).encode()


def packed(data: bytes) -> bytes:
    """Pack by gzip."""
    return gzip.compress(data)
