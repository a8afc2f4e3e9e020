"""What a verdict can depend on of what lies below a resource, as far as all that was read tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain

from scanner.collect.azure.arm.follow import endpoint_targets, references_in, values_at, workspace_of
from scanner.collect.azure.arm.networks import CONNECTION, ENDPOINT, GATEWAY, KINDS, NETWORK, Networks, networks_at
from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.sharing import (
    ACCOUNT,
    LETS_IN,
    REGISTRY,
    USED,
    Sharing,
    is_narrowed,
    manages_network,
)
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import WORKSPACE, Need
from scanner.collect.azure.arm.told import Told
from scanner.graph.settings import Scope
from scanner.model.arm import ArmId, Json, properties_of
from scanner.model.data_services import DATA_SERVICES

_MONITORING = "microsoft.insights/privatelinkscopes"
_LOG_WORKSPACE = "microsoft.operationalinsights/workspaces"
_COMPUTES = "microsoft.machinelearningservices/workspaces/computes"
_COMPONENT = "microsoft.insights/components"
_LOGS = "properties.WorkspaceResourceId"
_SCOPES = ("properties.PrivateLinkScopedResources[].ResourceId", "properties.privateLinkScopedResources[].resourceId")
_INTERFACES = "properties.networkProfile.networkInterfaces[].id"
_SUBNET = "properties.subnet.id"
_SUBNETS = "properties.ipConfigurations[].properties.subnet.id"
_IN_OR_LET_IN = (*LETS_IN, "properties.agentPoolProfiles[].vnetSubnetID")

_TELL_NETWORKS = KINDS | {_COMPUTES, WORKSPACE.lower()}
"""The types without all of which it is not known which networks are a solution's, or joined to one's."""

_OF_OTHERS = frozenset({Need.HOLDS_DATA, Need.MANAGES_NETWORK})
"""The needs that workspaces which are not judged may have."""

EVERYTHING = Scope()


class Demand:
    """What is needed by a store as it stands; not `sees_all` if there are workspaces that it does not know of.

    `told` remembers what the store's rows tell. `networks` are names and ids of virtual networks that count as a
    solution's, `scope` says what is judged.
    """

    def __init__(
        self,
        store: Store,
        told: Told,
        *,
        sees_all: bool = True,
        networks: Iterable[str] = (),
        scope: Scope = EVERYTHING,
    ) -> None:
        self._scope = scope
        self._store = store
        self._told = told
        self._sees_all = sees_all
        self._sharing = Sharing(store, told, scope, sees_all=sees_all)
        self._named = {each.lower() for each in networks}
        self._tests: dict[Need, Callable[[ArmId], bool]] = {
            Need.JUDGED: lambda part: workspace_of(part).key in self._sharing.judged,
            Need.HOLDS_DATA: lambda part: self._sharing.tells_of_data(workspace_of(part).key),
            Need.LEADS_TO_SERVICE: self._leads_to_service,
            Need.HOLDS_OPEN_WORKSPACE: self._holds_open_workspace,
            Need.IN_REACH: self._is_in_reach,
            Need.MANAGES_NETWORK: self._has_rules_that_matter,
            Need.HOLDS_USED_ACCOUNT: lambda each: self._names_an_account or self._uses(ACCOUNT, each),
            Need.HOLDS_USED_REGISTRY: lambda each: self._uses(REGISTRY, each),
            Need.HOLDS_USED_LOGS: lambda each: self._uses(_LOG_WORKSPACE, each),
            Need.MAY_HOLD_TELEMETRY: lambda _: self._has_unnamed_scopes,
            Need.NAMES_SERVICE: lambda zone: names_service(zone.name),
        }

    def needs(self, need: Need, parent: ArmId) -> bool:
        """Tell whether what is listed for a need has to be listed below a parent, a subscription or one in store."""
        return need is Need.ALWAYS or self._tests[need](parent)

    def waits_for_others(self, need: Need, parent: ArmId) -> bool:
        """Tell whether what is needed by now may turn out not to be, once the rest that is needed was listed."""
        return need in _OF_OTHERS and workspace_of(parent).key not in self._sharing.judged

    def _leads_to_service(self, endpoint: ArmId) -> bool:
        if self._is_led_to(endpoint.key):
            return True
        # Names of monitoring are the same for all that look them up in one place.
        is_near = self._networks.hold(self._told.of(endpoint.key, _endpoint_networks))
        targets = self._told.of(endpoint.key, endpoint_targets) if is_near else None
        return any(each.type == _MONITORING for each in targets or ())

    def _is_service(self, target: ArmId) -> bool:
        if target.type == WORKSPACE.lower():
            return not self._sees_all or not is_narrowed(self._scope) or target.key in self._sharing.judged
        if target.type == _MONITORING:
            return not is_narrowed(self._scope)
        if target.type in USED or target.type in DATA_SERVICES:
            return not self._sees_all or self._is_used(target)
        return False

    def _is_used(self, target: ArmId) -> bool:
        # A database or the like is read only where a connection names it, or one of its kind.
        is_here = target.type in DATA_SERVICES and self._store.knows(target)
        return is_here or not self._sharing.used.isdisjoint({target.key, target.name.lower()})

    def _has_rules_that_matter(self, workspace: ArmId) -> bool:
        return self._told.of(workspace.key, manages_network) and self._sharing.tells_of_rules(workspace.key)

    def _uses(self, kind: str, subscription: ArmId) -> bool:
        """Tell whether something of a type in a subscription is used, or might be by workspaces that are not here."""
        return not self._sees_all or (kind, subscription.subscription) in self._used_types

    @cached_property
    def _used_types(self) -> frozenset[tuple[str, str]]:
        ids = (ArmId(each) for each in (*self._sharing.used, *self._telemetry) if each.startswith("/"))
        return frozenset((each.type, each.subscription) for each in ids)

    @cached_property
    def _names_an_account(self) -> bool:
        """Tell whether a datastore names an account without its id: that may be in any subscription."""
        return any(not each.startswith("/") for each in self._sharing.used)

    @cached_property
    def _telemetry(self) -> frozenset[str]:
        """The keys of what workspaces send telemetry to: components, and where those keep it."""
        rows = self._store.rows
        components = {each for each in self._sharing.used if ArmId(each).type == _COMPONENT}
        read = [rows.row(each) for each in components if rows.holds(each)]
        return frozenset(components | {ArmId(text).key for row in read for text in values_at(row, _LOGS)})

    @cached_property
    def _has_unnamed_scopes(self) -> bool:
        """Tell whether some telemetry goes where no private link scope is named: its scopes name all that they hold.

        What names one names all of its own (learn.microsoft.com/dotnet/api/azure.resourcemanager.applicationinsights,
        PrivateLinkScopedResources: the linked ones, read-only).
        """
        held = filter(self._store.rows.holds, self._telemetry)
        return not self._sees_all or not all(self._told.of(each, _names_scopes) for each in held)

    def _holds_open_workspace(self, subscription: ArmId) -> bool:
        """Tell whether selected addresses can matter: they do where public access is not disabled as a whole."""
        held = (key for key in self._store.kept[WORKSPACE.lower()] if key.startswith(f"{subscription.key}/"))
        return not all(self._told.of(key, _is_closed) for key in held)

    def _is_in_reach(self, machine: ArmId) -> bool:
        """Tell whether a machine may be in a network that is joined to a solution's."""
        interfaces = self._told.of(machine.key, _interfaces)
        if not interfaces or not self._sees_all or not all(map(self._store.rows.holds, interfaces)):
            return True
        networks = [self._told.of(each, _interface_networks) for each in interfaces]
        return not all(networks) or self._networks.hold(chain.from_iterable(networks))

    @cached_property
    def _networks(self) -> Networks:
        kept = self._store.kept
        keys = {**kept, ENDPOINT: filter(self._is_led_to, kept[ENDPOINT])}
        rows = {kind: map(self._store.rows.row, sorted(keys[kind])) for kind in KINDS}
        hosts = {each.key for each in self._store.hosts if each.type == NETWORK and not is_narrowed(self._scope)}
        computing = {each for each in self._sharing.used if ArmId(each).type == NETWORK}
        # What a network that was not read is joined to is not known, nor whose it is.
        is_whole = all(gap.kind.lower() not in _TELL_NETWORKS for gap in self._store.gaps)
        named = self._named | hosts | computing | self._allowed()
        return Networks(rows, named, is_whole=is_whole, listed=self._with_known_gateways())

    def _with_known_gateways(self) -> frozenset[str]:
        """Return the subscriptions (GUIDs) of which all gateways are here, and all connections that name one."""
        read = self._store.listed | self._store.neighbours
        known = {kind: {each for each in read if self._store.is_whole(kind, each)} for kind in (GATEWAY, CONNECTION)}
        # Whoever owns a gateway may have it connected from elsewhere.
        return frozenset(known[GATEWAY]) if known[CONNECTION] >= read else frozenset()

    def _is_led_to(self, endpoint: str) -> bool:
        """Tell of an endpoint's key whether it leads to a service."""
        targets = self._told.of(endpoint, endpoint_targets)
        return targets is None or any(map(self._is_service, targets))

    def may_matter(self, endpoint: ArmId) -> bool:
        """Tell whether an endpoint that lies elsewhere is one of something that a judged workspace uses."""
        return not is_narrowed(self._scope) or endpoint.key in self._connected

    def is_of_a_managed_network(self, endpoint: ArmId) -> bool:
        """Tell whether an endpoint of a service is called as an outbound rule of a managed network that leads there."""
        return self._sharing.is_of_a_managed_network(endpoint)

    @cached_property
    def _connected(self) -> frozenset[str]:
        rows = self._store.rows
        held = (
            rows.row(each)
            for each in self._sharing.used | self._sharing.judged
            if each.startswith("/") and rows.holds(each)
        )
        return frozenset(each.key for row in held for each in references_in(row, home=True))

    def _allowed(self) -> set[str]:
        """Return the networks, as keys, whose subnets what workspaces use lets in, or is in itself."""
        holds = self._store.rows.holds
        held = (each for each in self._sharing.used if each.startswith("/") and holds(each))
        return set(chain.from_iterable(self._told.of(each, _let_in) for each in held))


def _endpoint_networks(endpoint: Json) -> tuple[str, ...]:
    return tuple(networks_at(endpoint, _SUBNET))


def _interfaces(machine: Json) -> tuple[str, ...]:
    return tuple(ArmId(each).key for each in values_at(machine, _INTERFACES))


def _interface_networks(interface: Json) -> tuple[str, ...]:
    return tuple(networks_at(interface, _SUBNETS))


def _let_in(service: Json) -> tuple[str, ...]:
    """Return the networks, as keys, whose subnets a service lets in, or is in itself."""
    return tuple(network for path in _IN_OR_LET_IN for network in networks_at(service, path))


def _names_scopes(telemetry: Json) -> bool:
    return any(values_at(telemetry, each) for each in _SCOPES)


def _is_closed(workspace: Json) -> bool:
    return str(properties_of(workspace).get("publicNetworkAccess")).lower() == "disabled"
