"""What Azure adds to what code declares: connections, interfaces, records, the states of peerings, identities."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.creation.completion import complete
from scanner.creation.estate import Estate, within
from scanner.model.arm import ArmId

GROUP = "/subscriptions/1/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/data"
ENDPOINT = f"{NETWORK}/privateEndpoints/pe"
ZONE = f"{NETWORK}/privateDnsZones/privatelink.blob.core.windows.net"


def _row(arm_id: str, properties: Any = None, **beside: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"id": arm_id, "name": arm_id.rpartition("/")[2], "properties": properties or {}, **beside}


def _vnet(name: str, prefix: str, *peers: str) -> dict[str, Any]:
    subnet = {"name": "snet", "properties": {"addressPrefix": prefix}}
    peerings = [
        {"name": f"to-{each}", "properties": {"remoteVirtualNetwork": {"id": f"{NETWORK}/virtualNetworks/{each}"}}}
        for each in peers
    ]
    inside = {
        "addressSpace": {"addressPrefixes": [prefix]},
        "subnets": [subnet],
        "virtualNetworkPeerings": peerings,
    }
    return _row(f"{NETWORK}/virtualNetworks/{name}", inside)


def _endpoint(place: str = "privateLinkServiceConnections", target: str = ACCOUNT) -> dict[str, Any]:
    asks = {"name": "c", "properties": {"privateLinkServiceId": target, "groupIds": ["blob"]}}
    return _row(ENDPOINT, {"subnet": {"id": f"{NETWORK}/virtualNetworks/net/subnets/snet"}, place: [asks]})


def _zone_group(zones: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return _row(f"{ENDPOINT}/privateDnsZoneGroups/default", {"privateDnsZoneConfigs": zones})


def _completed(*rows: dict[str, Any], fresh: bool = True) -> Estate:
    estate = Estate(rows, [each["id"] for each in rows] if fresh else ())
    complete(estate)
    return estate


@pytest.mark.parametrize(
    ("place", "status"),
    [("privateLinkServiceConnections", "Approved"), ("manualPrivateLinkServiceConnections", "Pending")],
)
def test_connection_of_a_new_endpoint_is_known_on_both_sides(place: str, status: str) -> None:
    estate = _completed(_vnet("net", "10.0.0.0/24"), _row(ACCOUNT), _endpoint(place))
    path = ("properties", "privateLinkServiceConnectionState", "status")

    assert within(estate.get(ENDPOINT), "properties", place, 0, *path) == status
    assert within(estate.get(ACCOUNT), "properties", "privateEndpointConnections", 0, *path) == status


def test_connection_that_exists_may_have_been_rejected_since() -> None:
    estate = _completed(_vnet("net", "10.0.0.0/24"), _row(ACCOUNT), _endpoint(), fresh=False)
    side = within(estate.get(ENDPOINT), "properties", "privateLinkServiceConnections", 0, "properties")

    assert "$unknown" in side["privateLinkServiceConnectionState"]["status"]


def test_endpoint_gets_an_interface_with_the_names_of_its_target_and_records_in_its_zones() -> None:
    configs = [{"properties": {"privateDnsZoneId": ZONE}}]
    rows = (_vnet("net", "10.0.0.0/24"), _row(ACCOUNT), _endpoint(), _zone_group(configs), _row(ZONE))
    estate = _completed(*rows)
    interface = estate.get(within(estate.get(ENDPOINT), "properties", "networkInterfaces", 0, "id"))
    inside = within(interface, "properties", "ipConfigurations", 0, "properties")

    assert inside["privateLinkConnectionProperties"]["fqdns"] == ["data.blob.core.windows.net"]
    assert (
        within(estate.get(f"{ZONE}/A/data"), "properties", "aRecords", 0, "ipv4Address") == inside["privateIPAddress"]
    )


def test_interface_lies_in_the_group_of_its_endpoint_whatever_the_case_of_its_id() -> None:
    upper = _endpoint()
    upper["id"] = upper["id"].replace("/providers/", "/PROVIDERS/")
    estate = _completed(_vnet("net", "10.0.0.0/24"), _row(ACCOUNT), upper)
    interface = within(estate.get(ENDPOINT), "properties", "networkInterfaces", 0, "id")

    assert ArmId(interface).scope == ArmId(ENDPOINT).scope


def test_account_of_numbered_zones_leaves_the_names_unknown_and_its_zone_a_gap() -> None:
    configs = [{"properties": {"privateDnsZoneId": ZONE}}]
    account = _row(ACCOUNT, {"dnsEndpointType": "AzureDnsZone"})
    rows = (_vnet("net", "10.0.0.0/24"), account, _endpoint(), _zone_group(configs), _row(ZONE))
    estate = Estate(rows, [each["id"] for each in rows])

    assert [gap.scope for gap in complete(estate)] == [ZONE]


def test_zone_group_whose_zones_are_not_known_may_write_anywhere() -> None:
    rows = (_vnet("net", "10.0.0.0/24"), _row(ACCOUNT), _endpoint(), _zone_group({"$unknown": "x"}), _row(ZONE))
    estate = Estate(rows, [each["id"] for each in rows])

    assert [gap.scope for gap in complete(estate)] == ["/subscriptions/1"]


def _state(estate: Estate) -> Any:  # noqa: ANN401 - JSON
    one = within(estate.get(f"{NETWORK}/virtualNetworks/one"), "properties", "virtualNetworkPeerings", 0, "properties")
    return one["peeringState"]


def test_peering_of_two_new_sides_is_connected_and_in_sync() -> None:
    estate = _completed(_vnet("one", "10.0.0.0/24", "two"), _vnet("two", "10.1.0.0/24", "one"))
    side = within(estate.get(f"{NETWORK}/virtualNetworks/one"), "properties", "virtualNetworkPeerings", 0, "properties")

    assert (side["peeringState"], side["peeringSyncLevel"]) == ("Connected", "FullyInSync")
    assert side["remoteAddressSpace"] == {"addressPrefixes": ["10.1.0.0/24"]}


def test_peering_without_the_other_side_waits_for_it() -> None:
    assert _state(_completed(_vnet("one", "10.0.0.0/24", "two"), _vnet("two", "10.1.0.0/24"))) == "Initiated"


def test_peering_with_a_network_that_is_not_in_the_code_is_not_known() -> None:
    assert "$unknown" in _state(_completed(_vnet("one", "10.0.0.0/24", "two")))


def test_peering_that_exists_is_not_known() -> None:
    rows = (_vnet("one", "10.0.0.0/24", "two"), _vnet("two", "10.1.0.0/24", "one"))

    assert "$unknown" in _state(_completed(*rows, fresh=False))


def test_identity_is_the_same_wherever_it_is_referred_to() -> None:
    user = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
    workspace = _row(
        f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ws",
        identity={"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {user: {}}},
    )
    assignment = f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments"
    rows = (
        _row(user),
        workspace,
        _row(f"{assignment}/a", {"principalId": {"$principal": workspace["id"]}}),
        _row(f"{assignment}/b", {"principalId": {"$principal": user}}),
        _row(f"{assignment}/c", {"principalId": {"$principal": f"{user}-elsewhere"}}),
    )
    estate = _completed(*rows)
    held = within(estate.get(workspace["id"]), "identity")
    given = [within(estate.get(f"{assignment}/{each}"), "properties", "principalId") for each in "abc"]

    assert given[0] == held["principalId"]
    assert given[1] == held["userAssignedIdentities"][user]["principalId"]
    assert given[0] != given[1]
    assert "$unknown" in given[2]


def test_parts_that_are_declared_apart_stand_in_their_parents() -> None:
    subnet = _row(f"{NETWORK}/virtualNetworks/net/subnets/snet", {"addressPrefix": "10.0.0.0/25"})
    estate = _completed(_vnet("net", "10.0.0.0/24"), subnet)
    listed = within(estate.get(f"{NETWORK}/virtualNetworks/net"), "properties", "subnets")

    assert [each["properties"]["addressPrefix"] for each in listed] == ["10.0.0.0/25"]
    assert estate.get(subnet["id"]) is None


def test_managed_network_stays_inactive_unless_a_compute_provisions_it() -> None:
    own = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ws"
    network = {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}}
    path = ("properties", "managedNetwork", "status", "status")
    without = _completed(_row(own, dict(network)))
    with_compute = _completed(_row(own, dict(network)), _row(f"{own}/computes/ci", {"computeType": "ComputeInstance"}))

    assert within(without.get(own), *path) is None
    assert "$unknown" in within(with_compute.get(own), *path)
