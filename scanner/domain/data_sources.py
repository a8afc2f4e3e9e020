"""What a workspace's datastores and connections lead to: the type of service, and its sub-resources.

Sources: `az ml datastore` and `az ml connection` schemas (learn.microsoft.com/azure/machine-learning/reference-yaml-*,
2024-09); Gen2 needs an endpoint for dfs and one for blob, since some operations go to either
(learn.microsoft.com/azure/storage/common/storage-private-endpoints, 2025-03); sub-resources and zones
learn.microsoft.com/azure/private-link/private-endpoint-dns (2026-07); categories: ConnectionCategory of the REST API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore, DatastoreType
from scanner.model.data_services import (
    AiAccount,
    CosmosAccount,
    DatabricksWorkspace,
    DataService,
    SearchService,
    SqlServer,
)
from scanner.model.services import StorageAccount

_HTTPS = 443

PORTS: Mapping[str, int] = {"file": 445, "sqlserver": 1433, "mongodb": 10255}
"""The TCP ports of sub-resources (lower case) that do not answer on 443. MongoDB: from memory."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a datastore or connection leads: the kind of service, the sub-resources (lower case), and its name or id.

    `called` is the name or host name that it is called by, in lower case; `id` is known where the source tells.
    """

    kind: type[StorageAccount | DataService]
    groups: tuple[str, ...]
    called: str
    id: ArmId | None


_DATASTORES = {
    DatastoreType.BLOB: ("blob",),
    DatastoreType.FILE: ("file",),
    DatastoreType.LAKE_GEN2: ("dfs", "blob"),
}
_CONNECTIONS: Mapping[str, tuple[type[StorageAccount | DataService], tuple[str, ...]]] = {
    "azureblob": (StorageAccount, ("blob",)),
    "azurestorageaccount": (StorageAccount, ("blob",)),
    "azuretablestorage": (StorageAccount, ("table",)),
    "adlsgen2": (StorageAccount, ("dfs", "blob")),
    "azuresqldb": (SqlServer, ("sqlserver",)),
    "cosmosdb": (CosmosAccount, ("sql",)),
    "cosmosdbmongodbapi": (CosmosAccount, ("mongodb",)),
    "azuredatabricksdeltalake": (DatabricksWorkspace, ("databricks_ui_api",)),
    "databricks": (DatabricksWorkspace, ("databricks_ui_api",)),
    "cognitivesearch": (SearchService, ("searchservice",)),
    "azureopenai": (AiAccount, ("account",)),
    "aiservices": (AiAccount, ("account",)),
    "cognitiveservice": (AiAccount, ("account",)),
}

_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){2,8}")


def lead_of(source: Datastore | Connection) -> Lead | None:
    """Return where a source leads, None for a kind of which nothing is judged. Raises MissingEvidence."""
    return _of_datastore(source) if isinstance(source, Datastore) else _of_connection(source)


def _of_datastore(source: Datastore) -> Lead | None:
    groups = _DATASTORES.get(known(source.kind, source.name))
    if groups is None:
        return None
    return Lead(StorageAccount, groups, known(source.account_name, source.name).lower(), source.account)


def _of_connection(source: Connection) -> Lead | None:
    found = _CONNECTIONS.get(known(source.category, source.name).lower())
    if found is None:
        return None
    kind, groups = found
    named = known(source.resource, source.name)
    if named is not None and named.type != kind.TYPE.lower():
        why = f"{source.name} is said to lead to {named.name}, which is no {kind.TYPE}"
        raise MissingEvidence(why, (str(source.id), str(named)))
    called = host_in(known(source.target, source.name))
    if named is None and not called:
        raise MissingEvidence(f"{source.name} does not tell which {kind.TYPE} it leads to", (str(source.id),))
    return Lead(kind, groups, called, named)


def host_in(target: str) -> str:
    """Return the first host name in an address or connection string, in lower case; empty if there is none."""
    found = _HOST.search(target.lower())
    return found[0] if found else ""


def answers_to(service: StorageAccount | DataService, called: str) -> bool:
    """Tell whether a service goes by a host name, or by its first label where that is the service's own name.

    Names are unique in Azure by type, since they are host names; those of Databricks and Azure AI are made apart.
    """
    if not isinstance(service, DatabricksWorkspace | AiAccount):
        return service.name.lower() == called.partition(".")[0]
    host = host_in(known(service.address, service.name))
    if isinstance(service, DatabricksWorkspace):
        return bool(host) and host == called
    return not _is_shared(host) and not _is_shared(called) and host.partition(".")[0] == called.partition(".")[0]


def _is_shared(host: str) -> bool:
    """Tell whether a host is that of a region: accounts without a subdomain of their own share it."""
    return not host or ".api.cognitive." in host


def kind_of(source: Datastore | Connection) -> str:
    """Return what to call the kind of a source."""
    if isinstance(source, Connection):
        return f"connection of category {known(source.category, source.name)}"
    return f"datastore of type {known(source.kind, source.name)}"


def port_of(group: str) -> int:
    """Return the TCP port that a sub-resource (lower case) answers on."""
    return PORTS.get(group, _HTTPS)
