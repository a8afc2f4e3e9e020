"""Connecting and shaking hands on plain loopback, for machines that lend no network namespace."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest

from scanner.probe.connecting import connected
from scanner.probe.handshake import Peer, Shaken, shaken
from scanner.probe.inside import inside
from scanner.probe.shapes import Expect, Kind, Target
from tests.probe.certificates import Authority, authority, issued, written

HOME = IPv4Address("127.0.0.1")
NAME = "st.blob.core.windows.net"


@pytest.fixture(scope="module")
def authorities() -> tuple[Authority, Authority]:
    return authority("DigiCert Inc"), authority("Contoso Proxy")


@pytest.fixture
def shake(
    tmp_path: Path, authorities: tuple[Authority, Authority], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[bytes], Shaken]]:
    """Return what shakes hands with a server that shows a certificate; without one it speaks no TLS."""
    azure, _ = authorities
    monkeypatch.setenv("SSL_CERT_FILE", str(written(tmp_path, "trusted.pem", azure.pem)))
    with closing(socket.create_server((str(HOME), 0))) as listener:
        port = listener.getsockname()[1]

        def hands(content: bytes) -> Shaken:
            Thread(target=_serve, args=(listener, written(tmp_path, "own.pem", content)), daemon=True).start()
            opened = connected(HOME, port, 2)
            assert opened.socket is not None
            return shaken(Peer(NAME, HOME, port, 2), opened.socket)

        yield hands


def _serve(listener: socket.socket, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate.stat().st_size:
        context.load_cert_chain(certificate)
    for _ in range(2):
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            _answer(client, context if certificate.stat().st_size else None)


def _answer(client: socket.socket, context: ssl.SSLContext | None) -> None:
    try:
        if context is None:
            client.sendall(b"220 not TLS\r\n")
            client.recv(1024)
            return
        with context.wrap_socket(client, server_side=True) as secured:
            secured.recv(1)
    except OSError:
        return


def test_certificate_of_an_azure_authority_is_told(
    shake: Callable[[bytes], Shaken], authorities: tuple[Authority, Authority]
) -> None:
    found = shake(issued(authorities[0], f"*.{NAME.partition('.')[2]}"))

    assert found.kind is None
    assert found.certificate is not None
    assert found.certificate.issuer == "DigiCert Inc, DigiCert Inc Issuing CA 01"
    assert found.certificate.names == ("*.blob.core.windows.net",)


@pytest.mark.parametrize(
    ("issuer", "name", "days", "kind", "said"),
    [
        (1, NAME, 30, Kind.INTERCEPTED, "issued by Contoso Proxy, Contoso Proxy Issuing CA 01"),
        (0, "other.blob.core.windows.net", 30, Kind.OTHER_NAME, "is for other.blob.core.windows.net, not for st."),
        (0, NAME, -3, Kind.NO_TLS, "has expired"),
    ],
)
def test_certificate_that_is_not_its_own_is_told(  # noqa: PLR0913, PLR0917 - a row of the table
    issuer: int,
    name: str,
    days: int,
    kind: Kind,
    said: str,
    shake: Callable[[bytes], Shaken],
    authorities: tuple[Authority, Authority],
) -> None:
    found = shake(issued(authorities[issuer], name, days=days))

    assert (found.kind, said in found.says) == (kind, True), found.says


def test_server_that_speaks_no_tls_is_told(shake: Callable[[bytes], Shaken]) -> None:
    found = shake(b"")

    assert found.kind is Kind.NO_TLS
    assert "no TLS with 127.0.0.1" in found.says


def test_refused_and_silent_ports_are_told() -> None:
    with closing(socket.create_server((str(HOME), 0))) as listener:
        port = listener.getsockname()[1]
        opened = connected(HOME, port, 1)
        assert opened.socket is not None
        silent = shaken(Peer(NAME, HOME, port, 0.2), _with_timeout(opened.socket, 0.2))
    refused = connected(HOME, port, 1)

    assert (silent.kind, "did not answer in time" in silent.says) == (Kind.NO_TLS, True)
    assert (refused.kind, refused.says) == (Kind.REFUSED, f"TCP {port} of 127.0.0.1 refused the connection")


def _with_timeout(opened: socket.socket, seconds: float) -> socket.socket:
    opened.settimeout(seconds)
    return opened


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "168.63.129.16", "::1", "0.1.2.3"])
def test_nothing_is_sent_to_an_address_that_no_service_has(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(family, socket.SOCK_STREAM, 6, "", (address, 0))])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it connected"))
    for expected in ((), ("10.0.0.4",)):
        found = inside(Target(NAME, 445, "/st", "file", Expect.REACHED, expected), {}, 1)

        assert (found.kind, found.good) == (Kind.BARRED, False)
