"""The services that a workspace's training data lies in: what its datastores and connections name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from scanner.domain.data_sources import Lead, answers_to, lead_of
from scanner.estate.parts import Parts
from scanner.evidence import Maybe, MissingEvidence, Seen, each_of, known, matching, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore
from scanner.model.data_services import DataService
from scanner.model.machine_learning import Workspace
from scanner.model.services import DATA_TYPES, StorageAccount

DataSource: TypeAlias = Datastore | Connection
DataTarget: TypeAlias = StorageAccount | DataService

_ALWAYS = frozenset({"blob", "file"})
"""The sub-resources of a workspace's own account that other rules ask for."""


@dataclass(frozen=True, slots=True)
class Use:
    """That a workspace's data lies in a service, and the sub-resources (lower case) that it is reached by."""

    service: DataTarget
    groups: tuple[str, ...]


def may_hold_data(service: ArmId) -> bool:
    """Tell by its type whether datastores and connections may lead to a service."""
    return service.type in DATA_TYPES


def data_sources(solution: Parts) -> Seen[DataSource]:
    """Return a workspace's datastores and connections; a project uses the connections of its hub besides."""
    owners = dict.fromkeys((solution.id, solution.network_workspace.id))
    connections = each_of(owners, lambda owner: solution.graph.children(Connection, owner))
    stores = solution.graph.children(Datastore, solution.id)
    return Seen((*stores.found, *connections.found), stores.missing or connections.missing)


def use_of(source: DataSource, graph: Graph) -> Use | MissingEvidence | None:
    """Return the service that a source leads to, or why that was not read; None for a kind that is not judged.

    Raises MissingEvidence where the source may lead to any.
    """
    return graph.once(_uses)(source)


def _uses(graph: Graph) -> Remembered[DataSource, Use | MissingEvidence | None]:
    return Remembered(lambda source: _find_use(source, graph))


def _find_use(source: DataSource, graph: Graph) -> Use | MissingEvidence | None:
    lead = lead_of(source)
    if lead is None:
        return None
    service = _named(source, lead.id, lead, graph) if lead.id is not None else _called(source, lead, graph)
    return service if isinstance(service, MissingEvidence) else Use(service, lead.groups)


def _named(source: DataSource, arm_id: ArmId, lead: Lead, graph: Graph) -> DataTarget | MissingEvidence:
    try:
        return graph.get(lead.kind, arm_id)
    except MissingEvidence as missing:
        return MissingEvidence(f"{source.name}: {missing.why}", (str(source.id), str(arm_id)), missing.gap)


def _called(source: DataSource, lead: Lead, graph: Graph) -> DataTarget | MissingEvidence:
    """Look among what was read; one whose names are not known may be it, which raises MissingEvidence."""
    found, missing = matching(graph.seen(lead.kind), lambda each: answers_to(each, lead.called))
    if found:
        return found[0]
    raise_any(missing)
    why = f"{source.name} leads to {lead.called}, and no {lead.kind.TYPE} of that name was read"
    return MissingEvidence(why, (str(source.id),))


def uses_of(solution: Parts) -> Seen[Use]:
    """Return the services that a workspace's data lies in; one that several sources name comes once for each.

    What is missing is a source that may lead to any. Those that lead to none that is judged are left out.
    """
    return solution.graph.once(_uses_by_workspace)(solution.workspace)


def _uses_by_workspace(graph: Graph) -> Remembered[Workspace, Seen[Use]]:
    def find(workspace: Workspace) -> Seen[Use]:
        return data_sources(Parts(workspace, graph)).map(lambda each: _judged(use_of(each, graph)))

    return Remembered(find)


def data_of(solution: Parts, kind: type[DataTarget] | None = None) -> Seen[DataTarget]:
    """Return the services that a workspace's data lies in, or those of one kind; what is missing was not read."""
    sources = Seen((solution,)).flat(data_sources).where(lambda each: _may_lead_to(each, kind))
    found: Seen[DataTarget] = sources.map(lambda each: _service_of(use_of(each, solution.graph)))
    return found.each_once()


def _may_lead_to(source: DataSource, kind: type[DataTarget] | None) -> bool:
    lead = lead_of(source)
    return lead is not None and kind in {None, lead.kind}


def _service_of(found: Use | MissingEvidence | None) -> DataTarget | None:
    if isinstance(found, MissingEvidence):
        raise found.anew()
    return None if found is None else found.service


def _judged(found: Use | MissingEvidence | None) -> Use | None:
    return found if isinstance(found, Use) else None


def data_parts(solution: Parts) -> Seen[ArmId]:
    """Return the ids of the services that a workspace's data lies in."""
    return Seen((solution,)).flat(uses_of).map(lambda use: use.service.id).each_once()


def groups_of(solution: Parts, service: DataTarget) -> Seen[str]:
    """Return the sub-resources that a workspace reaches a service by, but for those that every workspace needs."""
    used = uses_of(solution).where(lambda use: use.service.id == service.id)
    groups = used.flat(lambda use: Seen(use.groups)).each_once()
    return groups.where(lambda group: group not in _ALWAYS or service.id != known(_own_account(solution)))


def leads_home(lead: Lead, solution: Parts) -> bool:
    """Tell whether a source leads to the account that the workspace was made with, be that readable or not."""
    own = known(_own_account(solution))
    if own is None or lead.kind is not StorageAccount:
        return False
    return own == lead.id or (lead.id is None and own.name.lower() == lead.called.partition(".")[0])


def needs_more(lead: Lead, solution: Parts) -> bool:
    """Tell whether a source leads elsewhere, or to a sub-resource that not every workspace needs."""
    return not _ALWAYS.issuperset(lead.groups) or not leads_home(lead, solution)


def _own_account(solution: Parts) -> Maybe[ArmId | None]:
    return solution.network_workspace.storage_account
