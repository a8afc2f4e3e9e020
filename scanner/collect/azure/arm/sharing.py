"""Which workspaces matter to those that are judged, by what both use, as far as all that was read tells.

Where all are judged, all of them do. Where only some are, others tell whose a private endpoint on a service is, and
whose the subnets and subscriptions are that it lets in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from scanner.collect.azure.arm.follow import references_in, values_at
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import (
    ACCESS_RULE,
    OUTBOUND_RULE,
    PRIVATE_ENDPOINT,
    STORAGE_ACCOUNT,
    WORKSPACE,
)
from scanner.collect.azure.arm.told import Told
from scanner.evidence import UNKNOWN_KEY
from scanner.graph.settings import Scope
from scanner.model.arm import ArmId, Json, properties_of
from scanner.model.data_services import DATA_SERVICES
from scanner.model.machine_learning import plain_name
from scanner.model.services import DATA_TYPES

ACCOUNT, REGISTRY = STORAGE_ACCOUNT, "microsoft.containerregistry/registries"
USED = frozenset({ACCOUNT, "microsoft.keyvault/vaults", REGISTRY})
"""Of these only what a workspace names."""

LETS_IN = (
    "properties.networkAcls.virtualNetworkRules[].id",
    "properties.networkRuleSet.virtualNetworkRules[].id",
    "properties.virtualNetworkRules[].id",
)
"""Where a service names the subnets that it lets in."""

_SERVICES = USED | DATA_TYPES
_WORKSPACE, _RULE, _ENDPOINT = WORKSPACE.lower(), OUTBOUND_RULE.lower(), PRIVATE_ENDPOINT.lower()
_HUB = "properties.hubResourceId"
_RULE_TARGET = "properties.destination.serviceResourceId"


def is_narrowed(scope: Scope) -> bool:
    """Tell whether only some workspaces of the subscriptions are judged."""
    return bool(scope.workspaces or scope.resource_groups)


class Sharing:
    """What is judged and used by a store as it stands; as `Demand` has it. Workspaces and services are keys."""

    def __init__(self, store: Store, told: Told, scope: Scope, *, sees_all: bool) -> None:
        self._store = store
        self._told = told
        self._scope = scope
        self._sees_all = sees_all

    @cached_property
    def judged(self) -> frozenset[str]:
        """The workspaces that are judged, their hubs and all that those have, and who uses what lets in subnets."""
        named = self._named
        if len(named) == len(self._workspaces):
            return named
        letting = self._letting_in_subnets
        if any(ArmId(each).type in DATA_SERVICES for each in letting):
            # A connection may name it in other ways than by its id.
            return frozenset(self._workspaces)
        return named | {each for each in self._workspaces if self._uses_any(each, letting)}

    @cached_property
    def used(self) -> frozenset[str]:
        """What judged workspaces name: keys, and names of accounts without their ids."""
        return self._used_by(self.judged)

    def tells_of_data(self, workspace: str) -> bool:
        """Tell whether it matters what a workspace's data lies in.

        Whether a private endpoint is one of a managed network hangs on what any workspace with one has for its data,
        and whether a subnet or subscription that is let in is of those that use a service, on all that do.
        """
        if workspace in self.judged or self._lets_others_in:
            return True
        return self._manages_network(workspace) and any(map(self._is_nobodys_data, self._strangers))

    def tells_of_rules(self, workspace: str) -> bool:
        """Tell whether the outbound rules of a workspace matter: as what another's endpoints may be called."""
        if workspace in self.judged:
            return True
        return any(endpoint not in self._of_managed_networks for _, endpoint in self._strangers)

    def is_of_a_managed_network(self, endpoint: ArmId) -> bool:
        """Tell whether an endpoint of a service is called as an outbound rule of a managed network that leads there."""
        return endpoint.key in self._of_managed_networks

    # Workspaces

    @property
    def _workspaces(self) -> set[str]:
        return self._store.kept[_WORKSPACE]

    @cached_property
    def _named(self) -> frozenset[str]:
        """The workspaces in scope, their hubs, and all that those hubs have."""
        every = self._workspaces
        if not is_narrowed(self._scope) or not self._sees_all:
            return frozenset(every)
        judged = {key for key in every if self._scope.judges(ArmId(key))}
        hubs = {key: set(self._hubs_of(key)) for key in every}
        shared = judged.union(*(hubs[key] for key in judged))
        return frozenset(shared | {key for key in every if not shared.isdisjoint(hubs[key])})

    def _hubs_of(self, workspace: str) -> Iterator[str]:
        return (ArmId(text).key for text in values_at(self._store.rows.row(workspace), _HUB))

    def _manages_network(self, workspace: str) -> bool:
        """Tell whether a workspace has a managed network, or its hub."""
        hubs = (each for each in self._hubs_of(workspace) if each in self._workspaces)
        return any(self._told.of(each, manages_network) for each in (workspace, *hubs))

    def _uses_any(self, workspace: str, services: Iterable[str]) -> bool:
        used = self._store.used.get(workspace, ())
        return any(each in used or ArmId(each).name.lower() in used for each in services)

    def _used_by(self, workspaces: Iterable[str]) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._store.used.get(each, ()) for each in workspaces))

    # Services

    def _services_of(self, workspaces: frozenset[str]) -> frozenset[str]:
        """Return the services that workspaces use or may use, and that are here."""
        used, kept, holds = self._used_by(workspaces), self._store.kept, self._store.rows.holds
        by_id = {each for each in used if ArmId(each).type in _SERVICES and holds(each)}
        by_name = {each for each in kept[ACCOUNT] if ArmId(each).name.lower() in used}
        return frozenset(by_id | by_name).union(*(kept[each] for each in DATA_SERVICES))

    @cached_property
    def _letting_in_subnets(self) -> frozenset[str]:
        return frozenset(each for each in self._services_of(self._named) if self._told.of(each, _subnets_let_in))

    @cached_property
    def _lets_others_in(self) -> bool:
        """Tell whether a service lets in subnets, or some perimeter subscriptions."""
        rules = self._store.kept[ACCESS_RULE]
        return bool(self._letting_in_subnets) or any(self._told.of(each, _subscriptions_let_in) for each in rules)

    # Endpoints

    @cached_property
    def _strangers(self) -> list[tuple[str, str]]:
        """What judged workspaces use, or are, with private endpoints of it in subscriptions that are not read."""
        read = self._store.listed | self._store.neighbours
        held = self._services_of(self.judged) | self.judged
        named = ((each, endpoint) for each in held for endpoint in self._endpoints_of(each))
        return [(each, endpoint.key) for each, endpoint in named if endpoint.subscription not in read]

    def _endpoints_of(self, service: str) -> Iterator[ArmId]:
        named = references_in(self._store.rows.row(service), home=True)
        return (each for each in named if each.type == _ENDPOINT)

    def _is_nobodys_data(self, stranger: tuple[str, str]) -> bool:
        """Tell of a stranger whether its service may hold data, and no managed network is known to be for it."""
        service = ArmId(stranger[0])
        return service.type in DATA_TYPES and self._used_in_managed_networks.isdisjoint(
            {service.key, service.name.lower()}
        )

    @cached_property
    def _used_in_managed_networks(self) -> frozenset[str]:
        return self._used_by(filter(self._manages_network, self._workspaces))

    @cached_property
    def _of_managed_networks(self) -> frozenset[str]:
        found = set[str]()
        for rule in self._store.kept[_RULE]:
            name = plain_name(ArmId(rule).name)
            for target in filter(self._store.rows.holds, self._told.of(rule, _rule_targets)):
                found.update(each.key for each in self._endpoints_of(target) if plain_name(each.name) == name)
        return frozenset(found)


def manages_network(workspace: Json) -> bool:
    """Tell of a workspace's row whether it has a managed network of its own, or may have."""
    properties = workspace.get("properties")
    managed = properties.get("managedNetwork") if isinstance(properties, dict) else {UNKNOWN_KEY: ""}
    if not isinstance(managed, dict):
        return managed is not None
    return str(managed.get("isolationMode", "" if UNKNOWN_KEY in managed else "Disabled")).lower() != "disabled"


def _subnets_let_in(service: Json) -> bool:
    return any(values_at(service, each) for each in LETS_IN)


def _subscriptions_let_in(rule: Json) -> bool:
    return bool(properties_of(rule).get("subscriptions"))


def _rule_targets(rule: Json) -> tuple[str, ...]:
    return tuple(ArmId(each).key for each in values_at(rule, _RULE_TARGET))
