"""Trying a target from outside: its name resolves publicly, and the service refuses whoever asks.

One GET without credentials is sent to 443; the status and the name of the error are read, no body, and no redirect is
followed. What services answer to it is documented in part only: a firewall of storage says AuthorizationFailure in
x-ms-error-code (learn.microsoft.com/azure/storage/common/storage-network-security and rest/api/storageservices/
status-and-error-codes2, 2025), a registry 403 from a network that it does not take, 401 where it only misses a sign-in
(learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access, 2025). A vault or workspace may
ask for a sign-in before it looks at the network, so that 401 settles nothing there.
"""

from __future__ import annotations

import http.client
import ssl
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.connecting import connected
from scanner.probe.handshake import Peer, shaken
from scanner.probe.inside import Found, answered
from scanner.probe.names import is_barred, is_private
from scanner.probe.resolving import resolved
from scanner.probe.shapes import Answer, Kind, Target
from scanner.probe.timing import Clock

_HTTPS = 443
_PATHS = {"registry": "/v2/", "blob": "/?comp=list", "vault": "/secrets?api-version=7.4"}
_FORBIDDEN, _UNAUTHORIZED = 403, 401
_MISSES_A_SIGN_IN = {"noauthenticationinformation", "authenticationfailed", "invalidauthenticationinfo"}
_TELLS = frozenset({"registry", "blob", "file", "queue", "table", "dfs", "web"})
"""Sub-resources that look at the network before they ask for a sign-in."""

_CLOSED = {Kind.REFUSED: True, Kind.DROPPED: True, Kind.ANSWERS: False}
_LONGEST_CODE = 60


def outside(target: Target, seconds: float) -> Answer:
    """Try a target."""
    clock = Clock()
    found = _found(target, seconds)
    return answered(target, found, _CLOSED.get(found.kind), clock.took, seconds)


def _found(target: Target, seconds: float) -> Found:
    name = resolved(target.name, seconds)
    if name.kind is not None:
        return Found(name.kind, f"{name.says}; public DNS should have it")
    told = f"resolves to {', '.join(map(str, name.addresses))}"
    for each in name.addresses:
        if is_barred(each):
            return Found(Kind.BARRED, f"{told}, which no service has; nothing was sent there", name.addresses)
        if is_private(each):
            why = f"{told}: this machine resolves privately, and does not stand outside"
            return Found(Kind.PRIVATE, why, name.addresses)
    return _asked(target, told, name.addresses, seconds)


def _asked(target: Target, told: str, addresses: tuple[IPv4Address | IPv6Address, ...], seconds: float) -> Found:
    address = addresses[0]
    opened = connected(address, target.port, seconds)
    if opened.socket is None:
        return Found(opened.kind or Kind.DROPPED, f"{told}; {opened.says}", addresses)
    if target.port != _HTTPS:
        opened.socket.close()
        return Found(Kind.ANSWERS, f"{told}; TCP {target.port} answers", addresses)
    hands = shaken(Peer(target.name, address, target.port, seconds), opened.socket)
    if hands.kind is not None:
        kind: Kind = Kind.REFUSED if hands.kind is Kind.NO_TLS else hands.kind
        return Found(kind, f"{told}; {hands.says}", addresses, hands.certificate)
    try:
        status, code = _answer(target, address, seconds)
    except (OSError, http.client.HTTPException) as error:
        return Found(Kind.REFUSED, f"{told}; it ended the connection: {type(error).__name__}", addresses)
    kind, says = _judged(target, status, code)
    return Found(kind, f"{told}; {says}", addresses, hands.certificate, status)


def _answer(target: Target, address: IPv4Address | IPv6Address, seconds: float) -> tuple[int, str]:
    """Send one anonymous GET to an address that was looked at; return the status and the name of the error."""
    opened = connected(address, _HTTPS, seconds)
    if opened.socket is None:
        raise ConnectionError(opened.says)
    connection = http.client.HTTPSConnection(target.name, timeout=seconds)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(opened.socket, server_hostname=target.name)
        connection.request("GET", _PATHS.get(target.group, "/"), headers={"Connection": "close"})
        response = connection.getresponse()
        code = response.getheader("x-ms-error-code") or ""
        return response.status, code[:_LONGEST_CODE]
    finally:
        opened.socket.close()
        with suppress(OSError):
            connection.close()


def _judged(target: Target, status: int, code: str) -> tuple[Kind, str]:
    said = f"HTTP {status}{f' {code}' if code else ''}"
    asks = status == _UNAUTHORIZED or code.lower() in _MISSES_A_SIGN_IN
    if asks and target.group.removesuffix("_secondary") not in _TELLS:
        return Kind.INCONCLUSIVE, f"{said}: it asks for a sign-in, which it may do before it looks at the network"
    if asks:
        return Kind.ANSWERS, f"{said}: it answers this network and only misses a sign-in"
    if status == _FORBIDDEN:
        return Kind.REFUSED, f"{said}: it refuses"
    return Kind.ANSWERS, f"{said}: it answers"
