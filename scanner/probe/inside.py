"""Trying a target from inside: its name, the address that it has to have, TCP, and TLS where it speaks that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.connecting import connected
from scanner.probe.handshake import Peer, Shaken, shaken
from scanner.probe.names import is_barred, is_private, parsed
from scanner.probe.resolving import resolved, trail_of
from scanner.probe.shapes import DNS_ALONE, Answer, Certificate, Kind, Target, good_inside, outcome_of
from scanner.probe.timing import Clock

_SLOW = 2_000
_TLS = frozenset({443, 10255})
"""The ports on which a connection begins with TLS; SMB and SQL negotiate it later, in ways of their own."""

_MOST = 4
"""Addresses of one name that are connected to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a target, in words, with what was seen on the way."""

    kind: Kind
    says: str
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    certificate: Certificate | None = None
    status: int | None = None


def inside(target: Target, owners: Mapping[str, str], seconds: float) -> Answer:
    """Try a target. `owners` are the names that addresses of the file belong to, to tell whose a wrong one is."""
    clock = Clock()
    found = _found(target, owners, seconds)
    return answered(target, found, good_inside(found.kind), clock.took, seconds)


def answered(target: Target, found: Found, good: bool | None, took: int, seconds: float) -> Answer:  # noqa: FBT001
    """Put an answer together; only now dnspython is asked which way the name came."""
    trail = trail_of(target.name, seconds)
    return Answer(
        name=target.name,
        port=target.port,
        service=target.service,
        group=target.group,
        expect=target.expect,
        outcome=outcome_of(target.expect, found.kind, good),
        kind=found.kind,
        good=good,
        says=f"{found.says}; slow: {took / 1000:.1f} s" if took > _SLOW and good else found.says,
        addresses=tuple(map(str, found.addresses)),
        chain=trail.chain,
        server=trail.server,
        certificate=found.certificate,
        status=found.status,
        took=took,
    )


def _found(target: Target, owners: Mapping[str, str], seconds: float) -> Found:
    name = resolved(target.name, seconds)
    if name.kind is not None:
        return Found(name.kind, name.says)
    for each in name.addresses:
        wrong = _wrong(each, target, owners)
        if wrong is not None:
            return Found(wrong.kind, wrong.says, name.addresses)
    told = f"resolves to {', '.join(map(str, name.addresses))}"
    if target.port == DNS_ALONE:
        return Found(Kind.REACHED, told, name.addresses)
    return _connected(target, told, name.addresses, seconds)


def _wrong(address: IPv4Address | IPv6Address, target: Target, owners: Mapping[str, str]) -> Found | None:
    """Say what is wrong with an address; nothing but an endpoint's own is ever connected to."""
    if is_barred(address):
        return Found(Kind.BARRED, f"resolves to {address}, which no service has; nothing was sent there")
    expected = {parsed(each) for each in target.addresses}
    if address in expected or (not expected and is_private(address)):
        return None
    wanted = f"not to {', '.join(target.addresses)}" if expected else "not to a private address"
    if not is_private(address):
        return Found(Kind.PUBLIC, f"resolves to {address}, a public address, {wanted}")
    owner = owners.get(str(address))
    if owner is not None:
        return Found(Kind.WRONG, f"resolves to {address}, the address of {owner}, {wanted}")
    return Found(Kind.STALE, f"resolves to {address}, which belongs to no endpoint, {wanted}: a stale record")


def _connected(target: Target, told: str, addresses: tuple[IPv4Address | IPv6Address, ...], seconds: float) -> Found:
    """Connect to each address. One that this machine has no route to counts only where it has none to any."""
    tried = [_tried(target, each, seconds) for each in addresses[:_MOST]]
    counted = [each for each in tried if each.kind is not Kind.UNREACHABLE] or tried
    worst = next((each for each in counted if each.kind is not None), counted[-1])
    if worst.kind is not None:
        return Found(worst.kind, f"{told}, but {worst.says}", addresses, worst.certificate)
    issued = f", certificate by {worst.certificate.issuer}" if worst.certificate is not None else ""
    return Found(Kind.REACHED, f"{told}, TCP {target.port} answers{issued}", addresses, worst.certificate)


def _tried(target: Target, address: IPv4Address | IPv6Address, seconds: float) -> Shaken:
    """Connect to an address, and shake hands where the port speaks TLS."""
    opened = connected(address, target.port, seconds)
    if opened.socket is None:
        return Shaken(kind=opened.kind or Kind.DROPPED, says=opened.says)
    if target.port in _TLS:
        return shaken(Peer(target.name, address, target.port, seconds), opened.socket)
    opened.socket.close()
    return Shaken()
