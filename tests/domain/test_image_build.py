from __future__ import annotations

from typing import Any

import pytest

from scanner.domain.image_build import reasons_against
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.machine_learning import Compute

VNET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet-ml"
OTHER = VNET.replace("vnet-ml", "vnet-other")


def compute(kind: str = "AmlCompute", size: str | None = "Standard_DS3_v2", vnet: str | None = VNET) -> Compute:
    inner: dict[str, Any] = {"vmSize": size, "subnet": vnet and {"id": f"{vnet}/subnets/snet"}}
    return decode(Compute, {"id": "/w/computes/c", "properties": {"computeType": kind, "properties": inner}})


@pytest.mark.parametrize(
    ("candidate", "reasons"),
    [
        (compute(), []),
        (compute(vnet=VNET.upper()), []),
        (compute("ComputeInstance"), ["is a ComputeInstance, not an AmlCompute cluster"]),
        (compute(vnet=None), ["is not in a virtual network"]),
        (compute(vnet=OTHER), ["is in vnet-other, which is not an AML VNet"]),
        (
            compute(size="Standard_NC6", vnet=None),
            ["is not in a virtual network", "has GPU machines (Standard_NC6), which cannot build images"],
        ),
    ],
)
def test_only_a_cpu_cluster_in_the_network_builds_images(candidate: Compute, reasons: list[str]) -> None:
    assert list(reasons_against(candidate, [ArmId(VNET)])) == reasons


def test_size_that_was_not_read_is_missing_evidence() -> None:
    with pytest.raises(MissingEvidence, match="size"):
        list(reasons_against(compute(size=None), [ArmId(VNET)]))
