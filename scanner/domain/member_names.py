"""The public names that a private endpoint answers to, by what it leads to: what its interface will show.

Source: https://learn.microsoft.com/azure/private-link/private-endpoint-dns and, for a workspace,
https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns (facts §5.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.domain.private_names import public_domain
from scanner.domain.zone_names import zones_for
from scanner.evidence import MissingEvidence

_LABEL = 63
_INFERENCE = {"public": "inference.ml.azure.com", "usgov": "inference.ml.azure.us", "china": "inference.ml.azure.cn"}


@dataclass(frozen=True, slots=True)
class Member:
    """One address of an endpoint: its member's name, and the names that lead to it."""

    name: str
    fqdns: tuple[str, ...]


def members_of(target: dict[str, Any], group: str, cloud: str) -> tuple[Member, ...]:
    """Return the members of an endpoint for a sub-resource of an ARM resource. Raises MissingEvidence."""
    match group.lower():
        case "registry":
            return tuple(_registry(target, cloud))
        case "amlworkspace":
            return tuple(_workspace(target, cloud))
    (zone, *others) = zones_for(group, cloud)
    if others:
        raise MissingEvidence(f"which names an endpoint for {group} of {target['name']} has is not known")
    name = str(target["name"]).lower()
    return (Member("default" if group == "vault" else group, (f"{name}.{public_domain(zone)}",)),)


def _registry(target: dict[str, Any], cloud: str) -> Iterator[Member]:
    (zone,) = zones_for("registry", cloud)
    name, domain = str(target["name"]).lower(), public_domain(zone)
    region = _region(target)
    yield Member("registry", (f"{name}.{domain}",))
    yield Member(f"registry_data_{region}", (f"{name}.{region}.data.{domain}",))


def _workspace(target: dict[str, Any], cloud: str) -> Iterator[Member]:
    guid, region = target.get("properties", {}).get("workspaceId"), _region(target)
    if not guid:
        raise MissingEvidence(f"the names of {target['name']} need its GUID, which was not read")
    api, notebooks = map(public_domain, zones_for("amlworkspace", cloud))
    tail = f"-{region}-{guid}"
    label = f"ml-{str(target['name']).lower()[: _LABEL - len(tail) - len('ml-')]}{tail}"
    yield Member("default", (f"{guid}.workspace.{region}.{api}", f"{guid}.workspace.{region}.cert.{api}"))
    yield Member("notebook", (f"{label}.{region}.{notebooks}",))
    yield Member("inference", (f"*.{region}.{_INFERENCE[cloud]}",))


def _region(target: dict[str, Any]) -> str:
    return str(target.get("location", "")).replace(" ", "").lower()
