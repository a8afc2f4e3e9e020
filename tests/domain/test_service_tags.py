"""The order of service tags: facts §4.2 and §4.4, and the tag table of 2023-01-26."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from scanner.domain.network_space import HOST, METADATA, NetworkSpace
from scanner.domain.prefixes import EVERY_ADDRESS, IPV4, prefixes
from scanner.domain.service_tags import apart, holds, is_documented, is_public_service, standard
from scanner.model.network_security import ServiceTag

OWN = prefixes([ip_network("10.10.0.0/16"), ip_network("51.0.0.0/24")])
SPACE = NetworkSpace(OWN)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("Storage", "Storage"),
        ("Storage", "storage.WestEurope"),
        ("Storage", "Storage.West Europe"),
        ("AzureCloud", "Storage"),
        ("AzureCloud", "Storage.WestEurope"),
        ("AzureCloud", "AzureCloud.westeurope"),
        ("AzureCloud", "AzureActiveDirectory"),
        ("AzureCloud", "AzureFrontDoor.FirstParty"),
        ("AzureCloud.westeurope", "Storage.WestEurope"),
        ("AzureCloud.centralfrance", "Storage.FranceCentral"),
        ("AzureCloud.germanywc", "azurecloud.GermanyWestCentral"),
        ("AzureFrontDoor.Frontend", "AzureFrontDoor.FrontEnd"),
        ("BatchNodeManagement", "BatchNodeManagement.westeurope"),
        ("AzureMachineLearning", "AzureMachineLearning.westeurope"),
        ("SomethingNew", "somethingnew"),
    ],
)
def test_a_tag_surely_holds(outer: str, inner: str) -> None:
    assert holds(ServiceTag(outer), ServiceTag(inner))


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("Storage.WestEurope", "Storage"),
        ("Storage.WestEurope", "Storage.NorthEurope"),
        ("AzureCloud.westeurope", "Storage.NorthEurope"),
        ("AzureCloud.westeurope", "AzureActiveDirectory"),
        ("AzureCloud", "SomethingNew"),
        ("AzureCloud", "VirtualNetwork"),
        ("AzureFrontDoor.Frontend", "AzureFrontDoor.FirstParty"),
        ("AzureKeyVault", "Keyvault.westeurope"),
        ("AzureFrontDoor.FirstParty", "Frontdoor.FirstParty"),
    ],
)
def test_a_tag_does_not_surely_hold(outer: str, inner: str) -> None:
    assert not holds(ServiceTag(outer), ServiceTag(inner))


@pytest.mark.parametrize(
    ("one", "other", "are_apart"),
    [
        ("Storage.westeurope", "Storage.northeurope", True),
        ("Storage.westeurope", "Sql.northeurope", True),
        ("Storage", "AzureActiveDirectory", True),
        ("AzureFrontDoor.Frontend", "AzureFrontDoor.FirstParty", True),
        ("LogicApps", "LogicAppsManagement", False),
        ("AzureCloud", "Storage", False),
        ("AzureCloud.westeurope", "Storage", False),
        ("AzureCloud.westeurope", "Storage.northeurope", True),
        ("AzurePlatformLKM", "AzureActiveDirectory", True),
        ("SomethingNew", "Storage", False),
        ("Storage", "Storage.westeurope", False),
    ],
)
def test_tags_surely_share_nothing(one: str, other: str, are_apart: bool) -> None:
    assert apart(ServiceTag(one), ServiceTag(other)) is are_apart
    assert apart(ServiceTag(other), ServiceTag(one)) is are_apart


@pytest.mark.parametrize(
    ("tag", "public", "documented"),
    [
        ("Storage.westeurope", True, True),
        ("AzureMachineLearning", True, True),
        ("AzureMachineLearning.westeurope", True, False),
        ("BatchNodeManagement.WestUS", True, True),
        ("Keyvault.westeurope", False, False),
        ("Frontdoor.FirstParty", False, False),
        ("VirtualNetwork", False, False),
        ("AzurePlatformDNS", False, False),
    ],
)
def test_known_tags_are_told_from_unknown_ones(tag: str, public: bool, documented: bool) -> None:
    assert is_public_service(ServiceTag(tag)) is public
    assert is_documented(ServiceTag(tag)) is documented


def test_classic_spellings_are_understood() -> None:
    assert standard(ServiceTag("VIRTUAL_NETWORK")) == ServiceTag("VirtualNetwork")
    assert standard(ServiceTag("INTERNET")) == ServiceTag("Internet")
    assert standard(ServiceTag("Any")) == ServiceTag("*")


def test_internet_is_public_space_outside_the_virtual_network() -> None:
    internet = SPACE.extent(ServiceTag("internet"))
    outside = prefixes(ip_network(each) for each in ("10.0.0.0/8", "192.168.0.0/16", "51.0.0.0/24", "168.63.129.16/32"))

    assert internet.surely == internet.possibly
    assert not internet.surely & outside
    assert internet.surely.covers(prefixes([ip_network("52.0.0.0/8"), ip_network("2001:db8::/32")]))


def test_virtual_network_holds_its_space_and_the_host_and_may_hold_any_private_address() -> None:
    found = SPACE.extent(ServiceTag("VirtualNetwork"))

    assert found.surely == OWN | HOST
    assert found.possibly.covers(prefixes([ip_network("192.168.0.0/16"), ip_network("172.16.0.0/12")]))
    assert not found.possibly & SPACE.internet


def test_a_default_route_may_widen_virtual_network_to_the_internet() -> None:
    routed = NetworkSpace(OWN, prefixes([ip_network("0.0.0.0/0")])).extent(ServiceTag("VirtualNetwork"))

    assert routed.possibly.covers(IPV4)
    assert routed.surely == OWN | HOST


def test_platform_tags_stand_for_platform_addresses() -> None:
    assert SPACE.extent(ServiceTag("AzurePlatformDNS")).surely == HOST
    assert SPACE.extent(ServiceTag("AzurePlatformIMDS")).surely == METADATA
    assert SPACE.extent(ServiceTag("AzureLoadBalancer")).possibly == HOST


def test_services_lie_in_the_internet_at_unknown_addresses() -> None:
    storage, cloud = SPACE.extent(ServiceTag("Storage")), SPACE.extent(ServiceTag("AzureCloud.westeurope"))

    assert not storage.surely
    assert storage.possibly == SPACE.internet
    assert cloud.possibly == SPACE.internet & IPV4
    assert SPACE.extent(ServiceTag("SomethingNew")).possibly == EVERY_ADDRESS
