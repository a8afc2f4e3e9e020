"""What a URL path asks for: one resource, or a list of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

_RESOURCES = "Microsoft.Resources"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL path, decoded and taken apart; the caller's spelling is kept, `key` is the same in lower case.

    `type` is the full resource type (`Microsoft.Network/virtualNetworks/subnets`). `scope` is what ARM checks
    permissions on: the resource itself, or what the list lies in.
    """

    path: str
    subscription: str | None
    group: str | None
    namespace: str
    type: str
    name: str
    is_list: bool
    scope: str
    parent: str | None

    @property
    def key(self) -> str:
        """The path in lower case: how resources and lists are looked up."""
        return self.path.lower()


def read_target(url_path: str) -> Target:
    """Take a percent-encoded URL path apart. Any path gives a target; whether something is there is not asked."""
    parts = [part for part in unquote(url_path).split("/") if part]
    anchor = _last_provider(parts)
    return _container(parts) if anchor is None else _provided(parts, anchor)


def _last_provider(parts: list[str]) -> int | None:
    # The last one: `{scope}/providers/Microsoft.Authorization/roleAssignments` extends a resource of another provider.
    found = [index for index, part in enumerate(parts[:-1]) if index % 2 == 0 and part.lower() == "providers"]
    return found[-1] if found else None


def _container(parts: list[str]) -> Target:
    return _target(parts, _RESOURCES, parts[0::2], parts[:-1] if len(parts) % 2 else parts, None)


def _provided(parts: list[str], anchor: int) -> Target:
    names = parts[anchor + 2 :]
    is_child_list = len(names) % 2 == 1 and len(names) > 1
    scope = parts if len(names) % 2 == 0 else parts[:-1]
    # A list at subscription level, or a provider, is checked on the subscription, one further down on
    # `…/providers/<namespace>`.
    if len(names) <= 1 and _group(parts) is None:
        scope = parts[:anchor]
    return _target(parts, parts[anchor + 1], names[0::2], scope, _path(parts[:-1]) if is_child_list else None)


def _target(parts: list[str], namespace: str, types: list[str], scope: list[str], parent: str | None) -> Target:
    return Target(
        path=_path(parts),
        subscription=parts[1] if len(parts) > 1 and parts[0].lower() == "subscriptions" else None,
        group=_group(parts),
        namespace=namespace,
        type="/".join([namespace, *types]),
        name=parts[-1] if parts else "",
        is_list=len(parts) % 2 == 1,
        scope=_path(scope),
        parent=parent,
    )


def _group(parts: list[str]) -> str | None:
    return parts[3] if len(parts) > 3 and parts[2].lower() == "resourcegroups" else None  # noqa: PLR2004  a position


def _path(parts: list[str]) -> str:
    return "/" + "/".join(parts)
