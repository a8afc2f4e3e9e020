"""Resource providers: what a subscription is told of one that it may use.

https://learn.microsoft.com/rest/api/resources/providers/get
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from scanner.simulator import answers
from scanner.simulator.answers import Answer, ok
from scanner.simulator.target import read_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.simulator.estate import Estate, Resource
    from scanner.simulator.target import Target
    from scanner.simulator.versions import Cloud


def names_provider(target: Target) -> bool:
    """Say whether a path is that of a provider in a subscription: `/subscriptions/…/providers/Microsoft.Network`."""
    return target.subscription is not None and "/" not in target.type


class Providers:
    """The providers of a cloud: those that an estate has resources of, and those that the cloud says something of.

    A type lists the api-versions that the cloud gives for it: one of which nothing is said lists none, and speaks any.
    Locations are spelt as resources spell them; Azure gives their display names here.
    """

    def __init__(self, estate: Estate, cloud: Cloud) -> None:
        self._estate = estate
        self._cloud = cloud
        self._unregistered = {each.lower() for each in cloud.unregistered}
        self._versions = {kind.lower(): spoken for kind, spoken in cloud.versions.items()}

    def answer(self, target: Target) -> Answer:
        """Show a provider, or say that there is none of the name."""
        key = target.type.lower()
        namespace = self._namespaces.get(key)
        if namespace is None:
            return answers.no_provider(target)
        return ok(
            {
                "id": f"/subscriptions/{target.subscription}/providers/{namespace}",
                "namespace": namespace,
                "registrationPolicy": "RegistrationRequired",
                "registrationState": "NotRegistered" if key in self._unregistered else "Registered",
                "resourceTypes": [self._kind(kind) for kind in sorted(self._kinds) if _namespace(kind).lower() == key],
            }
        )

    def _kind(self, kind: str) -> Resource:
        key = kind.lower()
        return {
            "resourceType": kind.partition("/")[2],
            "locations": sorted(self._locations.get(key, ())),
            "apiVersions": sorted(self._versions.get(key, ()), reverse=True),
        }

    @cached_property
    def _namespaces(self) -> Mapping[str, str]:
        """The providers' names by what they are in lower case."""
        named = (*self._cloud.unregistered, *map(_namespace, self._kinds))
        return {each.lower(): each for each in named}

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        """Every type that is offered, each in one spelling."""
        held = (read_target(str(each["id"])).type for each in self._estate.resources)
        kinds = {kind.lower(): kind for kind in (*self._cloud.versions, *held)}
        left_out = {kind.lower() for kind in self._cloud.not_offered}
        return tuple(kind for key, kind in kinds.items() if key not in left_out)

    @cached_property
    def _locations(self) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for each in self._estate.resources:
            if "location" in each:
                found[read_target(str(each["id"])).type.lower()].add(str(each["location"]))
        return found


def _namespace(kind: str) -> str:
    return kind.partition("/")[0]
