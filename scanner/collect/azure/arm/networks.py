"""Which virtual networks a solution can have to do with, by raw rows: more rather than fewer than judging finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from scanner.collect.azure.arm.follow import values_at
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT
from scanner.model.arm import ArmId, Json, id_in, properties_of

NETWORK = "microsoft.network/virtualnetworks"
HUB_LINK = "microsoft.network/virtualhubs/hubvirtualnetworkconnections"
MANAGER = "microsoft.network/networkmanagers"
ENDPOINT = PRIVATE_ENDPOINT.lower()
GATEWAY = "microsoft.network/virtualnetworkgateways"
CONNECTION = "microsoft.network/connections"
IN_FORCE = "microsoft.network/effectiveconnectivityconfigurations"
KINDS = frozenset({NETWORK, HUB_LINK, MANAGER, ENDPOINT, GATEWAY, CONNECTION, IN_FORCE})
"""The types whose rows tell what is connected."""

_GATEWAYS = "gatewaysubnet"
_HUB, _GATEWAY = "a virtual hub", "a gateway"
_PEERS = "properties.virtualNetworkPeerings[].properties.remoteVirtualNetwork.id"
_REMOTE = "properties.remoteVirtualNetwork.id"
_IN = "properties.subnet.id"
_GATEWAY_IN = "properties.ipConfigurations[].properties.subnet.id"
_ENDS = ("properties.virtualNetworkGateway1.id", "properties.virtualNetworkGateway2.id")


class Networks:
    """The networks that are joined to those of solutions by peerings, hubs and gateways, at any distance.

    `rows` are those of KINDS by type, of endpoints only those that lead to a service: their networks count as a
    solution's, and so do those whose name or id, in lower case, is in `named`. Not `is_whole` if networks could not be
    read. In `listed` subscriptions (GUIDs) all gateways and their connections are among the rows.
    """

    def __init__(
        self,
        rows: Mapping[str, Iterable[Json]],
        named: Collection[str],
        *,
        is_whole: bool,
        listed: Container[str] = (),
    ) -> None:
        # A manager joins networks in ways that ARM does not tell.
        self._is_all = not is_whole or any(True for each in (MANAGER, IN_FORCE) for _ in rows[each])
        self._joined: defaultdict[str, set[str]] = defaultdict(set)
        roots = set[str]()
        connected = set(_connected([*rows[GATEWAY]], [*rows[CONNECTION]]))
        listed = () if "" in connected else listed
        for row in () if self._is_all else rows[NETWORK]:
            key = id_in(str(row["id"])).key
            roots |= {key} & {*named} or ({key} if ArmId(key).name in named else set())
            for other in values_at(row, _PEERS):
                self._join(key, ArmId(other).key)
            # One without connections leads to its clients alone.
            if _may_have_gateway(row) and (key in connected or ArmId(key).subscription not in listed):
                self._join(key, _GATEWAY)
        for row in () if self._is_all else rows[HUB_LINK]:
            for text in values_at(row, _REMOTE):
                self._join(_HUB, ArmId(text).key)
                self._join(_HUB, _GATEWAY)
        for row in () if self._is_all else rows[ENDPOINT]:
            roots.update(networks_at(row, _IN))
        self._near = self._reached_from(roots | {each for each in named if each.startswith("/")})

    def hold(self, networks: Iterable[str]) -> bool:
        """Tell whether one of some networks, as keys, is joined to a solution's."""
        return self._is_all or not self._near.isdisjoint(networks)

    def _join(self, one: str, other: str) -> None:
        self._joined[one].add(other)
        self._joined[other].add(one)

    def _reached_from(self, roots: Iterable[str]) -> frozenset[str]:
        found, waiting = set[str](), [*roots]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting.extend(self._joined.get(at, ()))
        return frozenset(found)


def _may_have_gateway(network: Json) -> bool:
    subnets = properties_of(network).get("subnets")
    return not isinstance(subnets, list) or any(_is_for_gateways(each) for each in subnets)


def _connected(gateways: Iterable[Json], connections: Iterable[Json]) -> Iterator[str]:
    """Yield the networks, as keys, of gateways with a connection to a site, a circuit or another gateway.

    "" stands for one that is not known.
    """
    ends = [[ArmId(text).key for path in _ENDS for text in values_at(each, path)] for each in connections]
    yield from ("" for each in ends if not each)
    named = {key for each in ends for key in each}
    for gateway in gateways:
        if ArmId(str(gateway["id"])).key in named:
            yield from [*networks_at(gateway, _GATEWAY_IN)] or [""]


def _is_for_gateways(subnet: object) -> bool:
    return isinstance(subnet, dict) and str(subnet.get("name")).lower() == _GATEWAYS


def networks_at(row: Json, path: str) -> Iterator[str]:
    """Yield the networks, as keys, of the subnets that a row names at a path."""
    for text in values_at(row, path):
        subnet = ArmId(text)
        yield (subnet.parent or subnet).key
