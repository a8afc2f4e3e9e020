from __future__ import annotations

from ipaddress import ip_address

import pytest

from scanner.domain.addresses import is_public


@pytest.mark.parametrize("address", ["20.61.4.9", "203.0.113.7", "172.32.0.1", "11.0.0.1", "2603:1020::1"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.1.1", "127.0.0.1", "fd00::1", "::1"]
)
def test_address_that_is_not_routed_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
