"""Look-up tables over an estate, built once: every item by id, every list by its path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.simulator.target import Target, read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.simulator.estate import Estate, Resource

_ZONES = "microsoft.network/privatednszones"
_RECORD_SETS = frozenset(f"{_ZONES}/{kind}" for kind in ("a", "aaaa", "cname", "mx", "ptr", "soa", "srv", "txt"))
_TOP_LEVEL_SLASHES = "/subscriptions/s/resourcegroups/g/providers/namespace/type/name".count("/")

# Children that ARM embeds and also serves by themselves: where they are below `properties`, the last name their type.
_EMBEDDED: Mapping[str, tuple[str, ...]] = {
    "microsoft.network/virtualnetworks": ("subnets", "virtualNetworkPeerings"),
    "microsoft.network/networksecuritygroups": ("securityRules", "defaultSecurityRules"),
    "microsoft.network/routetables": ("routes",),
    "microsoft.network/networkinterfaces": ("ipConfigurations",),
    "microsoft.compute/virtualmachinescalesets": ("virtualMachineProfile.extensionProfile.extensions",),
}
_EMBEDDED_ANYWHERE = ("privateEndpointConnections",)


@dataclass(frozen=True, slots=True)
class Index:
    """The estate's resources by lower-case id, and the rows of each non-empty list by the list's lower-case path."""

    items: Mapping[str, Resource]
    lists: Mapping[str, Sequence[Resource]]


def build_index(estate: Estate) -> Index:
    """Index the estate's resources and the children they embed; a resource of its own wins over an embedded one."""
    items: dict[str, Resource] = {}
    lists: defaultdict[str, list[Resource]] = defaultdict(list)
    own = [(read_target(str(resource["id"])), resource) for resource in estate.resources]
    for target, resource in [*own, *(child for pair in own for child in _embedded(*pair))]:
        if items.setdefault(target.key, resource) is resource:
            for path in _lists_holding(target):
                lists[path].append(resource)
    return Index(items, dict(lists))


def _lists_holding(target: Target) -> Iterator[str]:
    parent_list, _, _ = target.key.rpartition("/")
    yield parent_list
    owner, _, child_type = parent_list.rpartition("/")
    if target.type.lower() in _RECORD_SETS:
        yield f"{owner}/all"
    if target.group is not None and target.key.count("/") == _TOP_LEVEL_SLASHES:
        yield f"/subscriptions/{target.subscription}/providers/{target.namespace}/{child_type}".lower()


def _embedded(owner: Target, resource: Resource) -> Iterator[tuple[Target, Resource]]:
    for path in (*_EMBEDDED.get(owner.type.lower(), ()), *_EMBEDDED_ANYWHERE):
        _, _, child_type = path.rpartition(".")
        for entry in _entries(resource, path):
            yield from _child(owner, child_type, entry)


def _entries(resource: Resource, path: str) -> Iterator[Resource]:
    value: object = resource.get("properties")
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Sequence):
        yield from (entry for entry in value if isinstance(entry, Mapping))


def _child(owner: Target, child_type: str, entry: Resource) -> Iterator[tuple[Target, Resource]]:
    name = str(entry.get("name") or str(entry.get("id", "")).rpartition("/")[2])
    if name:
        arm_id = f"{owner.path}/{child_type}/{name}"
        yield read_target(arm_id), {"id": arm_id, "name": name, "type": f"{owner.type}/{child_type}", **entry}
