"""Which networks may be joined to a solution's, by rows of any shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from scanner.collect.azure.arm.networks import HUB_LINK, KINDS, NETWORK, Networks
from scanner.model.arm import Json

_NETWORKS = "/subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks"
OURS, OTHER = f"{_NETWORKS}/ours", f"{_NETWORKS}/other"


def near_ours(other: Json) -> bool:
    """Tell whether another network counts as joined to ours, which has a gateway."""
    ours: Json = {"id": OURS, "properties": {"subnets": [{"name": "GatewaySubnet"}], "virtualNetworkPeerings": []}}
    rows: Mapping[str, Iterable[Json]] = {each: [] for each in KINDS} | {NETWORK: [ours, other], HUB_LINK: []}
    return Networks(rows, {OURS}, lambda _: False, is_whole=True).hold([OTHER])


@pytest.mark.parametrize("subnets", [7, "snet", True, None, {"name": "snet"}])
def test_a_network_whose_subnets_are_no_list_may_have_a_gateway(subnets: object) -> None:
    assert near_ours({"id": OTHER, "properties": {"subnets": subnets}})


@pytest.mark.parametrize(("names", "joined"), [(["snet"], False), (["snet", "gatewaySUBNET"], True), ([], False)])
def test_two_networks_with_gateways_may_be_joined_by_them(names: list[str], joined: bool) -> None:
    subnets = [7, *({"name": each} for each in names)]

    assert near_ours({"id": OTHER, "properties": {"subnets": subnets}}) is joined
