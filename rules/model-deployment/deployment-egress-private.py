"""
Managed online deployments send nothing out over the public internet.

## Why
A deployment runs your scoring code in Microsoft's network. With public egress it fetches its model and image over
public addresses, and code that was tampered with can send data anywhere.

## Passes
Egress public network access of the deployment is Disabled, or the workspace uses a managed network, which then carries
the traffic and leaves this older switch without effect.

## Fails
Egress is Enabled, which is Azure's default, and the workspace has no managed network.

## Fix
The switch is fixed when a deployment is created: create a second one, move the traffic, delete the first. Moving the
workspace to a managed network is what Microsoft recommends now.

az ml online-deployment create --file deployment.yml --set egress_public_network_access=disabled

## See
- https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint
- article: Model deployment
"""

from scanner.checks.selectors import managed_online_deployments
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.estate.solution import solution_of
from scanner.graph import Graph
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import OnlineDeployment


@rule(
    id="deployment-egress-private",
    control="Model deployment",
    severity=Severity.MEDIUM,
    each=managed_online_deployments,
    changes=NoEdit("egress is chosen when a deployment is made: make another and shift traffic to it"),
)
def check(deployment: OnlineDeployment, graph: Graph) -> Notes:
    """Ask for the switch unless Microsoft hosts the network."""
    if deployment.egress != Toggle.DISABLED and not solution_of(deployment.id, graph).has_managed_network:
        name = "/".join(deployment.id.names[1:])
        yield Problem(f"egress public network access of {name} is Enabled, with no managed network", (deployment.id,))
