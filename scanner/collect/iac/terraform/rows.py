"""Rows of what a Terraform resource will be: its id, name, place and tags beside what its mapper says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import KINDS
from scanner.creation.estate import Row
from scanner.model.arm import ArmId

_USER = "Microsoft.ManagedIdentity/userAssignedIdentities"


def row(block: Block, properties: Row, **beside: Any) -> Row:  # noqa: ANN401 - JSON
    """Return the row of an instance; what is unset is left out, what stands `beside` properties wins."""
    arm_id = block.world.id_of(block.instance)
    return given(
        {
            "id": arm_id,
            "type": KINDS[block.instance.type].arm,
            "name": ArmId(arm_id).name,
            "location": location(block),
            "properties": given(properties),
            **beside,
        }
    )


def location(block: Block) -> object:
    """Return the region as Azure writes it: a plan has what was written, such as "West Europe"."""
    value = block.get("location")
    if block.is_pending("location"):
        value = _region_in(block)
    return value.replace(" ", "").lower() if isinstance(value, str) else value


def _region_in(block: Block) -> object:
    """Return the region that an instance takes over from another one."""
    regions = {
        found
        for each in block.found("location")
        if hasattr(each, "instance") and isinstance(found := each.instance.values.get("location"), str)
    }
    return regions.pop() if len(regions) == 1 else block.get("location")


def tuple_of(block: Block, name: str, read: Callable[[Block], Row]) -> Any:  # noqa: ANN401 - JSON
    """Return the nested blocks of a kind as a list in ARM, `$unknown` where how many there are is not known."""
    found = block.blocks(name)
    return [read(each) for each in found] if isinstance(found, list) else found


def identity(block: Block) -> Row | None:
    """Return the identity of a resource, None where it has no such block."""
    held = block.block("identity")
    if held is None:
        found = block.blocks("identity")
        return found if isinstance(found, dict) else None
    kind = held.get("type")
    ids = held.ids("identity_ids", _USER)
    listed = {each: {} for each in ids} if isinstance(ids, list) else ids
    principal = held.get("principal_id")
    return given(
        {
            "type": kind.replace(" ", "") if isinstance(kind, str) else kind,
            "userAssignedIdentities": listed,
            "principalId": principal if isinstance(principal, str) else None,
        }
    )
