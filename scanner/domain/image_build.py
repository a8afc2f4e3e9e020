"""What builds the images of a workspace whose registry or storage is closed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scanner.domain.machine_sizes import has_accelerator
from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, ComputeType


def reasons_against(compute: Compute, vnets: Collection[ArmId]) -> Iterator[str]:
    """Yield why a compute cannot build images: it takes a CPU cluster in one of these virtual networks (facts §1)."""
    kind = known(compute.compute_type)
    if kind is not ComputeType.AML_COMPUTE:
        yield f"is a {kind}, not an AmlCompute cluster"
        return
    subnet = known(compute.subnet)
    if subnet is None:
        yield "is not in a virtual network"
    elif subnet.parent not in vnets:
        yield f"is in {subnet.parent.name if subnet.parent else subnet}, which is not an AML VNet"
    size = known(compute.vm_size)
    if size is None:
        raise MissingEvidence(f"Azure returned no size of {compute.name}", (str(compute.id),))
    if has_accelerator(size):
        yield f"has GPU machines ({size}), which cannot build images"
