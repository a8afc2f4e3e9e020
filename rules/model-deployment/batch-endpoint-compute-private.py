"""
Batch endpoints run their jobs on computes in a virtual network, without public addresses.

## Why
A batch endpoint has no network switch of its own: whoever reaches the workspace reaches it. What it exposes is the
compute that its deployments name, which reads the input and writes the scores.

## Passes
Every deployment's compute would pass compute-in-vnet and compute-no-public-ip; for an attached AKS cluster, no node pool
gives public addresses.

## Fails
A compute is outside a virtual network, has public addresses, or does not exist any more (low: nothing is exposed then).

## Fix
A compute cannot be changed in this: create a new one and point the deployment at it.

az ml compute create --name CLUSTER --type AmlCompute --vnet-name VNET --subnet SUBNET --enable-node-public-ip false

    resource "azurerm_machine_learning_compute_cluster" "example" {
      subnet_resource_id     = azurerm_subnet.compute.id
      node_public_ip_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-batch-endpoint
- article: Model deployment
"""

from scanner.checks.selectors import batch_endpoints
from scanner.checks.services import about, node_exposure
from scanner.engine import Doubt, Note, Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.estate.solution import solution_of
from scanner.evidence import exists, flat, known
from scanner.graph import Graph
from scanner.model.machine_learning import BatchDeployment, BatchEndpoint


@rule(
    id="batch-endpoint-compute-private",
    control="Model deployment",
    severity=Severity.MEDIUM,
    each=batch_endpoints,
    changes=NoEdit("which compute a deployment runs on is yours to choose"),
)
def check(endpoint: BatchEndpoint, graph: Graph) -> Notes:
    """Judge the compute of each deployment; jobs can be sent to any of them, not only to the default one."""
    deployments = graph.children(BatchDeployment, endpoint.id)
    yield from flat(deployments, lambda each: _judge(each, graph))
    if not exists(graph.children(BatchDeployment, endpoint.id), lambda _: True):
        yield Note("it has no deployment, so it runs nothing yet", (endpoint.id,))


def _judge(deployment: BatchDeployment, graph: Graph) -> Notes:
    name = known(deployment.compute)
    if name is None:
        yield Doubt(f"{deployment.name} names no compute: the steps of its pipeline do", (deployment.id,))
        return
    compute = solution_of(deployment.id, graph).compute_named(name)
    if compute is None:
        gone = name.rpartition("/")[2]
        yield Problem(f"{deployment.name} names the compute {gone}, which does not exist", severity=Severity.LOW)
        return
    yield from about(f"{deployment.name} runs on {compute.name}", node_exposure(compute, graph))
