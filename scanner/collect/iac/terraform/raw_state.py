"""State as Terraform keeps it in a file or a backend: format 4, since Terraform 0.12.

Shape: https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go (1.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.iac.terraform.document import Document, StateModule, StateResource, Values
from scanner.errors import CodeError, one_line


class _RawInstance(msgspec.Struct):
    attributes: dict[str, Any] | None = None
    index_key: str | int | None = None
    deposed: str = ""


class _RawResource(msgspec.Struct):
    mode: str
    type: str
    name: str
    instances: list[_RawInstance]
    module: str = ""


def with_values(document: Document, path: Path) -> Document:
    """Return a state file with its resources as `terraform show -json` has them. Raises CodeError."""
    try:
        resources = msgspec.convert(document.resources or [], list[_RawResource])
    except msgspec.ValidationError as error:
        raise CodeError(f"{path} is damaged: {one_line(error)}; print it with `terraform show -json`") from error
    modules: dict[str, StateModule] = {}
    for each in resources:
        module = modules.setdefault(each.module, StateModule(address=each.module))
        module.resources += _instances(each)
    root = StateModule(child_modules=list(modules.values()))
    return msgspec.structs.replace(document, values=Values(root), resources=None)


def _instances(resource: _RawResource) -> Iterator[StateResource]:
    block = ".".join(filter(None, (resource.module, _prefix(resource), resource.type, resource.name)))
    for each in resource.instances:
        if each.deposed:
            continue
        key = each.index_key
        index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
        yield StateResource(f"{block}{index}", resource.mode, resource.type, resource.name, key, _raw(each.attributes))


def _raw(attributes: dict[str, Any] | None) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(attributes))


def _prefix(resource: _RawResource) -> str:
    return "data" if resource.mode == "data" else ""
