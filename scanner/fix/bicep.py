"""A plan as Bicep: a resource block for what is made, and the fragment to write into the declaration of what exists.

A deployment replaces the properties of what it declares, so that no block of a plan may declare half a resource that
exists: https://learn.microsoft.com/azure/azure-resource-manager/bicep/existing-resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.engine.change import Approve, Create, Delete, Edit, Set, Sync
from scanner.fix.az import remark_with
from scanner.fix.nested import nested
from scanner.fix.plan import Plan
from scanner.fix.remarks import remarks, tail
from scanner.fix.terraform import PARTS, written_type
from scanner.fix.versions import version_of
from scanner.model.arm import ArmId
from scanner.system.plain import plain

_ROLE = "microsoft.authorization/roleassignments"
"""Assigned at a resource it needs that as a symbol, which this file does not declare."""


_NOT_DECLARED = "// no declaration does this"


def as_bicep(plan: Plan) -> str:
    """Return a plan as Bicep; where a resource group changes, what follows belongs into a deployment to that group.

    Azure deploys at once what depends on nothing, so each resource of a deployment depends on the one before it.
    """
    lines, group, last = (
        ["// Read before you deploy: nothing of this was deployed. Choices that are yours are marked."],
        "",
        "",
    )
    for number, step in enumerate(plan.steps, start=1):
        lines += ["", *(f"// {each}" for each in remarks(number, step))]
        for place, edit in enumerate(step.change.edits, start=1):
            here = str(edit.target).partition("/providers/")[0]
            if isinstance(edit, Create) and here != group:
                lines, group, last = [*lines, plain(f"// deploy to {here}")], here, ""
            symbol = f"step_{number}_{place}"
            written = [*_written(edit, symbol, last)]
            lines += written
            last = symbol if any(each.startswith("resource ") for each in written) else last
    return "\n".join((*lines, "", *(f"// {each}" for each in tail(plan)))) + "\n"


def _written(edit: Edit, symbol: str, after: str) -> Iterator[str]:
    match edit:
        case Create() if edit.target.type == _ROLE:
            yield remark_with(edit, _NOT_DECLARED)
        case Create(row=row):
            yield from _made(edit.target, row, symbol, after)
        case Set(target=target) if target.type in PARTS:
            yield remark_with(edit, _NOT_DECLARED)
        case Set(target=target, path=path, value=value):
            yield plain(f"// in the declaration of {target}:")
            fragment = nested(path, value)
            yield from (f"//   {line}" for line in _bicep(fragment, 0).splitlines()[1:-1])
        case Delete() | Approve() | Sync():
            yield remark_with(edit, _NOT_DECLARED)


def _made(target: ArmId, row: dict[str, Any], symbol: str, after: str) -> Iterator[str]:
    body = {"name": "/".join(target.names) if target.parent is not None else target.name}
    body |= {key: row[key] for key in ("location", "sku") if key in row}
    body["properties"] = row["properties"]
    written = _bicep(body, 0)
    if after:
        written = f"{written.removesuffix('}')}  dependsOn: [\n    {after}\n  ]\n}}"
    yield f"resource {symbol} '{written_type(target)}@{version_of(target)}' = {written}"


def _bicep(value: Any, depth: int) -> str:  # noqa: ANN401 - JSON
    inside, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        lines = [f"{inside}{_key(str(key))}: {_bicep(each, depth + 1)}" for key, each in value.items()]
        return "\n".join(("{", *lines, f"{end}}}")) if lines else "{}"
    if isinstance(value, list):
        return "\n".join(("[", *(f"{inside}{_bicep(each, depth + 1)}" for each in value), f"{end}]")) if value else "[]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _text(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if name.isidentifier() else _text(name)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"
