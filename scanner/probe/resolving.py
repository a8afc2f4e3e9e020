"""Resolving a name: the system's resolver decides, as it does for every program; dnspython tells which way it came."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.names import parsed
from scanner.probe.shapes import Kind
from scanner.probe.timing import within

_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_MOST = 16
"""Addresses of one name that are looked at."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name came to: addresses, or why there are none."""

    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    kind: Kind | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """The names that DNS led through, from the first to the last, and the server that told."""

    chain: tuple[str, ...] = ()
    server: str = ""


def resolved(name: str, seconds: float) -> Resolved:
    """Ask the system for a name's addresses, IPv4 first: private endpoints have those."""
    try:
        found = within(seconds, lambda: _addresses(name))
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            return Resolved(kind=Kind.NO_SUCH_NAME, says="DNS knows no such name")
        return Resolved(kind=Kind.NO_DNS, says=f"DNS did not answer: {error.strerror}")
    except TimeoutError:
        return Resolved(kind=Kind.NO_DNS, says=f"DNS did not answer within {seconds:g} s")
    except (OSError, UnicodeError) as error:
        return Resolved(kind=Kind.NO_DNS, says=f"the name cannot be resolved: {error}")
    return Resolved(found) if found else Resolved(kind=Kind.NO_SUCH_NAME, says="the name has no address")


def _addresses(name: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses of both families: a program on a machine with IPv6 takes that first."""
    found = socket.getaddrinfo(name, None, socket.AF_UNSPEC, socket.SOCK_STREAM)
    every = {address for each in found if (address := parsed(str(each[4][0]))) is not None}
    return tuple(sorted(every, key=lambda each: (each.version, each))[:_MOST])


def trail_of(name: str, seconds: float) -> Trail:
    """Return the way that DNS came, as far as dnspython is there and is told it; empty otherwise."""
    try:
        import dns.exception  # noqa: PLC0415 - part of an extra
        import dns.resolver  # noqa: PLC0415
    except ImportError:
        return Trail()
    with suppress(dns.exception.DNSException, OSError):
        answer = dns.resolver.Resolver().resolve(name, "A", lifetime=seconds, raise_on_no_answer=False, search=False)
        led = [str(each.target) for cname in answer.chaining_result.cnames for each in cname]
        chain = tuple(each.rstrip(".").lower() for each in (name, *led))
        return Trail(chain[:_MOST] if led else (), str(answer.nameserver or ""))
    return Trail()
