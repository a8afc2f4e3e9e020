"""What the caller may do in a whole subscription, as ARM tells: actions that roles grant, less what they leave out.

https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource (path and version from memory)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.collect.azure.session.answers import CAUGHT
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import WireError, payload_of
from scanner.model.arm import Json

ACTION = "Microsoft.Authorization/permissions/read"
_VERSION = "2022-04-01"
_OK = 200
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Held:
    """For each role: what it grants, and what it leaves out again. Nothing where ARM did not say."""

    roles: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()

    def all(self, actions: Iterable[str]) -> bool:
        """Tell whether every action is granted."""
        return all(
            any(_matches(granted, action) and not _matches(left_out, action) for granted, left_out in self.roles)
            for action in actions
        )


def permissions_in(session: Session, subscription: str) -> Held:
    """Ask for the caller's permissions in a subscription (a GUID)."""
    url: str | None = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/permissions"
    params, roles = {"api-version": _VERSION}, list[tuple[tuple[str, ...], tuple[str, ...]]]()
    try:
        for _ in range(_MOST_PAGES):
            if url is None:
                return Held(tuple(roles))
            response = session.get(url, params)
            if response.status_code != _OK:
                return Held()
            page = payload_of(response)
            roles += _roles(page)
            following = page.get("nextLink")
            url, params = (str(following), {}) if following else (None, {})
    except CAUGHT:
        pass
    return Held()


def _roles(page: Json) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    rows = page.get("value")
    if not isinstance(rows, list):
        raise WireError("the answer is not a list of permissions")
    for row in rows:
        if isinstance(row, dict):
            yield _texts(row.get("actions")), _texts(row.get("notActions"))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each).lower() for each in value) if isinstance(value, list) else ()


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action.lower()) is not None for pattern in patterns
    )
