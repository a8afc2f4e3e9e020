"""What the simulated cloud offers: providers, their types, and the api-versions that each type speaks.

Two refusals of one cause, both from real traffic. Where the path names a resource whose location ARM knows, or lies
below one, it is 400 NoRegisteredProviderFound (https://github.com/Azure/azure-cli/issues/28496, a GET by id;
https://github.com/gbowerman/azurerm/issues/14, a list of children). Where it does not, as in lists of a subscription,
it is 404 InvalidResourceType (https://github.com/Azure/azure-cli/issues/13834, `az network lb list`;
https://github.com/Azure/azure-sdk-for-js/issues/15460; https://github.com/Azure/acs-engine/issues/4037, an extension of
another provider's resource). That this is what tells them apart is derived from these cases, not documented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.simulator import answers

if TYPE_CHECKING:
    from collections.abc import Collection

    from scanner.simulator.answers import Answer
    from scanner.simulator.index import Index
    from scanner.simulator.target import Target

_CONTAINERS = frozenset({"microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"})
_LISTED_PER_GROUP = frozenset({"microsoft.network/virtualnetworkgateways", "microsoft.network/connections"})


@dataclass(frozen=True, slots=True)
class Cloud:
    """What is offered, all in any case; a type that `versions` does not name speaks every version up to its newest.

    `unregistered` holds provider namespaces, `not_offered` full resource types, `newest` the newest api-version of some
    types, `versions` every api-version of some types.
    """

    unregistered: Collection[str] = ()
    not_offered: Collection[str] = ()
    newest: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Offers:
    """Refuses what a cloud does not offer."""

    def __init__(self, cloud: Cloud, index: Index) -> None:
        self._index = index
        self._unregistered = {namespace.lower() for namespace in cloud.unregistered}
        self._not_offered = {kind.lower() for kind in cloud.not_offered}
        self._newest = {kind.lower(): version for kind, version in cloud.newest.items()}
        self._versions = {kind.lower(): tuple(spoken) for kind, spoken in cloud.versions.items()}

    def refusal(self, target: Target, version: str) -> Answer | None:
        """Say why a target is not served at an api-version, None if it is."""
        if target.namespace.lower() in self._unregistered:
            return answers.unregistered(target)
        if not self._offers(target):
            return answers.no_such_type(target, version)
        # Versions are dates: their text sorts as they came.
        if version > self._newest.get(target.type.lower(), version):
            return answers.bad_api_version(target, version)
        return self._unspoken(target, version)

    def _unspoken(self, target: Target, version: str) -> Answer | None:
        spoken = self._versions.get(target.type.lower())
        if spoken is None or version.lower() in map(str.lower, spoken):
            return None
        location = self._location(target)
        if location is None and target.namespace != "Microsoft.Resources":
            return answers.no_such_type(target, version, spoken)
        return answers.bad_api_version(target, version, spoken, location or "")

    def _location(self, target: Target) -> str | None:
        """Return the location of the resource that a path names or lies below, None if that is not known."""
        scope, _, rest = target.key.rpartition("/providers/")
        owner = self._index.items.get("/".join([scope, "providers", *rest.split("/")[:3]]), {})
        return str(owner["location"]) if "location" in owner else None

    def _offers(self, target: Target) -> bool:
        kind = target.type.lower()
        if kind in self._not_offered or (target.is_list and kind in _LISTED_PER_GROUP and target.group is None):
            return False
        return not target.is_list or target.namespace != "Microsoft.Resources" or kind in _CONTAINERS
