"""What a row of the table of listings says: which type is listed, how, in which api-version and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanner.model.arm import Json

SUBSCRIPTION = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP = "Microsoft.Resources/resourceGroups"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
CONNECTION = f"{WORKSPACE}/connections"
OUTBOUND_RULE = f"{WORKSPACE}/outboundRules"
PRIVATE_ENDPOINT = "Microsoft.Network/privateEndpoints"
ACCESS_RULE = "microsoft.network/networksecurityperimeters/profiles/accessrules"
STORAGE_ACCOUNT = "microsoft.storage/storageaccounts"
ROLE_DEFINITION = "Microsoft.Authorization/roleDefinitions"
IP_GROUP = "Microsoft.Network/ipGroups"
ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"

_SCOPES = frozenset({SUBSCRIPTION, RESOURCE_GROUP})
_EXTENDING = "microsoft.authorization/"
"""The types that are listed below a resource and lie where they apply."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """A list operation of an SDK: the client's short name, the operation, and the keywords for the parent's names.

    For a child the keywords are, in order, those of the resource group and of each name in the parent's id.
    """

    client: str
    operation: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A raw list request: a path, its `$filter`, and the identity on whose behalf it is asked, if any."""

    path: str
    filter: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """A raw ARM listing: no SDK release has the operation. `queries` makes the requests from the parent's JSON."""

    queries: Callable[[Json], Iterable[Query]]


@dataclass(frozen=True, slots=True)
class Within:
    """What the parent shows in full: nothing is asked. `rows` takes it from the parent's JSON, None if it lacks."""

    rows: Callable[[Json], list[Json] | None]


@dataclass(frozen=True, slots=True)
class Older:
    """An api-version to fall back on, and the fields (dotted) that it does not have: they become unknown."""

    api_version: str
    lacks: tuple[str, ...]


class Need(StrEnum):
    """What makes it necessary to list below a parent; it is asked of the parent, once all else has been read."""

    ALWAYS = "whatever the parent is"
    JUDGED = "a workspace that is judged, or one that shares its hub"
    HOLDS_DATA = "the same, or a workspace whose data tells who else may use a service that one which is judged uses"
    LEADS_TO_SERVICE = "an endpoint that leads to a workspace, or to what one uses"
    IN_REACH = "a machine in a network that is joined to a solution's"
    MANAGES_NETWORK = "a workspace with a managed network that is judged, or that may have an endpoint of what one uses"
    HOLDS_OPEN_WORKSPACE = "a subscription with a workspace that the public network may reach"
    HOLDS_USED_ACCOUNT = "a subscription with a storage account that a workspace uses, or may use"
    HOLDS_USED_REGISTRY = "a subscription with a container registry that a workspace uses"
    HOLDS_USED_LOGS = "a subscription with a Log Analytics workspace that a workspace's telemetry goes to"
    MAY_HOLD_TELEMETRY = "a scope that may hold what a workspace sends telemetry to, where that does not name its own"
    NAMES_SERVICE = "a zone in which names of Azure's services can be"


@dataclass(frozen=True, slots=True)
class Listing:
    """One row: what type is listed, how, in which api-version and why, below what parent, and when.

    `permission` is the action it needs. A row with `fields` reads only those (dotted) and merges them into resources
    that another row lists. `older` are versions that serve where Azure says that the first one is not offered.
    """

    type: str
    source: Sdk | Arm | Within
    api_version: str
    because: str
    parent: str = SUBSCRIPTION
    permission: str = ""
    fields: tuple[str, ...] = ()
    older: tuple[Older, ...] = ()
    need: Need = Need.ALWAYS

    @property
    def action(self) -> str:
        """The permission that this listing needs."""
        return self.permission or f"{self.type}/read"

    @property
    def is_filtered(self) -> bool:
        """Whether ARM leaves out, and answers 200, what the caller may not read.

        It does so in subscriptions and groups. Below a resource it checks the action on that resource, and refuses
        (https://github.com/MicrosoftDocs/azure-docs/issues/77897).
        """
        return self.parent in _SCOPES or self.type.count("/") == 1 or self.type.lower().startswith(_EXTENDING)

    @property
    def is_asked_for(self) -> bool:
        """Whether it is listed because something names it, and lies elsewhere than below that."""
        return self.parent not in _SCOPES and not self.type.lower().startswith(f"{self.parent.lower()}/")

    @property
    def kind(self) -> str:
        """The name of a gap in this listing: the type, with the api-version where that is what is missing."""
        return f"{self.type}?api-version={self.api_version}" if self.fields else self.type


def below(child: str) -> Arm:
    """Make the raw listing of a child collection: `<parent id>/<child>`."""
    return Arm(lambda parent: [Query(f"{parent['id']}/{child}")])


def in_subscription(provider_path: str) -> Arm:
    """Make the raw listing of a collection in a subscription: `<subscription id>/providers/<provider path>`."""
    return Arm(lambda parent: [Query(f"{parent['id']}/providers/{provider_path}")])


def nothing(_parent: Json) -> Iterable[Query]:
    """Ask nothing: for what is read by itself."""
    return ()
