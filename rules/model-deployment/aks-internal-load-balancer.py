"""
A v1 AKS compute publishes its models on an internal load balancer.

## Why
The v1 inference cluster puts all scoring endpoints behind one load balancer. With the default type it has a public
address, so every model answers the internet even if the workspace itself is private.

## Passes
The load balancer type of the compute is InternalLoadBalancer.

## Fails
The load balancer type is PublicIp, which is Azure's default when nothing is set.

## Fix
Attach the cluster again with an internal load balancer (v1 command line), or better as a Kubernetes compute, which has
replaced v1.

az ml computetarget create aks --name COMPUTE --load-balancer-type InternalLoadBalancer --load-balancer-subnet SUBNET

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-inferencing-vnet
- article: Model deployment
"""

from scanner.checks.selectors import computes, where
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.machine_learning import Compute, ComputeType, LoadBalancerType


def _is_v1_aks(compute: Compute, _: Graph) -> bool:
    return known(compute.compute_type) is ComputeType.AKS


@rule(
    id="aks-internal-load-balancer",
    control="Model deployment",
    severity=Severity.MEDIUM,
    each=where(computes, _is_v1_aks),
    changes=NoEdit("the load balancer is chosen when the cluster is attached: detach it and attach it again"),
)
def check(compute: Compute, _: Graph) -> Notes:
    """Look at the type of load balancer that the compute was attached with."""
    kind = known(compute.load_balancer)
    if kind is not LoadBalancerType.INTERNAL:
        yield Problem(f"models are published on a public load balancer ({kind})", (compute.id,))
