"""ARM ids and JSON: the canonical form that every source yields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, total_ordering
from typing import TypeAlias

Json: TypeAlias = Mapping[str, object]
"""One ARM resource, shaped as ARM's GET shapes it: id, type, name, location, tags, properties…"""


@total_ordering
class ArmId:
    """An ARM resource id. Compares case-insensitively, as ARM does, and prints as it was written."""

    def __init__(self, text: str) -> None:
        self.text = text.rstrip("/")
        self.key = self.text.lower()

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"ArmId({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and self.key == other.key

    def __lt__(self, other: ArmId) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def name(self) -> str:
        """The last segment."""
        return self.text.rpartition("/")[2]

    @cached_property
    def subscription(self) -> str:
        """The subscription's GUID in lower case; empty for an id outside subscriptions."""
        parts = self.key.split("/", 3)
        return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""  # noqa: PLR2004 - /subscriptions/{id}

    @property
    def in_subscription(self) -> ArmId:
        """The id of the subscription that it lies in."""
        return ArmId("/".join(self.text.split("/", 3)[:3]))

    @cached_property
    def resource_group(self) -> str:
        """The resource group's name as written; empty for an id outside resource groups."""
        parts = self.text.split("/", 5)
        return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""  # noqa: PLR2004

    @property
    def scope(self) -> str:
        """What its provider's part stands in: a resource group or subscription, or the resource that it is about."""
        return self.text.rpartition("/providers/")[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the provider part, outermost first: ("ws", "cluster") for …/workspaces/ws/computes/cluster."""
        tail = self.text.rpartition("/providers/")[2]
        return tuple(tail.split("/")[2::2])

    @cached_property
    def type(self) -> str:
        """The resource type in lower case, e.g. "microsoft.network/virtualnetworks/subnets"."""
        _, provider, tail = self.key.rpartition("/providers/")
        if not provider:
            return _TYPES_OUTSIDE_PROVIDERS.get(self.key.count("/"), "")
        parts = tail.split("/")
        return "/".join([parts[0], *parts[1::2]])

    @cached_property
    def parent(self) -> ArmId | None:
        """The resource that this one is a child of, None for a top-level resource."""
        return ArmId(self.text.rsplit("/", 2)[0]) if len(self.names) > 1 else None


SUBSCRIPTION_TYPE = "microsoft.resources/subscriptions"
RESOURCE_GROUP_TYPE = "microsoft.resources/resourcegroups"

_TYPES_OUTSIDE_PROVIDERS = {2: SUBSCRIPTION_TYPE, 4: RESOURCE_GROUP_TYPE}
"""By the number of slashes in the id."""


def namespace_of(resource_type: str) -> str:
    """Return the resource provider of a type in lower case: "microsoft.network"."""
    return resource_type.partition("/")[0].lower()
