"""What lies above subscriptions: management groups with what hangs below them, and what the caller may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.grants import EVERYTHING, Grant
from scanner.simulator.offered import OFFERED
from scanner.simulator.resource_graph import Hides, lists_with
from scanner.simulator.target import read_target

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource
    from scanner.simulator.rights import Rights
    from scanner.simulator.service import Call

_GROUPS = "microsoft.management/managementgroups"
_DESCENDANTS = f"{_GROUPS}/descendants"
_PERMISSIONS = "microsoft.authorization/permissions"
_OWNER = Grant("/", sorted(EVERYTHING))


class Tenant:
    """Answers for management groups and for the caller's own permissions: its `rights`, None for all there are."""

    def __init__(self, estate: Estate, page_size: int, rights: Rights | None = None) -> None:
        self._groups = {name.lower(): (name, below) for name, below in estate.management_groups.items()}
        self._page_size = page_size
        self._rights = rights
        self._targets = [read_target(str(each["id"])) for each in estate.resources]
        self._seen = {(each.subscription or "").lower() for each in self._targets}

    def serving(self, call: Call, hides: Hides | None) -> Callable[[Call], Answer] | None:
        """Return what answers a call, None if it is not about the tenant."""
        kind = call.target.type.lower()
        if kind not in {_DESCENDANTS, _PERMISSIONS}:
            return None
        refusal = self._rights.refusal(call.target) if self._rights else None
        if refusal is not None:
            return lambda _: refusal
        return self._descendants if kind == _DESCENDANTS else lambda asked: self._permissions(asked, hides)

    def _descendants(self, call: Call) -> Answer:
        """List the groups and subscriptions below a group, at any depth."""
        if not call.parameter("api-version"):
            return answers.missing_api_version()
        name = call.target.path.split("/")[-2].lower()
        if name not in self._groups:
            message = f"Management group '{name}' not found."
            return answers.error(HTTPStatus.NOT_FOUND, "NotFound", message)
        rows = list(self._below(name))
        start = int(call.parameter("$skipToken") or "0")
        end = start + self._page_size
        page: dict[str, object] = {"value": rows[start:end]}
        return ok({**page, "nextLink": call.link(str(end))} if end < len(rows) else page)

    def _below(self, name: str) -> Iterator[Resource]:
        parent = {"id": f"/providers/Microsoft.Management/managementGroups/{self._groups[name][0]}"}
        for each in self._groups[name][1]:
            is_group = each.lower() in self._groups
            kind = "Microsoft.Management/managementGroups" + ("" if is_group else "/subscriptions")
            scope = f"/providers/{kind}/{each}" if is_group else f"/subscriptions/{each}"
            yield {"id": scope, "type": kind, "name": each, "properties": {"displayName": each, "parent": parent}}
            yield from self._below(each.lower()) if is_group else ()

    def _permissions(self, call: Call, hides: Hides | None) -> Answer:
        """Tell what the caller's roles grant, without what may not be read: a role on the scope or above it each.

        https://learn.microsoft.com/rest/api/authorization/permissions; that roles below the scope are left out is what
        an assignment is, and not verified. At a management group nothing counts as held that is hidden anywhere: an
        estate does not say which group is above which subscription.
        """
        held = [_OWNER] if self._rights is None else self._rights.held_at(call.target.scope)
        below = self._seen if call.target.subscription is None else {call.target.subscription.lower()}
        denied = () if hides is None else {kind for each in below for kind in self._denied(each, hides)}
        return ok({"value": [_permission(each, denied) for each in held]})

    def _denied(self, subscription: str, hides: Hides) -> set[str]:
        seen = (each for each in self._targets if (each.subscription or "").lower() == subscription)
        listed = (read_target(f"/subscriptions/{subscription}/providers/{kind}/x") for kind in OFFERED)
        return {each.type.lower() for each in (*seen, *listed) if any(hides(path) for path in lists_with(each))}


def _permission(grant: Grant, denied: Iterable[str]) -> Resource:
    return {
        "actions": list(grant.actions),
        "notActions": sorted([*grant.not_actions, *(f"{kind}/read" for kind in denied)]),
        "dataActions": [],
        "notDataActions": [],
    }
