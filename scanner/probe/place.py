"""Where the probe stands: told by the instance metadata service of Azure, or by whoever runs it; never guessed.

The service tells a machine's ranges, not its network: learn.microsoft.com/azure/virtual-machines/
instance-metadata-service, "Get network information", read 2026-11-29. It is asked directly, without any proxy.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

import msgspec

from scanner.errors import ProbeError, one_line
from scanner.probe.shapes import OUTSIDE, Place, Plan, Stand
from scanner.system.counting import counted

_METADATA = "169.254.169.254"
_PATH = "/metadata/instance/network?api-version=2021-02-01"
_LARGEST = 64 * 1024
_SECONDS = 2.0
_OK = 200
_FEW = 12


class _Range(msgspec.Struct):
    address: str
    prefix: str


class _Ipv4(msgspec.Struct):
    subnet: tuple[_Range, ...] = ()


class _Interface(msgspec.Struct):
    ipv4: _Ipv4


class _Network(msgspec.Struct):
    interface: tuple[_Interface, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the probe stands, as its answers tell it; `place` is None outside."""

    stand: Stand
    place: Place | None


def standing(plan: Plan, named: str | None) -> Standing:
    """Return where the probe stands: as it is told, else as the machine's ranges say. Raises ProbeError."""
    if named is None:
        return _stood(_by_metadata(plan), "metadata")
    if named.lower() == OUTSIDE:
        return Standing(Stand("", OUTSIDE, "option"), None)
    return _stood(_by_name(plan, named), "option")


def _stood(place: Place, by: str) -> Standing:
    return Standing(Stand(place.network, place.subnet, by), place)


def _by_name(plan: Plan, named: str) -> Place:
    wanted = named.lower()
    found = [each for each in plan.places if wanted in _names(each)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ProbeError(f"--as {one_line(named)}: the probe file has no such network; it has {_listed(plan.places)}")
    raise ProbeError(f"--as {one_line(named)} fits several subnets: {_listed(tuple(found))}; name one by its id")


def _names(place: Place) -> set[str]:
    network, subnet = place.network.lower(), place.subnet.lower()
    short = network.rpartition("/")[2], subnet.rpartition("/")[2]
    return {network, subnet, *short, "/".join(short)}


def _by_metadata(plan: Plan) -> Place:
    advice = (
        f"--as NETWORK says where it stands, --as {OUTSIDE} that it is in none; the file has {_listed(plan.places)}"
    )
    ranges = own_ranges()
    if not ranges:
        raise ProbeError(f"where this machine stands is not known: no instance metadata service of Azure; {advice}")
    found = [each for each in plan.places if ranges & _ranges(each)]
    told = ", ".join(sorted(map(str, ranges)))
    if len(found) != 1:
        fits = "no subnet of the probe file" if not found else f"{counted(len(found), 'subnet')} of the probe file"
        raise ProbeError(f"this machine is in {told}, which is {fits}; {advice}")
    return found[0]


def _ranges(place: Place) -> set[IPv4Network]:
    return {each for text in place.prefixes if (each := _range(text)) is not None}


def _range(text: str) -> IPv4Network | None:
    try:
        found = ip_network(text)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def _listed(places: tuple[Place, ...]) -> str:
    names = [one_line("/".join(each.rpartition("/")[2] for each in (place.network, place.subnet))) for place in places]
    more = [f"{len(names) - _FEW} more"] if len(names) > _FEW else []
    return ", ".join([*names[:_FEW], *more]) or "no network"


def own_ranges() -> set[IPv4Network]:
    """Return the ranges of the subnets that this machine is in, by Azure; none where that does not answer."""
    connection = http.client.HTTPConnection(_METADATA, timeout=_SECONDS)
    try:
        connection.request("GET", _PATH, headers={"Metadata": "true"})
        response = connection.getresponse()
        content = response.read(_LARGEST) if response.status == _OK else b""
        found = msgspec.json.decode(content, type=_Network)
    except (OSError, http.client.HTTPException, msgspec.DecodeError, UnicodeDecodeError):
        return set()
    finally:
        connection.close()
    told = (f"{each.address}/{each.prefix}" for interface in found.interface for each in interface.ipv4.subnet)
    return {each for text in told if (each := _range(text)) is not None}
