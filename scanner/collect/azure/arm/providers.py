"""What a resource provider says of itself in a subscription: the second ground for believing that it has nothing.

https://learn.microsoft.com/rest/api/resources/providers/get (version from memory)
"""

from __future__ import annotations

from collections import defaultdict
from threading import Lock

from scanner.collect.azure.arm.pages import Refused, payload_at
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, WORKSPACE
from scanner.collect.azure.session.answers import CAUGHT
from scanner.collect.azure.session.session import Session
from scanner.model.arm import Json, namespace_of

ACTION = "Microsoft.Resources/subscriptions/providers/read"
ESSENTIAL = frozenset(each.lower() for each in (WORKSPACE, "Microsoft.Network/virtualNetworks", PRIVATE_ENDPOINT))
"""Types without which nothing can be judged: one refusal is not enough to believe that there are none."""

_VERSION = "2021-04-01"
_ABSENT = "notregistered"
EVERYWHERE = frozenset({"microsoft.authorization", "microsoft.resources"})
"""Providers that are registered in every subscription (learn.microsoft.com, azure-services-resource-providers)."""


class Providers:
    """The providers' own words, asked once for each in a subscription; callable from many threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._answers: dict[tuple[str, str], Json] = {}
        self._locks: defaultdict[tuple[str, str], Lock] = defaultdict(Lock)
        self._lock = Lock()

    def doubt(self, subscription: str, kind: str) -> str | None:
        """Return what speaks against there being no provider of a type in a subscription, None if nothing does."""
        if kind.lower() not in ESSENTIAL:
            return None
        state = str(self._answer(subscription, namespace_of(kind)).get("registrationState", ""))
        return None if state.lower() == _ABSENT else f"the registration of its provider is {state or 'not known'}"

    def lacks(self, subscription: str, kind: str) -> bool:
        """Tell whether a provider was seen to list its types, and a type that is no child is none of them.

        What every subscription has is never lacking, whatever a list says.
        """
        namespace, _, name = kind.partition("/")
        if namespace.lower() in EVERYWHERE:
            return False
        types = self._answer(subscription, namespace).get("resourceTypes")
        if "/" in name or not isinstance(types, list) or not types:
            return False
        return name.lower() not in {
            str(each.get("resourceType", "")).lower() for each in types if isinstance(each, dict)
        }

    def _answer(self, subscription: str, namespace: str) -> Json:
        key = (subscription, namespace.lower())
        with self._lock:
            lock = self._locks[key]
        with lock:
            if key not in self._answers:
                self._answers[key] = self._ask(subscription, namespace)
            return self._answers[key]

    def _ask(self, subscription: str, namespace: str) -> Json:
        path = f"/subscriptions/{subscription}/providers/{namespace}"
        try:
            return payload_at(self._session, path, {"api-version": _VERSION})
        except (Refused, *CAUGHT):
            return {}
