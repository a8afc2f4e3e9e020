"""The use case: collect, build the graph, judge, and hand over a finished scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from scanner import __version__
from scanner.collect.collected import Collected
from scanner.engine import Result, Rule, Subject, Verdict
from scanner.errors import NothingScanned
from scanner.evidence import MissingEvidence, gathered
from scanner.gate import Gate, counts, gated
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.resource import Resource
from scanner.outcome import Header, Scan, SolutionSummary
from scanner.processes import evaluate_in_processes
from scanner.settings import Settings
from scanner.solution import Solution, solutions

T = TypeVar("T")

Evaluate: TypeAlias = Callable[[Sequence[Rule[Subject]], Graph], tuple[Result, ...]]
"""Judges every subject of every rule, as `engine.evaluate` does."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one scan is to do.

    `collect` reads the source. `save` names a file for a snapshot of what it read. `gate` says which failures count;
    without one they all do. `evaluate` judges, here or elsewhere. `refresh` reads again what some ids name, where what
    was read may be out of date.
    """

    collect: Callable[[], Collected]
    rules: tuple[Rule[Subject], ...]
    settings: Settings
    save: Path | None = None
    gate: Gate | None = None
    evaluate: Evaluate = evaluate_in_processes
    refresh: Callable[[Collected, tuple[str, ...]], Collected] | None = None


def scan(request: Request) -> Scan:
    """Run one scan. Raises NothingScanned, SnapshotError, OutputError or RulePackError."""
    collected = _refreshed(request, request.collect())
    if request.save is not None:
        from scanner.collect.snapshot import save_snapshot  # noqa: PLC0415 - only when asked for

        save_snapshot(collected, request.save)
    judged = judge(collected, request.rules, request.settings, request.evaluate)
    return gated(judged, request.gate) if request.gate is not None else judged


def _refreshed(request: Request, collected: Collected) -> Collected:
    """Read again what failures stand on, where it came from Resource Graph, which lags."""
    if request.refresh is None or collected.via != "graph":
        return collected
    found = judge(collected, request.rules, request.settings, request.evaluate).results
    failed = [result for result in found if result.verdict is Verdict.FAIL]
    ids = dict.fromkeys(str(each) for result in failed for each in _seen(result))
    return request.refresh(collected, tuple(ids)) if ids else collected


def _seen(result: Result) -> Iterator[ArmId]:
    """Yield what a failure stands on: its subject, what its problems involve, and the hops of their paths."""
    if result.subject is not None:
        yield result.subject.id
    for problem in result.problems:
        yield from problem.involves
        yield from (hop.at for hop in problem.path)


def judge(
    collected: Collected,
    rules: tuple[Rule[Subject], ...],
    settings: Settings,
    evaluate: Evaluate = evaluate_in_processes,
) -> Scan:
    """Judge what was collected. Raises NothingScanned when a workspace was named and none is there."""
    graph = Graph(collected.resources, collected.gaps, _scoped(settings, collected))
    _require_workspace(graph)
    return Scan(
        _header(collected, graph.settings),
        tuple(_summarised(each) for each in solutions(graph)),
        evaluate(rules, graph),
        graph.gaps,
        graph=graph,
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


def _require_workspace(graph: Graph) -> None:
    wanted = graph.settings.scope
    if (wanted.workspace or wanted.resource_group) and not solutions(graph) and _workspaces_listed(graph):
        named = f"workspace {wanted.workspace}" if wanted.workspace else f"resource group {wanted.resource_group}"
        raise NothingScanned(f"no workspace to judge: {named} was not found; check the name and the subscription")


def _workspaces_listed(graph: Graph) -> bool:
    """Tell whether every workspace was listed; gaps elsewhere say nothing about that."""
    try:
        return all(True for _ in graph.all(Workspace))
    except MissingEvidence:
        return False


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
    )


def _summarised(solution: Solution) -> SolutionSummary:
    """Sum up a solution as far as it was seen: here, what is missing stays empty."""
    return SolutionSummary(
        str(solution.id),
        _or(None, lambda: solution.isolation.value),
        _or((), lambda: tuple(map(str, solution.aml_vnets))),
        tuple(map(str, gathered(solution.access_vnets)[0])),
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


def exit_code(finished: Scan, fail_on: int | None, *, allow_unknown: bool) -> int:
    """Return 1 when a failure that counts has the rank `fail_on` or more (None: never), 3 for unknowns, else 0."""
    failed = (result for result in finished.results if counts(result))
    if fail_on is not None and any(result.severity.rank >= fail_on for result in failed):
        return 1
    return 3 if finished.by_verdict[Verdict.UNKNOWN] and not allow_unknown else 0


def chosen(
    rules: Iterable[Rule[Subject]], only: Iterable[str], without: Iterable[str], controls: Iterable[str]
) -> tuple[Rule[Subject], ...]:
    """Return the rules that the user asked for; ids and control names are known to be right."""
    only, without, controls = set(only), set(without), {each.lower() for each in controls}
    return tuple(
        rule
        for rule in rules
        if rule.id not in without
        and (not only or rule.id in only)
        and (not controls or rule.control.lower() in controls)
    )
