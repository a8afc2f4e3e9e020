"""What runs in subnets that are delegated to it: container groups, container-app environments and jobs."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row, is_unknown

SUBNET = "Microsoft.Network/virtualNetworks/subnets"
ENVIRONMENT = "Microsoft.App/managedEnvironments"


@kind("azurerm_container_group", "Microsoft.ContainerInstance/containerGroups", in_group)
def container_group(block: Block) -> Iterator[Piece]:
    """Map a group of container instances."""
    containers = tuple_of(block, "container", lambda each: {"properties": {"image": each.get("image")}})
    yield row(block, {"subnetIds": block.references("subnet_ids", SUBNET), "containers": containers})


@kind("azurerm_container_app_environment", ENVIRONMENT, in_group)
def environment(block: Block) -> Iterator[Piece]:
    """Map an environment of container apps."""
    subnet = block.id("infrastructure_subnet_id", SUBNET)
    yield row(block, {"vnetConfiguration": {"infrastructureSubnetId": subnet} if subnet is not None else None})


@kind("azurerm_container_app_job", "Microsoft.App/jobs", in_group)
def job(block: Block) -> Iterator[Piece]:
    """Map a job of container apps, with what starts it."""
    template = block.blocks("template")
    containers = _containers(template[0]) if isinstance(template, list) and template else template or None
    yield row(
        block,
        {
            "environmentId": block.id("container_app_environment_id", ENVIRONMENT),
            "template": containers if is_unknown(containers) else {"containers": containers},
            "configuration": _configuration(block),
        },
    )


def _containers(block: Block) -> object:
    return tuple_of(block, "container", lambda each: {"image": each.get("image")})


def _configuration(block: Block) -> Row | None:
    found = block.blocks("event_trigger_config")
    if not isinstance(found, list):
        return found
    scale = found[0].block("scale") if found else None
    if scale is None:
        return None
    rules = tuple_of(scale, "rules", lambda each: given({"type": each.get("custom_rule_type")}))
    return {"eventTriggerConfig": {"scale": {"rules": rules}}}
