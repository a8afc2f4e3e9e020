"""Judging on a cluster: the estate goes to every worker once, each judges shares of its subjects."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from scanner.cluster import tasks
from scanner.cluster.connection import Cluster, ClusterTimeoutError
from scanner.engine import Result, Rule, Subject, evaluate
from scanner.engine.sent import Part, unpacked
from scanner.engine.shares import put_together
from scanner.graph import Graph
from scanner.model.machine_learning import Workspace

PAYS_FROM = 50_000
"""Resources from which on two workers judge sooner than one process, what Dask itself takes included (tests/bench)."""

ROWS_A_WORKSPACE = 500
"""Resources for each workspace up to which an estate is sent: judging grows with workspaces, sending with resources."""

_SHARES_EACH = 2
"""Shares for each worker, so that who is early takes over: a second one costs little where a first was judged."""


def evaluate_on(cluster: Cluster, rules: Sequence[Rule[Subject]], graph: Graph) -> tuple[Result, ...]:
    """Judge as `evaluate` does, with the same results in the same order.

    A rule of the user's own is judged here: its code is not sent. So is everything that the cluster does not judge in
    time, for what was read counts, however late it is, and what one process judges sooner.
    Raises ClusterError, ShareLost and RulePackError.
    """
    if not _pays(cluster, graph):
        return evaluate(rules, graph)
    try:
        return _judged(cluster, rules, graph)
    except ClusterTimeoutError:
        return evaluate(rules, graph)


def _pays(cluster: Cluster, graph: Graph) -> bool:
    """Tell whether several workers judge sooner than one process does: not what is little, or costs more to send."""
    is_worth_it = PAYS_FROM <= len(graph) <= ROWS_A_WORKSPACE * len(graph.seen(Workspace))
    return is_worth_it and cluster.workers > 1


def _judged(cluster: Cluster, rules: Sequence[Rule[Subject]], graph: Graph) -> tuple[Result, ...]:
    built_in = tasks.built_in_rules()
    theirs = [each for each in rules if each.id in built_in and each.check.__code__ == built_in[each.id].check.__code__]
    shares = cluster.workers * _SHARES_EACH
    estate = tasks.Estate(graph.packed().sent(), graph.gaps, graph.settings, graph.coverage, uuid4().hex)
    ids = [each.id for each in theirs]
    answers = cluster.run(tasks.judge, estate, [(ids, number, shares) for number in range(shares)])
    parts = [_part(each, len(ids), cluster) for each in answers]
    of_rule: dict[str, list[Result]] = {each.id: [] for each in theirs}
    for result in put_together(theirs, parts):
        of_rule[result.rule.id].append(result)
    return tuple(
        result for each in rules for result in (of_rule[each.id] if each.id in of_rule else evaluate([each], graph))
    )


def _part(answer: object, rules: int, cluster: Cluster) -> Part:
    try:
        return unpacked(answer, rules)
    except ValueError:
        raise cluster.malformed(answer) from None
