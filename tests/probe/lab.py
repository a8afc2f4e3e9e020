"""A network of its own with a DNS server, TLS listeners and a metadata service.

`unshare -r -n -m python -m tests.probe.lab` starts it. It reads what to serve as a line of JSON, and then commands, a
line each, whose outcome it writes as a line.
"""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

_SETUP = (
    "ip link set lo up",
    "ip route add local 20.0.0.0/8 dev lo",
    "ip route add local 169.254.169.254/32 dev lo",
)
_SERVER = "127.0.0.1"
_FAMILIES = {dns.rdatatype.A: ("A", "."), dns.rdatatype.AAAA: ("AAAA", ":")}
"""What is asked for and how an address of it is told from others."""


def set_up(resolv: Path, addresses: list[str], dropping: list[str]) -> None:
    """Give the namespace its addresses, some that answer nothing at all, and a resolv.conf of its own."""
    served = [f"ip route add local {address}/32 dev lo" for address in addresses]
    # What is sent to oneself for an address that one does not have is dropped.
    dropped = [f"ip route add {address}/32 dev lo src 127.0.0.1" for address in dropping]
    for each in (*_SETUP, *served, *dropped):
        subprocess.run(each.split(), check=True)  # noqa: S603 - from this file
    resolv.write_text(f"nameserver {_SERVER}\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolv), "/etc/resolv.conf"], check=True)  # noqa: S603, S607


class Dns(socketserver.BaseRequestHandler):
    """Answers from a table: a list of addresses, a name to go on with, "slow", or nothing where it has none."""

    table: ClassVar[dict[str, Any]] = {}

    def handle(self) -> None:
        """Answer one query."""
        content, transport = self.request
        query = dns.message.from_wire(content)
        answer = dns.message.make_response(query)
        question = query.question[0]
        name = str(question.name).rstrip(".").lower()
        told = self.table.get(name)
        while isinstance(told, str) and told not in {"slow", "silent"}:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{told}."))
            name, told = told, self.table.get(told)
        if told == "silent":
            return
        if told is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype in _FAMILIES:
            every = told if isinstance(told, list) else self.table["slow addresses"]
            kind, mark = _FAMILIES[question.rdtype]
            addresses = [each for each in every if mark in each]
            answer.answer += [dns.rrset.from_text(f"{name}.", 60, "IN", kind, *addresses)] if addresses else []
        transport.sendto(answer.to_wire(), self.client_address)


def serve_tls(address: str, served: dict[str, Any]) -> None:
    """Serve HTTPS under one certificate; `status` and `code` are what it says, `after` how long it thinks first.

    `trickling` serves a header that never ends, a byte at a time.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(served["certificate"])
    listener = socket.create_server((address, served.get("port", 443)))

    def serve(client: socket.socket) -> None:
        time.sleep(served.get("after", 0))
        try:
            with context.wrap_socket(client, server_side=True) as secured:
                secured.settimeout(5)
                if secured.recv(4096):
                    secured.sendall(_http(served))
                while served.get("trickling"):
                    secured.sendall(b"a")
                    time.sleep(0.2)
        except OSError:
            client.close()

    def accept() -> None:
        while True:
            client, _ = listener.accept()
            Thread(target=serve, args=(client,), daemon=True).start()

    Thread(target=accept, daemon=True).start()


def _http(served: dict[str, Any]) -> bytes:
    if served.get("trickling"):
        return b"HTTP/1.1 403 X\r\nx-slow: "
    code = f"x-ms-error-code: {served['code']}\r\n" if served.get("code") else ""
    body = "the body holds a secret"
    return f"HTTP/1.1 {served.get('status', 200)} X\r\n{code}Location: https://169.254.169.254/\r\n\r\n{body}".encode()


def serve_plain(address: str, port: int, answer: bytes) -> None:
    """Serve one fixed answer, or where that is empty just a port that is open."""
    listener = socket.create_server((address, port))

    def accept() -> None:
        while True:
            client, _ = listener.accept()
            if answer:
                client.recv(4096)
                client.sendall(answer)
            client.close()

    Thread(target=accept, daemon=True).start()


def main() -> None:
    """Serve what the first line says, then run commands."""
    told = json.loads(sys.stdin.readline())
    set_up(Path(told["folder"]) / "resolv.conf", told["addresses"], told["dropping"])
    Dns.table = told["names"]
    Thread(target=socketserver.ThreadingUDPServer((_SERVER, 53), Dns).serve_forever, daemon=True).start()
    for address, served in told["tls"].items():
        serve_tls(address, served)
    for address, port in told["open"]:
        serve_plain(address, port, b"")
    content = json.dumps(told["metadata"]).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    serve_plain("169.254.169.254", 80, head + content)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        ran = subprocess.run(asked["command"], capture_output=True, text=True, check=False, env=asked["env"])  # noqa: S603
        sys.stdout.write(json.dumps([ran.returncode, ran.stdout, ran.stderr]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
