"""A plan as Terraform, by the azapi provider: it changes resources that exist, by their ids, and makes others.

Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs, resources azapi_resource, azapi_update_resource
and azapi_resource_action.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scanner.engine.change import Approve, Create, Delete, Edit, Set, Sync
from scanner.fix.az import remark_with
from scanner.fix.in_code import NO_CODE, InCode, Patches
from scanner.fix.nested import nested
from scanner.fix.plan import Plan
from scanner.fix.remarks import remarks, tail
from scanner.fix.versions import version_of
from scanner.model.arm import ArmId
from scanner.model.place import CodeEdit
from scanner.system.plain import plain

PARTS = frozenset({"microsoft.network/networkinterfaces/ipconfigurations"})
"""Parts of resources that ARM shows and does not write by themselves, in lower case."""


def as_terraform(plan: Plan, code: InCode = NO_CODE) -> str:
    """Return a plan as Terraform blocks, each after the one before it; of code that is known, as edits of it."""
    lines, last = ["# Read before you apply: nothing of this was applied. Choices that are yours are marked."], ""
    patches = Patches()
    if code.editor is not None:
        lines.append("# What begins with --- is a unified diff of the code, without context.")
        lines.append("# `patch -p1 < THIS` or `git apply --unidiff-zero THIS` applies it.")
    for number, step in enumerate(plan.steps, start=1):
        lines += ["", *(f"# {each}" for each in remarks(number, step))]
        for place, edit in enumerate(step.change.edits, start=1):
            found = code.edit_of(edit)
            if isinstance(found, CodeEdit):
                lines += patches.add(found)
                continue
            lines += [f"# {plain(found)}"] if found else []
            if code.is_all:
                continue
            block = _block(edit)
            if block is None:
                lines.append(remark_with(edit, "# no block does this"))
                continue
            kind, body = block
            name = f"step_{number}_{place}"
            lines += _written(kind, name, body, last)
            last = f"{kind}.{name}"
    return "\n".join((*lines, "", *(f"# {each}" for each in tail(plan)))) + "\n"


def _block(edit: Edit) -> tuple[str, dict[str, Any]] | None:
    match edit:
        case Set(target=target) if target.type in PARTS:
            return None
        case Set(target=target, path=path, value=value):
            return "azapi_update_resource", _at(target) | {"body": nested(path, value)}
        case Create(row=row):
            return "azapi_resource", _made(edit.target, row)
        case Delete(target=target):
            return "azapi_resource_action", _at(target) | {"method": "DELETE"}
        case Approve(connection=connection):
            state = {"status": "Approved", "description": "Approved"}
            return "azapi_update_resource", _at(connection) | {
                "body": nested("properties.privateLinkServiceConnectionState", state)
            }
        case Sync():
            return None


def _at(target: ArmId) -> dict[str, Any]:
    return {"type": f"{written_type(target)}@{version_of(target)}", "resource_id": str(target)}


def written_type(target: ArmId) -> str:
    """Return a resource's type as its id writes it."""
    namespace, *parts = target.in_scope.split("/")
    return "/".join((namespace, *parts[::2]))


def parent_of(target: ArmId) -> str:
    """Return what a resource stands in: its parent, or the group or resource before its provider."""
    if target.parent is not None:
        return str(target.parent)
    return target.scope


def _made(target: ArmId, row: dict[str, Any]) -> dict[str, Any]:
    location = {"location": row["location"]} if "location" in row else {}
    return {
        "type": f"{written_type(target)}@{version_of(target)}",
        "name": target.name,
        "parent_id": parent_of(target),
        **location,
        "body": {"properties": row["properties"]},
    }


def _written(kind: str, name: str, body: dict[str, Any], after: str) -> Iterator[str]:
    yield f'resource "{kind}" "{name}" {{'
    for key, value in body.items():
        yield f"  {key} = {_hcl(value, 1)}"
    if after:
        yield f"  depends_on = [{after}]"
    yield "}"


def _hcl(value: Any, depth: int) -> str:  # noqa: ANN401 - JSON
    inside, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        lines = [f"{inside}{_text(str(key))} = {_hcl(each, depth + 1)}" for key, each in value.items()]
        return "\n".join(("{", *lines, f"{end}}}"))
    if isinstance(value, list) and value:
        return "\n".join(("[", *(f"{inside}{_hcl(each, depth + 1)}," for each in value), f"{end}]"))
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(value: str) -> str:
    """Return a text as a literal: neither an interpolation nor a directive."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")
