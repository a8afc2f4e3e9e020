"""Trying a target from outside: its name resolves publicly, and the service refuses whoever asks.

One GET without credentials is sent over the connection whose certificate was looked at; the status and the name of the
error are read, no body, and no redirect is followed. That a service refuses is settled by what it says itself alone:
a connection that fails, a certificate that is not its own or a status that is about something else may come of the
network that the probe stands in, and settle nothing.
"""

from __future__ import annotations

import http.client
import ssl
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.connecting import connected
from scanner.probe.handshake import Peer, greeted
from scanner.probe.inside import Found, answered
from scanner.probe.names import is_barred, is_private
from scanner.probe.refusals import VERSION, judged, path_for
from scanner.probe.resolving import resolved
from scanner.probe.shapes import Answer, Kind, Target, good_outside
from scanner.probe.timing import Clock, within

_HTTPS = 443
_LONGEST_CODE = 60


def outside(target: Target, seconds: float) -> Answer:
    """Try a target."""
    clock = Clock()
    found = _found(target, seconds)
    return answered(target, found, good_outside(found.kind), clock.took, seconds)


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
        why = f"{told}; {opened.says}: whether the service refuses or a network on the way is not known"
        return Found(Kind.INCONCLUSIVE, why, addresses)
    if target.port != _HTTPS:
        opened.socket.close()
        why = f"{told}; TCP {target.port} answers, which it does before the service looks at the network"
        return Found(Kind.INCONCLUSIVE, why, addresses)
    with greeted(Peer(target.name, address, target.port, seconds), opened.socket) as (hands, secured):
        if hands.kind is not None or secured is None:
            return Found(hands.kind or Kind.NO_TLS, f"{told}; {hands.says}", addresses, hands.certificate)
        status, (kind, says) = _told(target, secured, seconds)
    return Found(kind, f"{told}; {says}", addresses, hands.certificate, status)


def _told(target: Target, secured: ssl.SSLSocket, seconds: float) -> tuple[int | None, tuple[Kind, str]]:
    """Ask, and return the status and what it says; the whole answer has to come within the time."""
    try:
        status, code = within(seconds, lambda: _answer(target, secured, seconds))
    except TimeoutError:
        return None, (Kind.INCONCLUSIVE, f"it did not answer a request within {seconds:g} s")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, (Kind.INCONCLUSIVE, f"it ended the connection: {type(error).__name__}")
    return status, judged(target, status, code)


def _answer(target: Target, secured: ssl.SSLSocket, seconds: float) -> tuple[int, str]:
    """Send one anonymous GET; return the status and the name of the error."""
    connection = http.client.HTTPSConnection(target.name, timeout=seconds)
    connection.sock = secured
    try:
        headers = {"Connection": "close", "x-ms-version": VERSION}
        connection.request("GET", path_for(target.group), headers=headers)
        response = connection.getresponse()
        code = response.getheader("x-ms-error-code") or ""
        return response.status, code[:_LONGEST_CODE]
    finally:
        with suppress(OSError):
            connection.close()
