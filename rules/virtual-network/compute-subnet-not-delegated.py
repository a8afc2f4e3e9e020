"""
No subnet that computes run in is delegated to another service.

## Why
A delegated subnet belongs to the service it is delegated to. Azure Machine Learning cannot create nodes there, so
clusters fail when they scale out and instances when they start.

## Passes
The subnet of each compute cluster, compute instance and of serverless compute has no delegation, or only one to
Microsoft.MachineLearningServices.

## Fails
The subnet is delegated to another service.

## Fix
Give the computes a subnet of their own, or remove the delegation once the other service has left the subnet:

az network vnet subnet update --resource-group GROUP --vnet-name VNET --name SUBNET --remove delegations

    resource "azurerm_subnet" "compute" {
      # no delegation block
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- https://learn.microsoft.com/azure/virtual-network/subnet-delegation-overview
- article: Virtual network
"""

from scanner.changes.properties import sets
from scanner.checks.selectors import compute_subnets
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import namespace_of
from scanner.model.network import Subnet

MACHINE_LEARNING = "microsoft.machinelearningservices"


@rule(
    id="compute-subnet-not-delegated",
    control="Virtual network",
    severity=Severity.MEDIUM,
    each=compute_subnets,
    changes=sets("properties.delegations", to=[], stage=Stage.GROUND, says="take the delegation of {} away"),
)
def check(subnet: Subnet, _: Graph) -> Notes:
    """Read the subnet's delegations."""
    for delegation in known(subnet.delegations):
        service = known(delegation.service)
        if namespace_of(service) != MACHINE_LEARNING:
            yield Problem(f"delegated to {service}", (subnet.id,))
