"""Who is in a subnet, as the subnet tells; and what is in use by which subnet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from scanner.simulator import Estate, Resource, Simulator, read_estate
from scanner.simulator.occupants import occupied
from tests.cases import FIXTURES

from .support import EMPTY_SUB, NET, RG, SUB, arm, get, subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HUB = f"{NET}/virtualNetworks/hub"
SUBNET = f"{HUB}/subnets/training"
FAR = f"{EMPTY_SUB}/resourceGroups/far/providers"
SCALE_SET = f"{FAR}/Microsoft.Compute/virtualMachineScaleSets/agents"
IN_SUBNET = {"subnet": {"id": SUBNET.upper()}}


def at(arm_id: str, kind: str, where: str = "ipConfigurations", **configuration: object) -> Resource:
    """Build a resource of Microsoft.Network with one IP configuration in the subnet."""
    return arm(arm_id, f"Microsoft.Network/{kind}", **{where: [{"properties": IN_SUBNET, **configuration}]})


def scale_set(mode: str) -> Resource:
    interface = {"name": "nic", "properties": {"ipConfigurations": [{"name": "ip", "properties": IN_SUBNET}]}}
    profile = {"networkProfile": {"networkInterfaceConfigurations": [interface]}}
    kind = "Microsoft.Compute/virtualMachineScaleSets"
    return {**arm(SCALE_SET, kind, orchestrationMode=mode, virtualMachineProfile=profile), "sku": {"capacity": 2}}


def served(*resources: Resource, **of_subnet: object) -> dict[str, Any]:
    """Serve resources beside a network, and return the properties of its subnet."""
    subnet = {"id": SUBNET, "name": "training", "properties": {"addressPrefix": "10.0.0.0/24", **of_subnet}}
    with Simulator(_estate(subnet, resources)) as simulator:
        properties: dict[str, Any] = get(simulator, SUBNET).json["properties"]
        (inside,) = get(simulator, HUB).json["properties"]["subnets"]

    assert inside["properties"] == properties
    return properties


def _estate(subnet: Resource, resources: tuple[Resource, ...]) -> Estate:
    network = arm(HUB, "Microsoft.Network/virtualNetworks", subnets=[subnet])
    held = (subscription(SUB, "ml"), arm(RG, "Microsoft.Resources/resourceGroups"), network, *resources)
    return Estate("One subnet.", held)


def occupants(properties: Mapping[str, Any]) -> list[str]:
    return [each["id"] for each in properties["ipConfigurations"]]


NAMED = [
    ("networkInterfaces", "ipConfigurations", "ipConfigurations"),
    ("bastionHosts", "ipConfigurations", "bastionHostIpConfigurations"),
    ("virtualNetworkGateways", "ipConfigurations", "ipConfigurations"),
    ("azureFirewalls", "ipConfigurations", "azureFirewallIpConfigurations"),
    ("loadBalancers", "frontendIPConfigurations", "frontendIPConfigurations"),
    ("applicationGateways", "frontendIPConfigurations", "frontendIPConfigurations"),
]


@pytest.mark.parametrize(("kind", "where", "segment"), NAMED)
def test_a_subnet_shows_each_kind_of_occupant_from_any_subscription(kind: str, where: str, segment: str) -> None:
    arm_id = f"{FAR}/Microsoft.Network/{kind}/x"

    assert occupants(served(at(arm_id, kind, where, name="ip"))) == [f"{arm_id}/{segment}/ip"]


def test_an_occupant_is_shown_by_the_id_that_it_gives_itself() -> None:
    own = f"{FAR}/Microsoft.Network/networkInterfaces/x/ipConfigurations/Own"

    assert occupants(served(at(f"{NET}/networkInterfaces/x", "networkInterfaces", id=own))) == [own]


def test_a_firewalls_management_has_a_configuration_of_its_own() -> None:
    firewall = f"{NET}/azureFirewalls/fw"
    row = arm(
        firewall, "Microsoft.Network/azureFirewalls", managementIpConfiguration={"name": "m", "properties": IN_SUBNET}
    )

    assert occupants(served(row)) == [f"{firewall}/azureFirewallIpConfigurations/m"]


def test_instances_of_a_scale_set_are_shown_one_by_one() -> None:
    path = f"{SCALE_SET}/virtualMachines/{{}}/networkInterfaces/nic/ipConfigurations/ip"

    assert occupants(served(scale_set("Uniform"))) == [path.format(0), path.format(1)]


def test_a_flexible_scale_set_has_interfaces_of_its_own() -> None:
    assert "ipConfigurations" not in served(scale_set("Flexible"))


def test_an_endpoint_is_shown_beside_its_interface() -> None:
    interface = f"{NET}/networkInterfaces/pe-nic"
    endpoint = arm(
        f"{NET}/privateEndpoints/pe",
        "Microsoft.Network/privateEndpoints",
        subnet={"id": SUBNET},
        networkInterfaces=[{"id": interface}],
    )
    unseen = served(endpoint)
    seen = served(endpoint, at(interface, "networkInterfaces", id=f"{interface}/ipConfigurations/one"))

    assert unseen["privateEndpoints"] == seen["privateEndpoints"] == [{"id": endpoint["id"]}]
    assert occupants(unseen)[0].startswith(f"{interface}/ipConfigurations/privateEndpointIpConfig.")
    assert occupants(seen) == [f"{interface}/ipConfigurations/one"]


def test_what_a_subnet_shows_already_stays_and_is_not_shown_twice() -> None:
    hidden = {"id": f"{FAR}/Microsoft.Network/networkInterfaces/unheld/ipConfigurations/i"}
    own = f"{NET}/networkInterfaces/x/ipConfigurations/a"
    nic = at(f"{NET}/networkInterfaces/x", "networkInterfaces", id=own)

    assert served(nic, ipConfigurations=[hidden, {"id": own.upper()}])["ipConfigurations"] == [
        hidden,
        {"id": own.upper()},
    ]


def test_an_empty_subnet_shows_nobody() -> None:
    assert served() == {"addressPrefix": "10.0.0.0/24"}


def test_groups_tables_and_gateways_show_their_subnets_and_interfaces() -> None:
    kinds = {"networkSecurityGroup": "networkSecurityGroups", "routeTable": "routeTables", "natGateway": "natGateways"}
    used = {name: {"id": f"{NET}/{kind}/x".upper()} for name, kind in kinds.items()}
    rows = [arm(f"{NET}/{kind}/x", f"Microsoft.Network/{kind}") for kind in kinds.values()]
    nic = arm(
        f"{NET}/networkInterfaces/n",
        "Microsoft.Network/networkInterfaces",
        networkSecurityGroup=used["networkSecurityGroup"],
    )
    subnet = {"id": SUBNET, "name": "training", "properties": used}
    with Simulator(_estate(subnet, (*rows, nic))) as simulator:
        shown = [get(simulator, str(row["id"])).json["properties"] for row in rows]

    assert [each["subnets"] for each in shown] == [[{"id": SUBNET}]] * 3
    assert shown[0]["networkInterfaces"] == [{"id": nic["id"]}]


def test_resource_graph_shows_occupants_too() -> None:
    subnet = {"id": SUBNET, "name": "training", "properties": {}}
    nic = at(f"{NET}/networkInterfaces/x", "networkInterfaces", name="a")
    query = "resources | where type in~ ('microsoft.network/virtualnetworks') | project properties"
    with Simulator(_estate(subnet, (nic,))) as simulator:
        url = f"{simulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
        body = {"query": query, "subscriptions": [SUB.rpartition("/")[2]]}
        (row,) = requests.post(url, json=body, timeout=5).json()["data"]

    assert len(occupants(row["properties"]["subnets"][0]["properties"])) == 1


def test_an_estate_can_be_served_as_it_is() -> None:
    nic = at(f"{NET}/networkInterfaces/x", "networkInterfaces", name="a")
    with Simulator(
        _estate({"id": SUBNET, "name": "training", "properties": {}}, (nic,)), shows_occupants=False
    ) as simulator:
        assert get(simulator, SUBNET).json["properties"] == {}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: str(path.stem))
def test_the_fixtures_state_all_their_occupants(path: Path) -> None:
    estate = read_estate(path)

    assert occupied(estate) == estate


@pytest.mark.parametrize(
    "properties",
    [
        None,
        "text",
        {"subnets": "text"},
        {"subnets": ["text", {"properties": 7}]},
        {"ipConfigurations": ["text", {"properties": 7}]},
    ],
)
@pytest.mark.parametrize("kind", ["virtualNetworks", "networkInterfaces", "privateEndpoints", "natGateways"])
def test_what_has_another_shape_is_served_as_it_is(kind: str, properties: object) -> None:
    odd = {**arm(f"{NET}/{kind}/x", f"Microsoft.Network/{kind}"), "properties": properties}

    assert occupied(Estate("Odd.", (odd,))).resources == (odd,)
