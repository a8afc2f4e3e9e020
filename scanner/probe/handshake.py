"""A TLS handshake under a service's name: whether the certificate is its own, and who issued it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from scanner.probe.connecting import connected
from scanner.probe.shapes import Certificate, Kind

# Azure's services show certificates of Microsoft's own authorities, or of DigiCert's, in every cloud:
# learn.microsoft.com/azure/security/fundamentals/azure-ca-details, read 2026-11-29.
_AZURES = ("microsoft corporation", "digicert")
_HOSTNAME_MISMATCH = 62  # X509_V_ERR_HOSTNAME_MISMATCH of OpenSSL's x509_vfy.h
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_FEW = 5


@dataclass(frozen=True, slots=True)
class Shaken:
    """What came of a handshake; `kind` is None where the certificate is as it should be."""

    certificate: Certificate | None = None
    kind: Kind | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom one shakes hands with: the name that is asked for, where, and how long an answer may take."""

    name: str
    address: IPv4Address | IPv6Address
    port: int
    seconds: float


def shaken(peer: Peer, opened: socket.socket) -> Shaken:
    """Shake hands on an open connection, which is closed."""
    with greeted(peer, opened) as (hands, _):
        return hands


@contextmanager
def greeted(peer: Peer, opened: socket.socket) -> Iterator[tuple[Shaken, ssl.SSLSocket | None]]:
    """Shake hands and keep the connection for as long as it is used; None where the certificate is not as it should be.

    A certificate that is refused is looked at once more.
    """
    secured = None
    try:
        secured = ssl.create_default_context().wrap_socket(opened, server_hostname=peer.name)
        hands = _with(secured)
    except ssl.SSLCertVerificationError as error:
        hands = _refused(peer.name, _looked_at(peer), error)
    except (OSError, ValueError) as error:
        hands = Shaken(kind=Kind.NO_TLS, says=f"no TLS with {peer.address}: {_reason(error)}")
    try:
        yield hands, secured if hands.kind is None else None
    finally:
        (secured or opened).close()


def _with(secured: ssl.SSLSocket) -> Shaken:
    certificate = _of(secured)
    if certificate is not None and not certificate.issuer.lower().startswith(_AZURES):
        why = f"the certificate is issued by {certificate.issuer}, none of Azure's authorities: a proxy reads along"
        return Shaken(certificate, Kind.INTERCEPTED, why)
    return Shaken(certificate)


def _of(secured: ssl.SSLSocket) -> Certificate | None:
    shown = secured.getpeercert(binary_form=True)
    return None if shown is None else _read(shown)


def _looked_at(peer: Peer) -> Certificate | None:
    """Return the certificate that was refused. Nothing is sent or read over the connection."""
    again = connected(peer.address, peer.port, peer.seconds)
    if again.socket is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with context.wrap_socket(again.socket, server_hostname=peer.name) as secured:
            return _of(secured)
    except (OSError, ValueError):
        return None
    finally:
        again.socket.close()


def _refused(name: str, shown: Certificate | None, error: ssl.SSLCertVerificationError) -> Shaken:
    issuer = shown.issuer if shown is not None else "somebody"
    if error.verify_code == _HOSTNAME_MISMATCH:
        names = ", ".join(shown.names[:_FEW]) if shown is not None else "another name"
        return Shaken(shown, Kind.OTHER_NAME, f"the certificate is for {names}, not for {name}")
    if error.verify_code == _EXPIRED:
        return Shaken(shown, Kind.NO_TLS, f"the certificate of {issuer} has expired")
    why = f"the certificate is issued by {issuer}, which this machine does not trust: a proxy reads along"
    return Shaken(shown, Kind.INTERCEPTED, f"{why} ({error.verify_message})")


def _read(shown: bytes) -> Certificate:
    from cryptography import x509  # noqa: PLC0415 - slow to load
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    certificate = x509.load_der_x509_certificate(shown)
    issuer = certificate.issuer
    oids = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    told = [str(each.value) for oid in oids for each in issuer.get_attributes_for_oid(oid)]
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        alternatives = tuple(names.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        alternatives = ()
    return Certificate(alternatives, ", ".join(told) or "nobody", f"{certificate.not_valid_after_utc:%Y-%m-%d}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "the handshake failed").lower().replace("_", " ")
    return getattr(error, "strerror", None) or str(error) or "the connection ended"
