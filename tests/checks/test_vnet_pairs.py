"""The identity of a pair: it is unique and the same in every run."""

from __future__ import annotations

import pytest

from scanner.checks.vnet_pairs import VnetPair
from scanner.model.arm import ArmId

AML = ArmId("/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-ml")


def access(subscription: str, group: str) -> ArmId:
    return ArmId(
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/vnet-access"
    )


@pytest.mark.parametrize(
    ("other", "tail"),
    [
        (access("1", "RG"), "vnet-access"),
        (access("1", "rg-access"), "rg-access:vnet-access"),
        (access("2", "rg"), "2:rg:vnet-access"),
    ],
)
def test_id_says_what_tells_namesakes_apart(other: ArmId, tail: str) -> None:
    pair = VnetPair(AML, other)

    assert pair.id == ArmId(f"{AML}/accessVnets/{tail}")
    assert pair.id.parent == AML
    assert pair.id.type == VnetPair.TYPE.lower()
    assert pair.name == "vnet-ml ↔ vnet-access"
