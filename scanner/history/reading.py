"""Reading stories from a history."""

from __future__ import annotations

from scanner.history.findings import findings
from scanner.history.scope import Scope
from scanner.history.story import Story, Wanted
from scanner.history.view import View


def stories(view: View, wanted: Wanted) -> list[Story]:
    """Return what is to be told of every scope that has runs."""
    return [each for number, scope in view.scopes().items() if (each := _story(view, number, scope, wanted)).runs]


def _story(view: View, number: int, scope: Scope, wanted: Wanted) -> Story:
    runs = view.runs(number)
    of_failures = (each for each in view.intervals(number) if wanted.fits(each.rule, each.subject))
    every = () if wanted.is_all else view.every_interval(number)
    return Story(
        number,
        scope,
        runs,
        tuple(findings(of_failures, runs)),
        tuple(view.points(number)),
        tuple(each for each in every if wanted.fits(each.rule, each.subject)),
    )
