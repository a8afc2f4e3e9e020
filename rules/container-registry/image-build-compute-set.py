"""
Images are built on a CPU cluster inside the AML VNet.

## Why
By default Azure builds images outside your network, where a private registry or storage account cannot be reached: the
build of every new environment then fails. Builds belong on a cluster that is inside.

## Passes
The workspace's image build compute names an existing AmlCompute cluster of a CPU size with a subnet in an AML VNet.

## Fails
None is set, or it names a compute that does not exist, is no cluster, has GPUs, or lies outside the AML VNets. Not
applicable while registry and storage answer the whole internet, or without a virtual network of yours.

## Fix
The portal cannot set this.

az ml workspace update --name WORKSPACE --resource-group GROUP --image-build-compute CLUSTER

    resource "azurerm_machine_learning_workspace" "example" {
      image_build_compute_name = "cpu-cluster"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Container Registry
"""

from scanner.changes.computes import builds_images
from scanner.checks.selectors import customer_vnet_workspaces, where
from scanner.domain.image_build import reasons_against
from scanner.engine import Notes, Problem, Severity, rule
from scanner.estate.public_endpoints import is_restricted
from scanner.estate.solution import Solution
from scanner.evidence import exists, known
from scanner.graph import Graph
from scanner.model.services import Registry, StorageAccount


def _keeps_images_private(solution: Solution, graph: Graph) -> bool:
    stores = Registry | StorageAccount
    return exists(solution.targets(), lambda target: isinstance(target, stores) and is_restricted(target, graph))


@rule(
    id="image-build-compute-set",
    control="Container Registry",
    severity=Severity.MEDIUM,
    each=where(customer_vnet_workspaces, _keeps_images_private),
    changes=builds_images,
)
def check(solution: Solution, _: Graph) -> Notes:
    """Follow the name to its compute and look at what that is and where."""
    workspace = solution.network_workspace
    name = known(workspace.image_build_compute)
    if name is None:
        yield Problem("no image build compute is set, so images are built outside the network", (workspace.id,))
        return
    compute = solution.compute_named(name)
    if compute is None:
        yield Problem(f"the image build compute {name} does not exist", (workspace.id,))
        return
    for reason in reasons_against(compute, solution.aml_vnets.whole()):
        yield Problem(f"the image build compute {compute.name} {reason}", (compute.id,))
