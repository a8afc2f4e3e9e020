"""What the caller may do in a whole subscription, as ARM tells: actions that roles grant, less what they leave out.

ARM answers the list of a subscription with 200 and the rows that the caller may read, be they few or none
(azure-sdk-for-python#22873, azure-cli#12689, azure-powershell#15915). So a list is complete only where its action is
held on the whole subscription.
https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource (path and version from memory)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Lock

from scanner.collect.azure.arm.pages import Refused, payload_at
from scanner.collect.azure.session.answers import CAUGHT, Failure, failure_of
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import Links, WireError
from scanner.evidence import Gap
from scanner.model.arm import Json

KIND = "Microsoft.Authorization/permissions"
ACTION = f"{KIND}/read"
_VERSION = "2022-04-01"


@dataclass(frozen=True, slots=True)
class Held:
    """For each role: what it grants, and what it leaves out again. `is_told` is False where ARM did not say."""

    roles: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    is_told: bool = True

    def all(self, actions: Iterable[str]) -> bool:
        """Tell whether every action is granted."""
        return all(map(self._grants, actions))

    def _grants(self, action: str) -> bool:
        return any(_matches(granted, action) and not _matches(left_out, action) for granted, left_out in self.roles)

    def lack(self, action: str) -> str | None:
        """Return why a list that needs an action may not be whole, None if it is."""
        if self.all([action]):
            return None
        held = f"{action} is not held on the whole subscription"
        told = held if self.is_told else f"whether {action} is held could not be read"
        return f"only what this identity may see was listed; {told}"


class Rights:
    """What is held in each subscription, asked once for each when it is first needed; callable from many threads.

    `miss` is told a gap where ARM did not say: then nothing counts as held. A subscription is not asked while what is
    known to be held above it is enough.
    """

    def __init__(self, session: Session, miss: Callable[[Gap], None]) -> None:
        self._session = session
        self._miss = miss
        self._known: dict[str, Future[Held]] = {}
        self._above: Mapping[str, Held] = {}
        self._lock = Lock()

    def know_above(self, held: Mapping[str, Held]) -> None:
        """Note what is held above subscriptions (GUIDs)."""
        self._above = held

    def hold_above(self, subscription: str, actions: Iterable[str]) -> bool:
        """Tell whether what is known to be held above a subscription has every action."""
        return subscription in self._above and self._above[subscription].all(actions)

    def hold(self, subscription: str, actions: Iterable[str]) -> bool:
        """Tell whether every action is held in a subscription."""
        wanted = tuple(actions)
        return self.hold_above(subscription, wanted) or self.held_in(subscription).all(wanted)

    def lack(self, subscription: str, action: str) -> str | None:
        """Return why a list in a subscription that needs an action may not be whole, None if it is."""
        return None if self.hold_above(subscription, [action]) else self.held_in(subscription).lack(action)

    def held_in(self, subscription: str) -> Held:
        """Return what is held in a subscription (a GUID in lower case), as that tells by itself."""
        with self._lock:
            is_first = subscription not in self._known
            known = self._known.setdefault(subscription, Future())
        if is_first:
            self._ask(subscription)
        return known.result()

    def give_up(self, subscription: str, why: Exception) -> None:
        """Let nobody wait any longer for what is held in a subscription: nothing, as far as is known."""
        with self._lock:
            self._known.setdefault(subscription, Future())
        self._fail(subscription, failure_of(why))

    def _ask(self, subscription: str) -> None:
        try:
            self._settle(subscription, permissions_at(self._session, f"/subscriptions/{subscription}"))
        except Refused as refused:
            self._fail(subscription, refused.failure)
        except CAUGHT as error:
            self._fail(subscription, failure_of(error))
        except BaseException as error:
            self._known[subscription].set_exception(error)
            raise

    def _fail(self, subscription: str, failure: Failure) -> None:
        if self._settle(subscription, Held(is_told=False)):
            self._miss(_gap(subscription, failure))

    def _settle(self, subscription: str, held: Held) -> bool:
        """Note what is held, if nobody has given up before; tell whether it was."""
        with suppress(InvalidStateError):
            self._known[subscription].set_result(held)
            return True
        return False


def _gap(subscription: str, failure: Failure) -> Gap:
    return Gap(KIND, f"/subscriptions/{subscription}", failure.why, failure.status, ACTION)


def permissions_at(session: Session, scope: str) -> Held:
    """Ask for the caller's permissions at a scope, an id. Raises Refused, the SDK's errors and WireError."""
    url: str | None = f"{scope}/providers/{KIND}"
    params, links = {"api-version": _VERSION}, Links(session.cloud, session.limits.pages)
    roles: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    while url is not None:
        page = payload_at(session, url, params)
        roles += _roles(page)
        url, params = links.following(page.get("nextLink")), {}
    return Held(tuple(roles))


def _roles(page: Json) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    rows = page.get("value")
    if not isinstance(rows, list) or page.get("error"):
        raise WireError("the answer is not a list of permissions")
    for row in rows:
        if not isinstance(row, dict):
            raise WireError("the answer is not a list of permissions")
        yield _texts(row.get("actions")), _texts(row.get("notActions"))


def _texts(value: object) -> tuple[str, ...]:
    """Read a list of actions. What is left out must be readable, else more would count as held than is."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WireError("the answer is not a list of permissions")
    return tuple(each.lower() for each in value)


@cache
def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(each).fullmatch(action.lower()) is not None for each in patterns)


@cache
def _pattern(action: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, action.split("*"))))
