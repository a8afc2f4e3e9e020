"""Where the probe stands: told by the instance metadata service of Azure, or by whoever runs it; never guessed.

The service tells a machine's ranges and its subscription, not its network: learn.microsoft.com/azure/virtual-machines/
instance-metadata-service, "Instance metadata", read 2026-11-29. It is asked directly, without any proxy.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

import msgspec

from scanner.errors import ProbeError, one_line
from scanner.probe.shapes import OUTSIDE, Place, Plan, Stand
from scanner.probe.timing import within
from scanner.system.counting import counted

_METADATA = "169.254.169.254"
_PATH = "/metadata/instance?api-version=2021-02-01"
_LARGEST = 256 * 1024
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


class _Compute(msgspec.Struct, rename="camel"):
    subscription_id: str = ""


class _Instance(msgspec.Struct):
    network: _Network
    compute: _Compute


@dataclass(frozen=True, slots=True)
class Machine:
    """What Azure says of this machine: the ranges of its subnets, and the subscription that it lies in."""

    ranges: frozenset[IPv4Network]
    subscription: str


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
    machine = own_machine()
    if machine is None or not machine.ranges:
        raise ProbeError(f"where this machine stands is not known: no instance metadata service of Azure; {advice}")
    found = [each for each in plan.places if machine.ranges & _ranges(each)]
    told = ", ".join(sorted(map(str, machine.ranges)))
    if len(found) != 1:
        fits = "no subnet of the probe file" if not found else f"{counted(len(found), 'subnet')} of the probe file"
        raise ProbeError(f"this machine is in {told}, which is {fits}; {advice}")
    if not _is_in(found[0], machine.subscription):
        where = f"which {_listed((found[0],))} of the probe file has too, but in another subscription"
        raise ProbeError(
            f"this machine is in {told} of subscription {one_line(machine.subscription)}, {where}; {advice}"
        )
    return found[0]


def _is_in(place: Place, subscription: str) -> bool:
    """Tell whether a machine of a subscription can be in a subnet: its interface lies where its network does.

    Ranges alone are those of any number of networks: learn.microsoft.com/azure/virtual-network/
    virtual-network-network-interface, from memory. Agents of a Managed DevOps Pool are machines of Azure's own: of them
    it has to be told.
    """
    return place.network.lower().startswith(f"/subscriptions/{subscription.lower()}/")


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


def own_machine() -> Machine | None:
    """Return what Azure says of this machine; None where its service does not answer in time."""
    try:
        found = msgspec.json.decode(within(_SECONDS, _asked), type=_Instance)
    except (OSError, http.client.HTTPException, msgspec.DecodeError, UnicodeDecodeError):
        return None
    told = (f"{each.address}/{each.prefix}" for one in found.network.interface for each in one.ipv4.subnet)
    ranges = frozenset(each for text in told if (each := _range(text)) is not None)
    return Machine(ranges, found.compute.subscription_id)


def _asked() -> bytes:
    connection = http.client.HTTPConnection(_METADATA, timeout=_SECONDS)
    try:
        connection.request("GET", _PATH, headers={"Metadata": "true"})
        response = connection.getresponse()
        return response.read(_LARGEST) if response.status == _OK else b""
    finally:
        connection.close()
