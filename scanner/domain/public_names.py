"""The public names that a private endpoint's addresses stand for, by what it leads to.

Source: https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (2026-03-26) for workspaces,
https://learn.microsoft.com/azure/container-registry/container-registry-private-link (2025-02) for registries, and
https://learn.microsoft.com/azure/private-link/private-endpoint-dns for the rest. Only what the names of a new resource
follow from is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId

_CLOUDS = ("public", "usgov", "china")
_STORAGE = dict(zip(_CLOUDS, ("core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn"), strict=True))
_VAULT = dict(zip(_CLOUDS, ("vault.azure.net", "vault.usgovcloudapi.net", "vault.azure.cn"), strict=True))
_REGISTRY = dict(zip(_CLOUDS, ("azurecr.io", "azurecr.us", "azurecr.cn"), strict=True))
_API = dict(zip(_CLOUDS, ("api.azureml.ms", "api.ml.azure.us", "api.ml.azure.cn"), strict=True))
_NOTEBOOKS = dict(
    zip(_CLOUDS, ("notebooks.azure.net", "notebooks.usgovcloudapi.net", "notebooks.chinacloudapi.cn"), strict=True)
)
_INFERENCE = dict(
    zip(_CLOUDS, ("inference.ml.azure.com", "inference.ml.azure.us", "inference.ml.azure.cn"), strict=True)
)
_SQL = dict(
    zip(
        _CLOUDS,
        ("database.windows.net", "database.usgovcloudapi.net", "database.chinacloudapi.cn"),
        strict=True,
    )
)
_STORAGE_GROUPS = frozenset({"blob", "file", "queue", "table", "dfs"})
_LONGEST_NOTEBOOK_NAME = 12


@dataclass(frozen=True, slots=True)
class Member:
    """One address of a private endpoint: Azure's name for it, the sub-resource, and the public names behind it."""

    name: str
    group: str
    fqdns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What the names of an endpoint's target follow from: its id, region, cloud, a workspace's GUID, replicas' regions.

    `region` is "" where it is not known.
    """

    id: ArmId
    region: str
    cloud: str
    guid: str = ""
    replicas: tuple[str, ...] = ()


def members_of(target: Named, groups: Iterable[str]) -> tuple[Member, ...] | None:
    """Return the addresses of an endpoint for some sub-resources of its target; None where they are not known."""
    if target.cloud not in _CLOUDS:
        return None
    found = [_BY_TYPE.get(target.id.type, _nothing)(target, group.lower()) for group in groups]
    if not found or any(each is None for each in found):
        return None
    return tuple(member for each in found if each is not None for member in each)


def online_endpoint_host(name: str, region: str, cloud: str) -> str:
    """Return the public name of a managed online endpoint. Raises MissingEvidence for a cloud without documents."""
    if cloud not in _CLOUDS:
        raise MissingEvidence(f"no document says what online endpoints are called in cloud {cloud!r}")
    return f"{name.lower()}.{region}.{_INFERENCE[cloud]}"


def _nothing(_target: Named, _group: str) -> tuple[Member, ...] | None:
    return None


def _storage(target: Named, group: str) -> tuple[Member, ...] | None:
    primary = group.removesuffix("_secondary")
    if primary not in _STORAGE_GROUPS:
        return None
    secondary = "" if primary == group else "-secondary"
    name = f"{target.id.name.lower()}{secondary}.{primary}.{_STORAGE[target.cloud]}"
    return (Member(group, group, (name,)),)


def _vault(target: Named, group: str) -> tuple[Member, ...] | None:
    if group != "vault":
        return None
    return (Member("default", group, (f"{target.id.name.lower()}.{_VAULT[target.cloud]}",)),)


def _registry(target: Named, group: str) -> tuple[Member, ...] | None:
    if group != "registry" or not target.region:
        return None
    name, domain = target.id.name.lower(), _REGISTRY[target.cloud]
    regions = dict.fromkeys((target.region, *target.replicas))
    data = (Member(f"registry_data_{each}", group, (f"{name}.{each}.data.{domain}",)) for each in regions)
    return (Member("registry", group, (f"{name}.{domain}",)), *data)


def _workspace(target: Named, group: str) -> tuple[Member, ...] | None:
    if group != "amlworkspace" or not target.region or not target.guid:
        return None
    region, guid, cloud = target.region, target.guid, target.cloud
    api = f"{guid}.workspace.{region}"
    notebook = f"ml-{target.id.name.lower()[:_LONGEST_NOTEBOOK_NAME]}-{region}-{guid}.{region}.{_NOTEBOOKS[cloud]}"
    return (
        Member("default", group, (f"{api}.{_API[cloud]}", f"{api}.cert.{_API[cloud]}")),
        Member("notebook", group, (notebook,)),
        Member("inference", group, (online_endpoint_host("*", region, cloud),)),
    )


def _sql(target: Named, group: str) -> tuple[Member, ...] | None:
    return (
        (Member(group, group, (f"{target.id.name.lower()}.{_SQL[target.cloud]}",)),) if group == "sqlserver" else None
    )


_BY_TYPE: dict[str, Callable[[Named, str], tuple[Member, ...] | None]] = {
    "microsoft.storage/storageaccounts": _storage,
    "microsoft.keyvault/vaults": _vault,
    "microsoft.containerregistry/registries": _registry,
    "microsoft.machinelearningservices/workspaces": _workspace,
    "microsoft.sql/servers": _sql,
}
