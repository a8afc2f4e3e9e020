"""The loopback HTTP server: it reads requests and puts answers on the wire, one write each."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from ssl import SSLContext, SSLError
from typing import TypeAlias

from scanner.simulator.answers import Answer, Delivery

LOOPBACK = "127.0.0.1"
_CLOSE_WITH_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """An HTTP request: `url` is the request target as sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


Reply: TypeAlias = Callable[[Asked], Answer]


class LoopbackServer(ThreadingHTTPServer):
    """Serves `reply` on 127.0.0.1, a thread a connection, under TLS if given; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, reply: Reply, port: int, tls: SSLContext | None = None) -> None:
        self.reply = reply
        self.connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Handler)
        if tls is not None:
            # Shaking hands is left to the connection's own thread: here it would keep all others waiting.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Print what went wrong, unless the caller merely hung up."""
        if not isinstance(sys.exception(), ConnectionError | SSLError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop listening and end the connections that are kept alive."""
        self.shutdown()
        self.server_close()
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def setup(self) -> None:
        """Make the connection known, so that stopping the server ends it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget a connection that is over."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Reply to any method, with the body that came along."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(self.server.reply(Asked(self.command, self.path, dict(self.headers.items()), body)))

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815  http.server's names

    def _send(self, answer: Answer) -> None:
        if answer.delivery is Delivery.RESET:
            self._reset()
            return
        body = answer.body()
        sent = len(body) // 2 if answer.delivery is Delivery.CUT else len(body)
        self.close_connection |= answer.delivery is Delivery.CUT
        # A second write would wait for the caller's delayed acknowledgement of the first.
        self.wfile.write(_head(answer, len(body)) + (b"" if self.command == "HEAD" else body[:sent]))

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
        self.rfile.close()
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Print nothing: what was asked is kept by the simulator."""


def _head(answer: Answer, length: int) -> bytes:
    fields = {"Content-Type": answer.content_type, "Content-Length": str(length), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
