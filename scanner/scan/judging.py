"""From what was collected to verdicts: the graph, what is judged, and a header that says where it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from scanner import __version__
from scanner.collect.collected import Collected
from scanner.engine import Rule, Subject
from scanner.engine.processes import evaluate_in_processes
from scanner.estate.solution import Solution, solutions
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.graph.coverage import Coverage, Ground
from scanner.graph.settings import Settings
from scanner.model.resource import Resource
from scanner.scan.emptiness import why_not_judged
from scanner.scan.named_roles import require_named_roles
from scanner.scan.named_scope import require_named_scope
from scanner.scan.outcome import Header, Scan, SolutionSummary
from scanner.scan.request import Evaluate

T = TypeVar("T")


def judge(
    collected: Collected,
    rules: tuple[Rule[Subject], ...],
    settings: Settings,
    evaluate: Evaluate = evaluate_in_processes,
    *,
    roles_must_exist: bool = True,
) -> Scan:
    """Judge what was collected.

    Raises NothingScanned when a workspace was named and none is there, and UsageError where the configuration gives a
    role to a virtual network that is not there, unless `roles_must_exist` is false: for a scan of other times.
    """
    graph = Graph(collected.resources, collected.gaps, _scoped(settings, collected), collected.coverage)
    require_named_scope(graph)
    if roles_must_exist:
        require_named_roles(graph)
    judged = solutions(graph).found
    return Scan(
        _header(collected, graph.settings),
        tuple(_summarised(each) for each in judged),
        evaluate(rules, graph),
        graph.gaps,
        graph=graph,
        stand_ins=collected.stand_ins,
        not_judged=why_not_judged(graph, collected, len(judged), settings.scope.subscriptions),
    )


def _scoped(settings: Settings, collected: Collected) -> Settings:
    """Take from the source what the command line left open: the cloud, and which subscriptions are judged."""
    scope = settings.scope
    return replace(
        settings,
        cloud=collected.cloud,
        scope=replace(
            scope,
            subscriptions=scope.subscriptions or collected.subscriptions,
            context=scope.context or collected.context_subscriptions,
        ),
    )


def _header(collected: Collected, settings: Settings) -> Header:
    return Header(
        collected.source,
        collected.cloud,
        settings.profile,
        settings.scope.subscriptions,
        settings.scope.context,
        collected.started,
        collected.finished,
        collected.requests,
        __version__,
        collected.via,
        collected.why,
        tuple(sorted(collected.neighbours)),
        _horizon(collected.coverage),
        collected.file,
        collected.notes,
    )


def _horizon(coverage: Coverage | None) -> tuple[str, ...]:
    """Return the subscriptions that an identity sees; a closed world is seen by none."""
    is_open = coverage is not None and {each.ground for each in coverage.covered} != {Ground.CLOSED}
    return tuple(sorted(coverage.horizon)) if coverage is not None and is_open else ()


def _summarised(solution: Solution) -> SolutionSummary:
    """Sum up a solution as far as it was seen: here, what is missing stays empty."""
    return SolutionSummary(
        str(solution.id),
        _or(None, lambda: solution.isolation.value),
        _or((), lambda: tuple(map(str, solution.aml_vnets.found))),
        _or((), lambda: tuple(map(str, solution.access_vnets.found))),
        _or((), lambda: _ids(solution.storage_account)),
        _or((), lambda: _ids(solution.key_vault)),
        _or((), lambda: _ids(solution.registry)),
    )


def _ids(resource: Resource | None) -> tuple[str, ...]:
    return (str(resource.id),) if resource is not None else ()


def _or(otherwise: T, read: Callable[[], T]) -> T:
    try:
        return read()
    except MissingEvidence:
        return otherwise
