"""
Nobody pulls images from the workspace's container registry without signing in.

## Why
Training and scoring images hold your code, its dependencies and often configuration. With anonymous pull on, whoever
reaches the registry can download all of them, and list what is there.

## Passes
Anonymous pull is disabled, which is Azure's default.

## Fails
Anonymous pull is enabled, whatever the network settings are: they can be opened later without anybody thinking of this.

## Fix
az acr update --name REGISTRY --resource-group GROUP --anonymous-pull-enabled false

    resource "azurerm_container_registry" "example" {
      anonymous_pull_enabled = false
    }

## See
- https://learn.microsoft.com/azure/container-registry/anonymous-pull-access
- article: Container Registry
- azure-policy: 9f2dea28-e834-476c-99c5-3507b4728395   checkov: CKV_AZURE_138
"""

from scanner.changes.properties import sets
from scanner.checks.properties import must_not
from scanner.checks.selectors import registries
from scanner.engine import Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known

check = rule(
    id="registry-anonymous-pull-disabled",
    control="Container Registry",
    severity=Severity.HIGH,
    each=registries,
    changes=sets("properties.anonymousPullEnabled", to=False, stage=Stage.CLOSE, says="forbid anonymous pull from {}"),
)(
    must_not(
        lambda registry: known(registry.anonymous_pull),
        "anonymous pull is enabled: images can be read without signing in",
    )
)
