"""The Azure clouds: where their management endpoint is, and who signs people in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from scanner.errors import UsageError


@dataclass(frozen=True, slots=True)
class Cloud:
    """A management endpoint.

    `name` decides private DNS zone names; `authority` is the host that signs people in; `signed` is False for the
    loopback endpoints to which no credential is ever sent.
    """

    name: str
    endpoint: str
    authority: str
    signed: bool = True

    @property
    def scope(self) -> str:
        """The scope that a token is asked for."""
        return f"{self.endpoint}/.default"

    def owns(self, url: str) -> bool:
        """Tell whether a URL is at this endpoint, to which alone a token may go: same scheme, host and port."""
        return _origin(url) == _origin(self.endpoint)


_DEFAULT_PORTS = {"https": ":443", "http": ":80"}

_PUBLIC = Cloud("public", "https://management.azure.com", "login.microsoftonline.com")
_CLOUDS = {
    cloud.name: cloud
    for cloud in (
        _PUBLIC,
        Cloud("usgov", "https://management.usgovcloudapi.net", "login.microsoftonline.us"),
        Cloud("china", "https://management.chinacloudapi.cn", "login.chinacloudapi.cn"),
    )
}


def cloud_of(text: str) -> Cloud:
    """Return the cloud of a name or endpoint URL. Plain http is for loopback only, and then nothing is signed."""
    known = _CLOUDS.get(text.lower())
    if known is not None:
        return known
    parts = _parts(text)
    if parts.username or parts.password or parts.query or parts.path.strip("/"):
        raise UsageError("--cloud takes the URL of an ARM endpoint alone: scheme, host and port")
    endpoint = f"{parts.scheme}://{parts.netloc}"
    named = next((cloud for cloud in _CLOUDS.values() if cloud.owns(endpoint)), None)
    if named is not None:
        return named
    if parts.scheme == "https":
        return Cloud(_PUBLIC.name, endpoint, _PUBLIC.authority)
    if not _is_loopback(parts.hostname or ""):
        raise UsageError(f"{endpoint} is not encrypted; http:// is allowed for a loopback address only, use https://")
    return Cloud(_PUBLIC.name, endpoint, _PUBLIC.authority, signed=False)


def _parts(text: str) -> SplitResult:
    """Take an endpoint's URL apart. Raises UsageError for what is no URL, or has a port that cannot be."""
    with suppress(ValueError):
        parts = urlsplit(text)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return parts
    raise UsageError(f"--cloud takes public, usgov, china or the URL of an ARM endpoint, not {text!r}")


def _origin(url: str) -> tuple[str, str] | None:
    """Return scheme and host of a URL, None if it is none. Compute spells the port out in its links to next pages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
