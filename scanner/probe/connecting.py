"""Opening a TCP connection, directly and through no proxy: private endpoints are not reached through one."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from errno import EADDRNOTAVAIL, EAFNOSUPPORT, EHOSTUNREACH, ENETDOWN, ENETUNREACH
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.shapes import Kind

_NO_ROUTE = {ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT}


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection, or why there is none."""

    socket: socket.socket | None = None
    kind: Kind | None = None
    says: str = ""


def connected(address: IPv4Address | IPv6Address, port: int, seconds: float) -> Connected:
    """Connect to a port. The caller closes the socket."""
    where = f"TCP {port} of {address}"
    try:
        return Connected(socket.create_connection((str(address), port), seconds))
    except TimeoutError:
        return Connected(kind=Kind.DROPPED, says=f"{where} did not answer within {seconds:g} s: dropped on the way")
    except (ConnectionRefusedError, ConnectionResetError):
        return Connected(kind=Kind.REFUSED, says=f"{where} refused the connection")
    except OSError as error:
        if error.errno in _NO_ROUTE:
            return Connected(kind=Kind.UNREACHABLE, says=f"this machine has no route to {address}: {error.strerror}")
        return Connected(kind=Kind.DROPPED, says=f"{where} cannot be connected to: {error.strerror or error}")
