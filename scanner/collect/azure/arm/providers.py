"""Whether a subscription has registered a resource provider: the second ground for believing that it has nothing.

https://learn.microsoft.com/rest/api/resources/providers/get (version from memory)
"""

from __future__ import annotations

from collections import defaultdict
from threading import Lock

from scanner.collect.azure.arm.pages import Refused, payload_at
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, WORKSPACE
from scanner.collect.azure.session.answers import CAUGHT
from scanner.collect.azure.session.session import Session
from scanner.model.arm import namespace_of

ACTION = "Microsoft.Resources/subscriptions/providers/read"
ESSENTIAL = frozenset(each.lower() for each in (WORKSPACE, "Microsoft.Network/virtualNetworks", PRIVATE_ENDPOINT))
"""Types without which nothing can be judged: one refusal is not enough to believe that there are none."""

_VERSION = "2021-04-01"
_ABSENT = "notregistered"


class Providers:
    """The providers' registration, asked once for each in a subscription; callable from many threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._states: dict[tuple[str, str], str] = {}
        self._locks: defaultdict[tuple[str, str], Lock] = defaultdict(Lock)
        self._lock = Lock()

    def doubt(self, subscription: str, kind: str) -> str | None:
        """Return what speaks against there being no provider of a type in a subscription, None if nothing does."""
        if kind.lower() not in ESSENTIAL:
            return None
        state = self._state(subscription, namespace_of(kind))
        return None if state.lower() == _ABSENT else f"the registration of its provider is {state or 'not known'}"

    def _state(self, subscription: str, namespace: str) -> str:
        key = (subscription, namespace)
        with self._lock:
            lock = self._locks[key]
        with lock:
            if key not in self._states:
                self._states[key] = self._ask(subscription, namespace)
            return self._states[key]

    def _ask(self, subscription: str, namespace: str) -> str:
        path = f"/subscriptions/{subscription}/providers/{namespace}"
        try:
            return str(payload_at(self._session, path, {"api-version": _VERSION}).get("registrationState", ""))
        except (Refused, *CAUGHT):
            return ""
