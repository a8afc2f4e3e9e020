"""ARM ids and JSON: the canonical form that every source yields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import TypeAlias

Json: TypeAlias = Mapping[str, object]
"""One ARM resource, shaped as ARM's GET shapes it: id, type, name, location, tags, properties…"""


def properties_of(resource: Json) -> Json:
    """Return what a resource tells under `properties`: nothing where that is no object."""
    found = resource.get("properties")
    return found if isinstance(found, dict) else {}


class ArmId:
    """An ARM resource id. Compares case-insensitively, as ARM does, and prints as it was written."""

    __slots__ = ("_name", "_parent", "_subscription", "_type", "key", "text")

    def __init__(self, text: str) -> None:
        self.text = text = text.rstrip("/")
        # Those that come as keys are in lower case already: one text is enough.
        lower = text.lower()
        self.key = text if lower == text else lower
        self._subscription: str | None = None
        self._name: str | None = None
        self._type: str | None = None
        self._parent: ArmId | None = None

    def __reduce__(self) -> tuple[type[ArmId], tuple[str]]:
        return ArmId, (self.text,)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"ArmId({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and self.key == other.key

    def __lt__(self, other: ArmId) -> bool:
        return self.key < other.key

    def __le__(self, other: ArmId) -> bool:
        return self.key <= other.key

    def __gt__(self, other: ArmId) -> bool:
        return self.key > other.key

    def __ge__(self, other: ArmId) -> bool:
        return self.key >= other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def name(self) -> str:
        """The last segment."""
        if self._name is None:
            self._name = self.text.rpartition("/")[2]
        return self._name

    @property
    def subscription(self) -> str:
        """The subscription's GUID in lower case; empty for an id outside subscriptions."""
        if self._subscription is None:
            parts = self.key.split("/", 3)
            is_inside = len(parts) > 2 and parts[1] == "subscriptions"  # noqa: PLR2004 - /subscriptions/{id}
            self._subscription = parts[2] if is_inside else ""
        return self._subscription

    @property
    def in_subscription(self) -> ArmId:
        """The id of the subscription that it lies in."""
        return ArmId("/".join(self.text.split("/", 3)[:3]))

    @property
    def resource_group(self) -> str:
        """The resource group's name as written; empty for an id outside resource groups."""
        parts = self.text.split("/", 5)
        is_inside = len(parts) > 4 and parts[3].lower() == "resourcegroups"  # noqa: PLR2004 - …/resourceGroups/{name}
        return parts[4] if is_inside else ""

    @property
    def scope(self) -> str:
        """What its provider's part stands in: a resource group or subscription, or the resource that it is about."""
        return self._parted()[0]

    @property
    def in_scope(self) -> str:
        """What stands after its scope: "Microsoft.Network/virtualNetworks/v/subnets/s"."""
        return self._parted()[1]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the provider part, outermost first: ("ws", "cluster") for …/workspaces/ws/computes/cluster."""
        return tuple(self._parted()[1].split("/")[2::2])

    def _parted(self) -> tuple[str, str]:
        """Return what stands before the last "/providers/", in whatever case, and after it."""
        if self.text.rfind(_PROVIDERS) == self.key.rfind(_PROVIDERS):
            before, _, after = self.text.rpartition(_PROVIDERS)
            return before, after
        *_, after = _PROVIDERS_IN_ANY_CASE.split(self.text)
        return self.text[: len(self.text) - len(after) - len(_PROVIDERS)], after

    @property
    def type(self) -> str:
        """The resource type in lower case, e.g. "microsoft.network/virtualnetworks/subnets"."""
        if self._type is None:
            _, provider, tail = self.key.rpartition("/providers/")
            self._type = _type_in(tail) if provider else _TYPES_OUTSIDE_PROVIDERS.get(self.key.count("/"), "")
        return self._type

    @property
    def parent(self) -> ArmId | None:
        """The resource that this one is a child of, None for a top-level resource."""
        if self._parent is None and len(self.names) > 1:
            self._parent = ArmId(self.text.rsplit("/", 2)[0])
        return self._parent


id_in = lru_cache(1024)(ArmId)
"""Returns the id that a text is: of one row it is asked for a dozen times in a row while that is being read."""

_PROVIDERS = "/providers/"
_PROVIDERS_IN_ANY_CASE = re.compile(_PROVIDERS, re.IGNORECASE)


def _type_in(tail: str) -> str:
    """Return the type that the provider's part of an id spells; one text for all ids of a type."""
    parts = tail.split("/")
    return intern("/".join([parts[0], *parts[1::2]]))


def place_of(key: str) -> tuple[str, str | None]:
    """Return the type and the key of the parent of the id that a key is of; None for a top-level resource.

    They are those that ArmId tells, for the many ids of which nothing else is asked.
    """
    _, provider, tail = key.rpartition(_PROVIDERS)
    parts = tail.split("/")
    kind = intern("/".join([parts[0], *parts[1::2]])) if provider else _TYPES_OUTSIDE_PROVIDERS.get(key.count("/"), "")
    return kind, key.rsplit("/", 2)[0].rstrip("/") if len(parts) > _TOP_LEVEL else None


_TOP_LEVEL = 4
"""The most parts behind "/providers/" that a top-level resource has, from its namespace to a slash behind its name."""


SUBSCRIPTION_TYPE = "microsoft.resources/subscriptions"
RESOURCE_GROUP_TYPE = "microsoft.resources/resourcegroups"

_TYPES_OUTSIDE_PROVIDERS = {2: SUBSCRIPTION_TYPE, 4: RESOURCE_GROUP_TYPE}
"""By the number of slashes in the id."""


def namespace_of(resource_type: str) -> str:
    """Return the resource provider of a type in lower case: "microsoft.network"."""
    return resource_type.partition("/")[0].lower()
