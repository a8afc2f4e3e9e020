"""What a verdict can depend on of what lies below a resource, as far as all that was read tells."""

from __future__ import annotations

from collections.abc import Callable

from scanner.collect.azure.arm.follow import endpoint_targets
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

DOMAINS = (
    "azure-automation.cn",
    "azure-automation.net",
    "azure-automation.us",
    "azure.cn",
    "azure.com",
    "azure.net",
    "azure.us",
    "azurecr.cn",
    "azurecr.io",
    "azurecr.us",
    "azuredatabricks.net",
    "azureml.ms",
    "azureml.net",
    "azureml.us",
    "chinacloudapi.cn",
    "microsoft.com",
    "usgovcloudapi.net",
    "visualstudio.com",
    "windows.net",
)
"""The domains that names of Azure's services are in (facts §5.1, §5.2)."""
PARENTS = frozenset(each.rpartition(".")[2] for each in DOMAINS)
"""The domains that those are in."""


class Demand:
    """What is needed by a store as it stands; not `sees_all` if there are workspaces that it does not know of."""

    def __init__(self, store: Store, *, sees_all: bool = True) -> None:
        self._store = store
        self._sees_all = sees_all
        self._tests: dict[Need, Callable[[Json], bool]] = {
            Need.LEADS_TO_SERVICE: self._leads_to_service,
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


def _manages_network(workspace: Json) -> bool:
    properties = workspace.get("properties")
    managed = properties.get("managedNetwork") if isinstance(properties, dict) else {UNKNOWN_KEY: ""}
    if not isinstance(managed, dict):
        return managed is not None
    return str(managed.get("isolationMode", "" if UNKNOWN_KEY in managed else "Disabled")).lower() != "disabled"


def names_service(zone: str) -> bool:
    """Tell whether a zone of a name lies in a domain of Azure's services, or one of those in it."""
    name = zone.lower().strip(".")
    return name in PARENTS or any(_is_in(name, each) for each in DOMAINS)


def _is_in(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
