"""One live collection of an estate over a real socket, and what the estate says should come of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.collect.azure.arm.demand import EVERYTHING
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Progress
from scanner.evidence import Gap
from scanner.graph.settings import Scope
from scanner.model.arm import ArmId
from scanner.simulator import FIELDS, OFFERED, Estate, Fault, Field, Rights, Seen, Simulator, read_estate
from tests.cases import FIXTURES

Resource: TypeAlias = dict[str, Any]

ESTATES = ("reference", "article", "demo")
EXTENSIONS = "microsoft.compute/virtualmachines/extensions"
SCALE_SETS = "microsoft.compute/virtualmachinescalesets"
ASSIGNMENTS = "microsoft.authorization/roleassignments"
DATASTORES = "microsoft.machinelearningservices/workspaces/datastores"
CONNECTIONS = "microsoft.machinelearningservices/workspaces/connections"
LEADING = frozenset(
    [
        "accountName",
        "authType",
        "category",
        "containerName",
        "datastoreType",
        "endpoint",
        "fileShareName",
        "filesystem",
        "group",
        "isDefault",
        "isSharedToAll",
        "metadata",
        "protocol",
        "resourceGroup",
        "subscriptionId",
        "target",
    ]
)
"""What a datastore or connection tells of where it leads: all that a collector keeps of them."""


@dataclass(frozen=True)
class Run:
    """What one collection gave, and every request that it made."""

    collected: Collected
    requests: tuple[Seen, ...]

    @property
    def resources(self) -> dict[str, Resource]:
        """The collected resources by id in lower case."""
        return {str(each["id"]).lower(): dict(each) for each in self.collected.resources}

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read."""
        return self.collected.gaps

    def of_type(self, kind: str) -> list[Resource]:
        """Return the collected resources of a type, in id order."""
        return [each for each in self.resources.values() if type_of(each) == kind.lower()]

    def asked_for(self, tail: str) -> list[Seen]:
        """Return the requests whose path ends so, in any case."""
        return [seen for seen in self.requests if seen.path.lower().endswith(tail.lower())]


def fixture(name: str) -> Estate:
    """Read an estate of fixtures/."""
    return read_estate(FIXTURES / f"{name}.json")


def collect(  # noqa: PLR0913 - each is one thing that a test sets by name
    estate: Estate,
    *,
    subscriptions: Iterable[str] | None = None,
    context: Iterable[str] = (),
    faults: Iterable[Fault] = (),
    page_size: int = 100,
    unregistered: frozenset[str] = frozenset(),
    not_offered: frozenset[str] = frozenset(),
    concurrency: int = 8,
    retries: int = 2,
    timeout: float | None = None,
    progress: Progress | None = None,
    via: str = "arm",
    graph_page_size: int = 1000,
    granted: frozenset[str] = frozenset({"*"}),
    rights: Rights | None = None,
    versions: Mapping[str, Sequence[str]] = OFFERED,
    fields: Iterable[Field] = FIELDS,
    neighbours: bool = True,
    reads_all: bool = False,
    scope: Scope = EVERYTHING,
    graph_payload: int | None = None,
    echo: Callable[[str], None] = lambda _: None,
) -> Run:
    """Serve an estate and collect its subscriptions, or those named (GUIDs)."""
    with Simulator(
        estate,
        page_size=page_size,
        faults=faults,
        unregistered=unregistered,
        not_offered=not_offered,
        graph_page_size=graph_page_size,
        graph_payload=graph_payload,
        granted=granted,
        rights=rights,
        versions=versions,
        fields=fields,
    ) as simulator:
        source = LiveSource(
            cloud_of(simulator.url),
            tuple(subscriptions if subscriptions is not None else subscriptions_in(estate)),
            tuple(context),
            concurrency=concurrency,
            timeout=timeout,
            retries=retries,
            backoff=0.001,
            via=via,
            neighbours=neighbours,
            reads_all=reads_all,
            scope=scope,
        )
        return Run(collect_live(source, progress, echo), simulator.requests)


def subscriptions_in(estate: Estate) -> tuple[str, ...]:
    """Return the GUIDs of an estate's subscriptions."""
    return tuple(str(each["subscriptionId"]) for each in estate.resources if "subscriptionId" in each)


def by_id(estate: Estate) -> dict[str, Resource]:
    """Return an estate's resources by id in lower case."""
    return {str(each["id"]).lower(): dict(each) for each in estate.resources}


def type_of(resource: Resource) -> str:
    """Return a resource's type in lower case, from its id: what it says of itself is spelled in many ways."""
    return ArmId(resource["id"]).type


def changed(estate: Estate, change: Callable[[Resource], None], *tails: str) -> Estate:
    """Return an estate in which the resources whose ids end so were changed in place; each tail must fit one."""
    resources: list[Resource] = [deepcopy(dict(each)) for each in estate.resources]
    for tail in tails:
        (found,) = [each for each in resources if each["id"].lower().endswith(tail.lower())]
        change(found)
    return Estate(estate.about, tuple(resources), estate.groups)


def with_more(estate: Estate, *more: Resource, groups: dict[str, tuple[str, ...]] | None = None) -> Estate:
    """Return an estate with more resources and groups."""
    return Estate(estate.about, (*estate.resources, *more), {**estate.groups, **(groups or {})})


_SCOPES_NAMED = re.compile(r'"privateLinkScopedResources": \[[^]]*\]', re.IGNORECASE)


def without_scopes_named(estate: Estate) -> Estate:
    """Return an estate in which nothing names the private link scopes that hold it."""
    text = json.dumps(estate.resources)
    assert _SCOPES_NAMED.search(text)
    return Estate(estate.about, tuple(json.loads(_SCOPES_NAMED.sub('"x": []', text))), estate.groups)


def comparable(resource: Resource) -> Resource:
    """Return a resource without what a collector adds to it or takes out of it on purpose.

    That is: for whom a role assignment was returned, the settings of machine extensions, and what datastores and
    connections hold besides where they lead.
    """
    shown = deepcopy(resource)
    properties = shown.get("properties", {})
    profile = properties.get("virtualMachineProfile", {}).get("extensionProfile", {})
    for each in (shown, *profile.get("extensions", [])):
        for key in ("assignedTo", "settings", "settingsSummary"):
            each.get("properties", {}).pop(key, None)
    if ArmId(str(resource["id"])).type in {DATASTORES, CONNECTIONS}:
        shown["properties"] = {key: value for key, value in properties.items() if key in LEADING}
        if metadata := properties.get("metadata"):
            shown["properties"]["metadata"] = {key: value for key, value in metadata.items() if key == "ResourceId"}
    return shown
