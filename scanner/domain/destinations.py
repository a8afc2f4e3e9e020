"""Whether something that is needed can be reached, where one of several ways of naming it suffices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scanner.domain.rulesets import Clause
from scanner.domain.traffic import Flow
from scanner.evidence import Gap
from scanner.model.network_security import Access


@dataclass(frozen=True, slots=True)
class Passing:
    """What becomes of a flow at what filters it: let through, stopped, or None where that cannot be told.

    `by` are the rules that decide, the last of them the firewall's own refusal where no rule matches. `why` says why
    it cannot be told, `gap` is what was not read, where that is why. `partly` tells that some of a flow that is stopped
    is let through.
    """

    access: Access | None
    by: tuple[Clause, ...]
    why: str = ""
    gap: Gap | None = None
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A flow, and what it goes to, in words: a tag, a name, or addresses."""

    label: str
    flow: Flow


Alternatives: TypeAlias = Sequence[Sequence[Target]]
"""Ways of naming a destination, of which one suffices; of a way, every target is needed."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a destination is reached; `stopped` are the targets, by the way of naming it, that are not.

    `why` and `gap` say why it cannot be told, if `access` is None.
    """

    access: Access | None
    stopped: tuple[tuple[str, Passing], ...] = ()
    why: str = ""
    gap: Gap | None = None


def reached(alternatives: Alternatives, judge: Callable[[Flow], Passing]) -> Reached:
    """Judge each way of naming a destination: it is stopped if each of them has a target that is.

    Where there is one way only, a target that passes in part leaves open whether that is the part that is needed.
    """
    judged = [[(each.label, judge(each.flow)) for each in way] for way in alternatives if way]
    if any(all(each.access is Access.ALLOW for _, each in way) for way in judged):
        return Reached(Access.ALLOW)
    for way in judged:
        if all(each.access is not Access.DENY or (each.partly and len(judged) == 1) for _, each in way):
            unsure = next(each for _, each in way if each.access is not Access.ALLOW)
            return Reached(None, (), unsure.why or "some of it is let through", unsure.gap)
    stopped = tuple((label, each) for way in judged for label, each in way if each.access is Access.DENY)
    return Reached(Access.DENY, stopped)


def who_stops(outcome: Reached) -> str:
    """Say what stops a destination, by the rules that do: "no rule allows login.microsoftonline.com"."""
    by_rule: dict[str, list[str]] = {}
    for label, each in outcome.stopped:
        by_rule.setdefault(_stopper(each), []).append(label)
    return "; ".join(f"{rule} {', '.join(dict.fromkeys(labels))}" for rule, labels in by_rule.items())


def _stopper(passing: Passing) -> str:
    own = [each for each in passing.by if not each.is_default]
    return f"{' and '.join(dict.fromkeys(map(str, own)))} denies" if own else "no rule allows"
