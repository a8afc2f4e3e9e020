"""Where a workspace's training data lies: its datastores, and its connections to other services.

What they sign in with is no part of them: it is taken out before anything is kept (collect.redaction).
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe, known
from scanner.model.arm import ArmId
from scanner.model.fields import arm_id, at, mapping, one_of, text
from scanner.model.resource import Resource, model

_STORAGE = "providers/Microsoft.Storage/storageAccounts"


class DatastoreType(StrEnum):
    """What a datastore leads to: DatastoreType in the REST API of Microsoft.MachineLearningServices, 2024-10-01."""

    BLOB = "AzureBlob"
    FILE = "AzureFile"
    LAKE_GEN1 = "AzureDataLakeGen1"
    LAKE_GEN2 = "AzureDataLakeGen2"
    ONE_LAKE = "OneLake"


def _resource_named(value: object) -> ArmId | None:
    """Read the id that a connection's metadata may hold: its keys are the user's, `ResourceId` as often as not."""
    named = {key.lower(): item for key, item in mapping(value).items()}.get("resourceid")
    return arm_id(named) if named else None


@model
class Datastore(Resource):
    """A datastore of a workspace: a container, share or file system of a storage account."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/datastores"

    kind: Maybe[DatastoreType] = at("properties.datastoreType", one_of(DatastoreType))
    account_name: Maybe[str] = at("properties.accountName", text)
    # Where the account lies; made by older clients a datastore names its account alone.
    subscription: Maybe[str] = at("properties.subscriptionId", text, absent="")
    group: Maybe[str] = at("properties.resourceGroup", text, absent="")

    @property
    def account(self) -> ArmId | None:
        """The id of the storage account, None if only its name is known."""
        subscription, group = known(self.subscription), known(self.group)
        if not subscription or not group:
            return None
        return ArmId(f"/subscriptions/{subscription}/resourceGroups/{group}/{_STORAGE}/{known(self.account_name)}")


@model
class Connection(Resource):
    """A connection of a workspace to another service. `target` is an address in whatever form the kind has."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/connections"

    # There are a hundred categories, and a new one need not be known to be named.
    category: Maybe[str] = at("properties.category", text)
    target: Maybe[str] = at("properties.target", text, absent="")
    resource: Maybe[ArmId | None] = at("properties.metadata", _resource_named, absent=None)
