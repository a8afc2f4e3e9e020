"""Addresses that Azure will choose: what stands in for them is sound for every question that can be asked of it."""

from __future__ import annotations

import pickle
from ipaddress import IPv4Address, ip_network
from typing import Any

import pytest

from scanner.creation.addresses import chosen, stand_in
from scanner.creation.estate import Estate
from scanner.model.fields import address
from scanner.model.planned import PlannedAddress

NETWORK = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/net"
SUBNET = f"{VNET}/subnets/snet"


def _vnet(prefix: str = "10.0.1.0/24", name: str = "net") -> dict[str, Any]:
    arm_id = f"{NETWORK}/virtualNetworks/{name}"
    subnet = {"id": f"{arm_id}/subnets/snet", "name": "snet", "properties": {"addressPrefix": prefix}}
    return {"id": arm_id, "name": name, "properties": {"subnets": [subnet]}}


def _nic(name: str, value: Any, vnet: str = "net") -> dict[str, Any]:  # noqa: ANN401 - JSON
    arm_id = f"{NETWORK}/networkInterfaces/{name}"
    subnet = f"{NETWORK}/virtualNetworks/{vnet}/subnets/snet"
    mark = chosen(arm_id, subnet) if value is None else value
    configuration = {"name": "one", "properties": {"subnet": {"id": subnet}, "privateIPAddress": mark}}
    return {"id": arm_id, "name": name, "properties": {"ipConfigurations": [configuration]}}


def _record(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"id": f"{NETWORK}/privateDnsZones/z/A/x", "name": "x", "properties": {"aRecords": [{"ipv4Address": value}]}}


def _table(prefix: str) -> dict[str, Any]:
    route = {"name": "r", "properties": {"addressPrefix": prefix, "nextHopType": "None"}}
    return {"id": f"{NETWORK}/routeTables/t", "name": "t", "properties": {"routes": [route]}}


def _stood_in(*rows: dict[str, Any]) -> Estate:
    estate = Estate(rows)
    stand_in(estate)
    return estate


def _of(estate: Estate, name: str) -> Any:  # noqa: ANN401 - JSON
    row = estate.get(f"{NETWORK}/networkInterfaces/{name}")
    assert row is not None
    return row["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"]


def test_address_of_azures_choice_lies_in_its_subnet_and_equals_itself_alone() -> None:
    estate = _stood_in(_vnet(), _nic("a", None), _nic("b", None))
    one, other = address(_of(estate, "a")), address(_of(estate, "b"))

    assert one in ip_network("10.0.1.0/24")
    assert one == address(_of(estate, "a"))
    assert one != other


def test_reference_to_an_address_is_the_address() -> None:
    estate = _stood_in(_vnet(), _nic("a", None), _record(chosen(f"{NETWORK}/networkInterfaces/a")))
    record = estate.get(f"{NETWORK}/privateDnsZones/z/A/x")

    assert record is not None
    assert record["properties"]["aRecords"][0]["ipv4Address"] == _of(estate, "a")


def test_it_prints_as_whose_it_is_and_never_as_a_number() -> None:
    found = address(_of(_stood_in(_vnet(), _nic("a", None)), "a"))

    assert str(found) == f"{found}" == "the address of a"
    assert isinstance(pickle.loads(pickle.dumps(found)), PlannedAddress)  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


@pytest.mark.parametrize("prefix", ["10.0.1.128/25", "10.0.1.7/32", "10.0.1.7"])
def test_prefix_that_cuts_the_subnet_leaves_its_addresses_unknown(prefix: str) -> None:
    found = _of(_stood_in(_vnet(), _nic("a", None), _table(prefix)), "a")

    assert "is a part of snet" in found["$unknown"]


@pytest.mark.parametrize("prefix", ["10.0.1.0/24", "10.0.0.0/16", "0.0.0.0/0", "10.0.2.0/24"])
def test_prefix_that_holds_all_or_nothing_of_the_subnet_leaves_them_decided(prefix: str) -> None:
    found = _of(_stood_in(_vnet(), _nic("a", None), _table(prefix)), "a")

    assert "$address" in found


def test_address_that_another_interface_has_is_not_given_away_and_cuts_nothing() -> None:
    estate = _stood_in(_vnet("10.0.1.0/29"), _nic("a", None), _nic("fixed", "10.0.1.6"), _table("10.0.1.6/32"))

    assert address(_of(estate, "a")) in {IPv4Address("10.0.1.4"), IPv4Address("10.0.1.5")}


def test_record_that_names_a_number_of_the_subnet_is_unknown_and_leaves_the_others() -> None:
    estate = _stood_in(_vnet(), _nic("a", None), _record("10.0.1.9"))
    record = estate.get(f"{NETWORK}/privateDnsZones/z/A/x")

    assert record is not None
    assert "10.0.1.9 is in a subnet where Azure chooses" in record["properties"]["aRecords"]["$unknown"]
    assert "$address" in _of(estate, "a")


def test_networks_with_the_same_addresses_leave_both_unknown() -> None:
    rows = (_vnet(), _vnet(name="twin"), _nic("a", None), _nic("b", None, vnet="twin"))

    assert "has the same addresses" in _of(_stood_in(*rows), "a")["$unknown"]


def test_subnet_without_room_leaves_the_rest_unknown() -> None:
    estate = _stood_in(_vnet("10.0.1.0/29"), *(_nic(name, None) for name in "abcd"))

    assert ["$address" in _of(estate, name) for name in "abcd"] == [True, True, True, False]


def test_subnet_that_is_not_in_the_estate_leaves_its_addresses_unknown() -> None:
    assert "prefix of its subnet is not known" in _of(_stood_in(_nic("a", None)), "a")["$unknown"]
