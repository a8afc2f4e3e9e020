"""
A private container registry does not let its tasks pass its firewall.

## Why
Tasks run on machines of Microsoft's outside every network of yours. Where they may pass the firewall, whoever may start
a task can pull and push past it with the task's identity.

## Passes
networkRuleBypassAllowedForTasks is false, which is Azure's default. Images are then built on a compute of the
workspace's, or on a pool of agents in a network.

## Fails
It is true. A registry that answers the whole internet is not judged here.

## Fix
az resource update --ids REGISTRY-ID --api-version 2025-11-01 --set properties.networkRuleBypassAllowedForTasks=false

    resource "azapi_update_resource" "example" {
      body = { properties = { networkRuleBypassAllowedForTasks = false } }
    }

## See
- https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries
- mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.properties import must_not
from scanner.checks.selectors import registries, where
from scanner.domain.public_access import is_restricted
from scanner.engine import Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known

check = rule(
    id="registry-tasks-bypass",
    control="Container Registry",
    severity=Severity.LOW,
    each=where(registries, lambda registry, _: is_restricted(registry)),
    changes=sets(
        "properties.networkRuleBypassAllowedForTasks",
        to=False,
        stage=Stage.CLOSE,
        says="forbid tasks to pass the firewall of {}",
    ),
)(must_not(lambda registry: known(registry.tasks_bypass), "tasks may pass the registry's firewall"))
