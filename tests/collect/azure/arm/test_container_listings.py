"""What runs in delegated subnets is listed where there is such a subnet, and nowhere else."""

from __future__ import annotations

import pytest

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.tables.containers import ROWS
from scanner.collect.azure.arm.tables.listing import Arm

VNET = "/subscriptions/home/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"


def asked(*services: object) -> list[str]:
    delegations = [{"properties": {"serviceName": each}} for each in services]
    network = {"id": VNET, "properties": {"subnets": [{"properties": {"delegations": delegations}}]}}
    sources = [row.source for row in ROWS]
    return [query.path for source in sources if isinstance(source, Arm) for query in source.queries(network)]


@pytest.mark.parametrize(
    ("service", "kinds"),
    [
        ("Github.Network/networkSettings", ["GitHub.Network/networkSettings"]),
        ("Microsoft.ContainerInstance/containerGroups", ["Microsoft.ContainerInstance/containerGroups"]),
        ("Microsoft.App/environments", ["Microsoft.App/managedEnvironments", "Microsoft.App/jobs"]),
    ],
)
def test_delegated_subnet_asks_for_what_may_run_there(service: str, kinds: list[str]) -> None:
    assert asked("Microsoft.Web/serverFarms", service) == [f"/subscriptions/home/providers/{each}" for each in kinds]


@pytest.mark.parametrize("services", [(), ("Microsoft.DevOpsInfrastructure/pools",), (None,)])
def test_other_subnets_ask_for_nothing(services: tuple[object, ...]) -> None:
    assert asked(*services) == []


@pytest.mark.parametrize("properties", [None, {}, {"subnets": None}, {"subnets": [{"properties": {"delegations": 1}}]}])
def test_networks_of_any_shape_are_looked_at(properties: object) -> None:
    network = {"id": VNET, "properties": properties}
    sources = [row.source for row in ROWS]

    assert [query for source in sources if isinstance(source, Arm) for query in source.queries(network)] == []


def test_they_are_asked_for_and_counted_as_lists_of_a_subscription() -> None:
    rows = [row for row in LISTINGS if row in ROWS]

    assert len(rows) == len(ROWS)
    assert all(row.is_asked_for and row.is_filtered for row in rows)
