"""Who can write to a workspace's telemetry and read it: Application Insights, and Log Analytics where its data lies."""

from __future__ import annotations

from scanner.checks.public_access import by_perimeter
from scanner.domain.public_access import is_open
from scanner.engine import Note, Notes, Problem
from scanner.estate.monitoring import scopes_of
from scanner.estate.public_endpoints import associations_of, is_enforced
from scanner.evidence import MissingEvidence, Unknown, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.monitoring import LogWorkspace, PrivateLinkScope, ScopeMode
from scanner.model.services import ApplicationInsights


def telemetry_private(component: ApplicationInsights, graph: Graph) -> Notes:
    """Look at both switches; where one is on, only a private link scope helps."""
    if public := _public(component):
        yield from _scoped(component, public, None, graph)
    yield from _shutting_out(component, graph)


def logs_private(workspace: LogWorkspace, graph: Graph) -> Notes:
    """Look at both switches, then at whom the perimeter lets in; its access rules count in every mode."""
    yield from flat((_by_switches, by_perimeter), lambda judge: judge(workspace, graph))
    yield from _shutting_out(workspace, graph)


def _by_switches(workspace: LogWorkspace, graph: Graph) -> Notes:
    """Look at both switches; where one is on, an enforced perimeter helps, or a private link scope."""
    public = _public(workspace)
    enforced = associations_of(workspace, graph).where(is_enforced)
    if public and enforced.found:
        yield Note(f"{public} are public, but an enforced perimeter decides instead", (enforced.found[0].id,))
    elif public:
        yield from _scoped(workspace, public, enforced.missing, graph)


def _public(resource: ApplicationInsights | LogWorkspace) -> str:
    """Name the switches that are on; "" if neither is."""
    switches = {"ingestion": resource.ingestion, "queries": resource.query}
    return " and ".join(name for name, access in switches.items() if is_open(known(access)))


def _scoped(
    resource: ApplicationInsights | LogWorkspace, public: str, missing: MissingEvidence | None, graph: Graph
) -> Notes:
    """Yield a problem if no private link scope holds what is public; `missing` is what else may help and was not seen.

    A scope does not close the switches, which are for networks that are not linked to it
    (learn.microsoft.com/azure/azure-monitor/logs/private-link-design, 2025): it makes them unneeded, and that is all
    that the checklist asks for.
    """
    scopes = scopes_of(resource, graph)
    kind = "workspace" if isinstance(resource, LogWorkspace) else "component"
    for scope in scopes.found[:1]:
        says = f"{public} stay open to public networks, but the private link scope {scope.name} holds the {kind}"
        yield Note(says, (scope,))
        return
    raise_any(missing, scopes.missing)
    yield Problem(f"public network access is enabled for {public}, and no private link scope holds the {kind}")


def _shutting_out(resource: ApplicationInsights | LogWorkspace, graph: Graph) -> Notes:
    """Note a private link scope whose networks reach nothing of Azure Monitor outside of it.

    Azure Machine Learning needs the mode Open (learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet,
    facts §11). What was not read of a scope is left out: nothing is decided by it.
    """
    scopes = scopes_of(resource, graph).map(lambda scope: graph.get(PrivateLinkScope, scope))
    for scope in scopes.found:
        if what := _private_only(scope):
            says = (
                f"the private link scope {scope.name} is PrivateOnly for {what}, and Azure Machine Learning needs Open"
            )
            yield Note(says, (scope.id,))


def _private_only(scope: PrivateLinkScope) -> str:
    modes = [] if isinstance(scope.modes, Unknown) or scope.modes is None else [scope.modes]
    modes += [] if isinstance(scope.exclusions, Unknown) else scope.exclusions
    seen = {"ingestion": [each.ingestion for each in modes], "queries": [each.query for each in modes]}
    return " and ".join(name for name, found in seen.items() if ScopeMode.PRIVATE_ONLY in _read(found))


def _read(modes: list[ScopeMode | Unknown | None]) -> list[ScopeMode | None]:
    return [each for each in modes if not isinstance(each, Unknown)]
