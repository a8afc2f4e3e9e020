"""Rules that ask one thing of their subject are built here, from a test and what to say where it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from scanner.engine import Notes, Problem, Subject
from scanner.graph import Graph

S = TypeVar("S", bound=Subject)


def must_not(is_wrong: Callable[[S], bool], message: str) -> Callable[[S, Graph], Notes]:
    """Make the check that finds a problem where a subject is wrong; a value that is not known makes it a doubt."""

    def check(subject: S, _: Graph) -> Notes:
        if is_wrong(subject):
            yield Problem(message, (subject.id,))

    return check
