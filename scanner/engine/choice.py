"""Which rules of a pack a user asked for, and how much each matters to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from scanner.engine.rule import Rule, Subject
from scanner.engine.severity import Severity, SeverityOverride
from scanner.engine.verdict import Notes, Problem
from scanner.graph import Graph


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


def reweighed(rules: Iterable[Rule[Subject]], overrides: Iterable[SeverityOverride]) -> tuple[Rule[Subject], ...]:
    """Give rules the severities that the user chose; these go before the ones of single problems too."""
    chosen = {each.rule: each.severity for each in overrides}
    return tuple(_reweighed(each, chosen[each.id]) if each.id in chosen else each for each in rules)


def _reweighed(rule: Rule[Subject], severity: Severity) -> Rule[Subject]:
    return replace(rule, severity=severity, check=_without_severities(rule.check))


def _without_severities(check: Callable[[Subject, Graph], Notes]) -> Callable[[Subject, Graph], Notes]:
    def plain(subject: Subject, graph: Graph) -> Notes:
        for each in check(subject, graph):
            yield replace(each, severity=None) if isinstance(each, Problem) else each

    return plain
