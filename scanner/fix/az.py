"""A plan as commands of the Azure CLI: one line each, quoted for a shell; what is not a command is a remark.

Source of commands and their parameters: https://learn.microsoft.com/cli/azure/reference-index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from scanner.engine.change import Approve, Create, Delete, Edit, Set, Sync
from scanner.fix.az_making import making
from scanner.fix.plan import Plan
from scanner.fix.remarks import remarks, tail
from scanner.fix.shell import shell_line, with_values_bound
from scanner.fix.versions import version_of
from scanner.model.arm import ArmId
from scanner.system.plain import plain

Words: TypeAlias = list[str]


def as_az(plan: Plan) -> str:
    """Return a plan as a shell script that runs as it stands, once somebody has read it."""
    lines = ["# Read before you run: nothing of this was run. Choices that are yours are marked."]
    for number, step in enumerate(plan.steps, start=1):
        lines += ["", *(f"# {each}" for each in remarks(number, step))]
        lines += [shell_line(each) for edit in step.change.edits for each in commands(edit)]
    return "\n".join((*lines, "", *(f"# {each}" for each in tail(plan)))) + "\n"


def commands(edit: Edit) -> Iterator[Words]:
    """Yield the commands that make an edit; each can be given again."""
    yield from map(with_values_bound, _commands(edit))


def _commands(edit: Edit) -> Iterator[Words]:
    match edit:
        case Set(target=target, path=path, value=value):
            special = _SETTING.get((target.type, path))
            yield special(target, value) if special is not None else _set(target, path, value)
        case Create(row=row):
            yield from making(edit.target, row)
        case Delete(target=target):
            yield ["az", "resource", "delete", "--ids", str(target), *_version(target)]
        case Approve(connection=connection):
            words = ["az", "network", "private-endpoint-connection", "approve", "--id", str(connection)]
            yield [*words, "--description", "Approved"]
        case Sync(target=target):
            yield ["az", "network", "vnet", "peering", "sync", "--ids", str(target)]


def remark_with(edit: Edit, says: str) -> str:
    """Return a remark of one line that ends with the first command of an edit, whole."""
    command = shell_line(next(commands(edit)))
    return plain(f"{says}: {command}", len(says) + len(command) + 2)


def _set(target: ArmId, path: str, value: Any) -> Words:  # noqa: ANN401 - JSON
    words = ["az", "resource", "update", "--ids", str(target), *_version(target)]
    if value is None:
        return [*words, "--remove", path]
    return [*words, "--set", f"{path}={value if isinstance(value, str) else json.dumps(value)}"]


def _version(target: ArmId) -> Words:
    return ["--api-version", version_of(target)]


def _named(target: ArmId) -> Words:
    place = ["--resource-group", target.resource_group, "--subscription", target.subscription]
    return ["--name", target.name, *place]


def _with(*words: str, option: str) -> Callable[[ArmId, Any], Words]:
    """Return what makes a command with the value as an option's, true and false in lower case."""

    def make(target: ArmId, value: Any) -> Words:  # noqa: ANN401 - JSON
        said = value if isinstance(value, str) else json.dumps(value)
        return ["az", *words, *_named(target), option, said]

    return make


def _ml(option: str) -> Callable[[ArmId, Any], Words]:
    return _with("ml", "workspace", "update", option=option)


def _acr(option: str, says: str | None = None) -> Callable[[ArmId, Any], Words]:
    make = _with("acr", "update", option=option)
    return make if says is None else lambda target, _: make(target, says)


def _without_address(target: ArmId, _value: Any) -> Words:  # noqa: ANN401 - JSON
    nic = target.parent or target
    return ["az", "network", "nic", "ip-config", "update", *_named(target), "--nic-name", nic.name,
            "--remove", "publicIpAddress"]  # fmt: skip


def _provisioned(target: ArmId, _value: Any) -> Words:  # noqa: ANN401 - JSON
    return ["az", "ml", "workspace", "provision-network", *_named(target)]


_STORAGE, _VAULT = "microsoft.storage/storageaccounts", "microsoft.keyvault/vaults"
_REGISTRY, _WORKSPACE = "microsoft.containerregistry/registries", "microsoft.machinelearningservices/workspaces"
_ACCESS = "properties.publicNetworkAccess"

_SETTING: dict[tuple[str, str], Callable[[ArmId, Any], Words]] = {
    (_STORAGE, _ACCESS): _with("storage", "account", "update", option="--public-network-access"),
    (_STORAGE, "properties.allowBlobPublicAccess"): _with(
        "storage", "account", "update", option="--allow-blob-public-access"
    ),
    (_STORAGE, "properties.networkAcls.bypass"): _with("storage", "account", "update", option="--bypass"),
    (_VAULT, _ACCESS): _with("keyvault", "update", option="--public-network-access"),
    (_VAULT, "properties.networkAcls.bypass"): _with("keyvault", "update", option="--bypass"),
    (_REGISTRY, _ACCESS): _acr("--public-network-enabled", "false"),
    (_REGISTRY, "properties.adminUserEnabled"): _acr("--admin-enabled"),
    (_REGISTRY, "properties.anonymousPullEnabled"): _acr("--anonymous-pull-enabled"),
    (_REGISTRY, "properties.networkRuleBypassOptions"): _acr("--allow-trusted-services", "true"),
    (_REGISTRY, "sku.name"): _acr("--sku"),
    (_WORKSPACE, _ACCESS): _ml("--public-network-access"),
    (_WORKSPACE, "properties.imageBuildCompute"): _ml("--image-build-compute"),
    (_WORKSPACE, "properties.managedNetwork.status.status"): _provisioned,
    ("microsoft.network/networkinterfaces/ipconfigurations", "properties.publicIPAddress"): _without_address,
}
"""Commands of their own for what is set most, by type in lower case and path; the rest is set on the resource."""
