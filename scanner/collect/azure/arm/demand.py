"""What a verdict can depend on of what lies below a resource, as far as all that was read tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain

from scanner.collect.azure.arm.follow import endpoint_targets, values_at
from scanner.collect.azure.arm.networks import KINDS, NETWORK, Networks, networks_at
from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.arm.tables.listing import WORKSPACE, Need
from scanner.evidence import UNKNOWN_KEY
from scanner.model.arm import ArmId, Json
from scanner.model.data_services import DATA_SERVICES

_JUDGED = frozenset({WORKSPACE.lower(), "microsoft.insights/privatelinkscopes"})
"""Whatever there is of these can be a solution's."""
_USED = frozenset(
    {"microsoft.storage/storageaccounts", "microsoft.keyvault/vaults", "microsoft.containerregistry/registries"}
)
"""Of these only what a workspace names."""

_INTERFACES = "properties.networkProfile.networkInterfaces[].id"
_SUBNETS = "properties.ipConfigurations[].properties.subnet.id"
_LETS_IN = (
    "properties.networkAcls.virtualNetworkRules[].id",
    "properties.networkRuleSet.virtualNetworkRules[].id",
    "properties.virtualNetworkRules[].id",
    "properties.agentPoolProfiles[].vnetSubnetID",
)


class Demand:
    """What is needed by a store as it stands; not `sees_all` if there are workspaces that it does not know of.

    `networks` are names and ids of virtual networks that count as a solution's.
    """

    def __init__(self, store: Store, *, sees_all: bool = True, networks: Iterable[str] = ()) -> None:
        self._store = store
        self._sees_all = sees_all
        self._named = {each.lower() for each in networks}
        self._tests: dict[Need, Callable[[Json], bool]] = {
            Need.LEADS_TO_SERVICE: self._leads_to_service,
            Need.HOLDS_OPEN_WORKSPACE: self._holds_open_workspace,
            Need.IN_REACH: self._is_in_reach,
            Need.MANAGES_NETWORK: _manages_network,
            Need.NAMES_SERVICE: lambda zone: names_service(ArmId(str(zone["id"])).name),
        }

    def needs(self, need: Need, parent: Json) -> bool:
        """Tell whether what is listed for a need has to be listed below a parent."""
        return need is Need.ALWAYS or self._tests[need](parent)

    def _leads_to_service(self, endpoint: Json) -> bool:
        targets = endpoint_targets(endpoint)
        return targets is None or any(map(self._is_service, targets))

    def _is_service(self, target: ArmId) -> bool:
        if target.type in _JUDGED:
            return True
        if target.type in _USED or target.type in DATA_SERVICES:
            return not self._sees_all or self._is_used(target)
        return False

    def _is_used(self, target: ArmId) -> bool:
        # A database or the like is read only where a connection names it, or one of its kind.
        is_here = target.type in DATA_SERVICES and self._store.knows(target)
        return is_here or not self._store.used.isdisjoint({target.key, target.name.lower()})

    def _holds_open_workspace(self, subscription: Json) -> bool:
        """Tell whether selected addresses can matter: they do where public access is not disabled as a whole."""
        below = f"{ArmId(str(subscription['id'])).key}/"
        held = (self._store.rows.row(key) for key in self._store.kept[WORKSPACE.lower()] if key.startswith(below))
        return not all(_is_closed(each) for each in held)

    def _is_in_reach(self, machine: Json) -> bool:
        """Tell whether a machine may be in a network that is joined to a solution's."""
        interfaces = [ArmId(each) for each in values_at(machine, _INTERFACES)]
        if not interfaces or not self._sees_all or not all(map(self._store.knows, interfaces)):
            return True
        rows = [self._store.rows.row(each.key) for each in interfaces]
        networks = [[*networks_at(row, _SUBNETS)] for row in rows]
        return not all(networks) or self._networks.hold(chain.from_iterable(networks))

    @cached_property
    def _networks(self) -> Networks:
        rows = {kind: map(self._store.rows.row, sorted(self._store.kept[kind])) for kind in KINDS}
        hosts = {each.key for each in self._store.hosts if each.type == NETWORK}
        return Networks(rows, self._named | hosts | self._allowed(), self._leads_to_service)

    def _allowed(self) -> set[str]:
        """Return the networks, as keys, whose subnets what workspaces use lets in, or is in itself."""
        rows = self._store.rows
        held = [rows.row(each) for each in self._store.used if each.startswith("/") and rows.holds(each)]
        return {network for row in held for path in _LETS_IN for network in networks_at(row, path)}


def _is_closed(workspace: Json) -> bool:
    properties = workspace.get("properties")
    return isinstance(properties, dict) and str(properties.get("publicNetworkAccess")).lower() == "disabled"


def _manages_network(workspace: Json) -> bool:
    properties = workspace.get("properties")
    managed = properties.get("managedNetwork") if isinstance(properties, dict) else {UNKNOWN_KEY: ""}
    if not isinstance(managed, dict):
        return managed is not None
    return str(managed.get("isolationMode", "" if UNKNOWN_KEY in managed else "Disabled")).lower() != "disabled"
