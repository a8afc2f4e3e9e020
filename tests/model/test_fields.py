"""How single fields of ARM JSON are read."""

from __future__ import annotations

import pytest

from scanner.evidence import MissingEvidence, known
from scanner.model.fields import decode
from scanner.model.network import Subnet
from scanner.model.services import Registry

SUBNET = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet"
REGISTRY = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/cr"


@pytest.mark.parametrize("nothing", ["", None])
def test_empty_text_where_a_value_is_optional_is_absence(nothing: str | None) -> None:
    subnet = decode(Subnet, {"id": SUBNET, "properties": {"networkSecurityGroup": {"id": nothing}}})

    assert subnet.network_security_group is None


@pytest.mark.parametrize("part", ["", None])
def test_empty_text_in_place_of_an_object_is_absence(part: str | None) -> None:
    registry = decode(Registry, {"id": REGISTRY, "properties": {"networkRuleSet": part, "adminUserEnabled": ""}})

    assert registry.firewall is None
    assert registry.admin_user is False


def test_empty_text_where_a_value_is_needed_is_unknown() -> None:
    registry = decode(Registry, {"id": REGISTRY, "sku": {"name": ""}, "properties": {}})

    with pytest.raises(MissingEvidence, match=r"sku\.name is not there"):
        known(registry.sku)
