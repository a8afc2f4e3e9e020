"""
No compute cluster or instance has its SSH port open to the internet.

## Why
An open SSH port on a node is a way in for anybody with a stolen key or a guessed password, past the workspace's
sign-in. Jobs, notebooks and the studio terminal do not need it.

## Passes
The port's public access is Disabled. A cluster that was created without saying so (NotSpecified) passes in a virtual or
managed network, where Azure closes the port.

## Fails
Public access is Enabled; it counts as low while the nodes have no public address, so that only your own network gets to
the port. Or it is NotSpecified on a cluster outside any virtual network, where Azure opens it.

## Fix
The setting is fixed when a compute is created: create it again and delete the old one.

az ml compute create --name CLUSTER --type AmlCompute --ssh-public-access-enabled false --vnet-name VNET --subnet SUBNET

    resource "azurerm_machine_learning_compute_cluster" "example" {
      ssh_public_access_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-create-attach-compute-cluster
- article: Compute
- mcsb: NS-2
"""

from scanner.checks.selectors import node_computes
from scanner.checks.services import outside_vnet, public_node_address
from scanner.engine import Note, Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known, matching
from scanner.graph import Graph
from scanner.model.machine_learning import Compute, ComputeType, PublicPort


@rule(
    id="compute-ssh-disabled",
    control="Compute",
    severity=Severity.HIGH,
    each=node_computes,
    changes=NoEdit("SSH is chosen when a compute is made: delete it and make it again"),
)
def check(compute: Compute, graph: Graph) -> Notes:
    """Read the port's setting; where Azure was left to choose, the virtual network decides."""
    cluster = known(compute.compute_type) is ComputeType.AML_COMPUTE
    port = known(compute.cluster_ssh if cluster else compute.instance_ssh)
    if port is PublicPort.ENABLED:
        public, missing = matching(public_node_address(compute, graph), lambda each: not isinstance(each, Note))
        if public or missing:
            yield Problem("public SSH access is Enabled", (compute.id,))
        else:
            yield Problem("public SSH access is Enabled; the nodes have no public address", (compute.id,), Severity.LOW)
    elif port is PublicPort.NOT_SPECIFIED and any(isinstance(each, Problem) for each in outside_vnet(compute, graph)):
        yield Problem("public SSH access is NotSpecified, which opens it outside a virtual network", (compute.id,))
