"""Verdicts of the whole rule set, by rule and by rule and subject: what tests of the set compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from scanner.engine import Result, Verdict
from tests.cases import worst

Judged: TypeAlias = Mapping[tuple[str, str], Verdict]
"""Verdicts by rule id and the subject's lower-case ARM id, "" where there is no subject."""


def by_subject(results: Iterable[Result]) -> Judged:
    """Return the verdict on every subject."""
    return {(each.rule.id, each.subject.id.key if each.subject else ""): each.verdict for each in results}


def with_reasons(results: Iterable[Result]) -> list[object]:
    """Return what each result says, in order: rule, subject, verdict, problems and doubts."""
    return [
        (each.rule.id, each.subject and each.subject.id, each.verdict, each.problems, each.doubts) for each in results
    ]


def by_rule(results: Iterable[Result]) -> dict[str, Verdict]:
    """Return what each rule comes to."""
    grouped: dict[str, list[Result]] = {}
    for each in results:
        grouped.setdefault(each.rule.id, []).append(each)
    return {rule: worst(tuple(found)) for rule, found in grouped.items()}


def having(verdict: Verdict, judged: Mapping[str, Verdict]) -> set[str]:
    """Return the ids of the rules that come to a verdict."""
    return {rule for rule, each in judged.items() if each is verdict}
