"""Which networks may be joined to a solution's, by rows of any shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from scanner.collect.azure.arm.networks import CONNECTION, GATEWAY, HUB_LINK, KINDS, NETWORK, Networks
from scanner.model.arm import Json

_NETWORKS = "/subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks"
OURS, OTHER = f"{_NETWORKS}/ours", f"{_NETWORKS}/other"


def near_ours(other: Json) -> bool:
    """Tell whether another network counts as joined to ours, which has a gateway."""
    ours: Json = {"id": OURS, "properties": {"subnets": [{"name": "GatewaySubnet"}], "virtualNetworkPeerings": []}}
    rows: Mapping[str, Iterable[Json]] = {each: [] for each in KINDS} | {NETWORK: [ours, other], HUB_LINK: []}
    return Networks(rows, {OURS}, is_whole=True).hold([OTHER])


@pytest.mark.parametrize("subnets", [7, "snet", True, None, {"name": "snet"}])
def test_a_network_whose_subnets_are_no_list_may_have_a_gateway(subnets: object) -> None:
    assert near_ours({"id": OTHER, "properties": {"subnets": subnets}})


@pytest.mark.parametrize(("names", "joined"), [(["snet"], False), (["snet", "gatewaySUBNET"], True), ([], False)])
def test_two_networks_with_gateways_may_be_joined_by_them(names: list[str], joined: bool) -> None:
    subnets = [7, *({"name": each} for each in names)]

    assert near_ours({"id": OTHER, "properties": {"subnets": subnets}}) is joined


_GATEWAYS = _NETWORKS.replace("virtualnetworks", "virtualnetworkgateways")


def _gateway(name: str, network: str = "") -> Json:
    subnet = {"id": f"{network or f'{_NETWORKS}/{name}'}/subnets/GatewaySubnet"}
    return {
        "id": f"{_GATEWAYS}/{name}",
        "properties": {"ipConfigurations": [{"properties": {"subnet": subnet}}]},
    }


def _connection(*names: str) -> Json:
    ends = {f"virtualNetworkGateway{number}": {"id": f"{_GATEWAYS}/{name}"} for number, name in enumerate(names, 1)}
    return {"id": f"{_GATEWAYS}/c", "properties": ends}


@pytest.mark.parametrize(
    ("connections", "listed", "joined"),
    [
        ([], {"s"}, False),
        ([_connection("ours")], {"s"}, False),
        ([_connection("other")], {"s"}, False),
        ([_connection("ours", "other")], {"s"}, True),
        ([_connection("ours"), _connection("other")], {"s"}, True),
        ([_connection()], {"s"}, True),
        ([_connection("gone"), _connection("unplaced")], {"s"}, True),
        ([], {"t"}, True),
    ],
)
def test_gateways_join_what_their_connections_may_lead_to(
    connections: list[Json], listed: set[str], joined: bool
) -> None:
    with_gateways = [{"id": each, "properties": {"subnets": [{"name": "GatewaySubnet"}]}} for each in (OURS, OTHER)]
    gateways = [_gateway("ours"), _gateway("other"), _gateway("unplaced", "/")]
    rows: Mapping[str, Iterable[Json]] = {each: [] for each in KINDS} | {
        NETWORK: with_gateways,
        GATEWAY: gateways,
        CONNECTION: connections,
    }

    assert Networks(rows, {OURS}, is_whole=True, listed=listed).hold([OTHER]) is joined
