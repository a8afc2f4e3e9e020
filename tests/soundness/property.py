"""View soundness: what was not seen may only make a verdict unknown, and what was seen counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.engine import Verdict
from tests.soundness.views import View
from tests.soundness.worlds import RULES, Broken, judged, verdicts_of
from tests.verdicts import Judged

_NOTHING = "nothing"
_BROKE = "broke"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A verdict of a view that the world does not bear out. `whole` and `seen` are verdicts, or "nothing"."""

    rule: str
    whole: str
    seen: str
    subject: str = ""

    @property
    def move(self) -> str:
        """What became of what."""
        return f"{self.whole} → {self.seen}"

    def __str__(self) -> str:
        about = f" on {self.subject}" if self.subject else ""
        return f"{self.rule}: {self.move}{about}"


def violations(view: View, only: str = "") -> list[Violation]:
    """Judge a view by all rules, or only one, and compare with what they say of the world."""
    rules = [RULES[only]] if only else RULES.values()
    try:
        seen = judged(rules, view.graph())
    except Broken as error:
        return [broke(error)]
    return sorted(unsound(verdicts_of(view.world, view.reached_from, only), seen))


def broke(error: Broken) -> Violation:
    """Return what is wrong where a rule broke."""
    return Violation(str(error).split()[1], _NOTHING, _BROKE, str(error))


def unsound(whole_of: Judged, seen: Judged) -> Iterator[Violation]:
    """Yield each verdict that what is hidden changed to anything but unknown.

    - a pass, a fail or n/a that the world does not have;
    - a failure of the world whose subject has no result, where the rule has no unknown that stands for it;
    - a rule's unknowns of the world, where nothing is left that is not passed.
    """
    for (rule, subject), verdict in seen.items():
        before = whole_of.get((rule, subject))
        if verdict is not Verdict.UNKNOWN and before is not verdict:
            # Where a rule turned from subjects to none, the worst of what they were.
            was = _worst(rule, whole_of) if verdict is Verdict.NOT_APPLICABLE else before
            yield Violation(rule, was.value if was else _NOTHING, verdict.value, subject)
    undecided = {rule for (rule, subject), verdict in seen.items() if verdict is Verdict.UNKNOWN and not subject}
    told = {rule for (rule, _), verdict in seen.items() if verdict is not Verdict.PASS}
    for (rule, subject), verdict in whole_of.items():
        if (rule, subject) not in seen and (rule, "") not in seen:
            stands_for_it = {Verdict.FAIL: undecided, Verdict.UNKNOWN: told}.get(verdict, {rule})
            if rule not in stands_for_it:
                yield Violation(rule, verdict.value, _NOTHING, subject)


def _worst(rule: str, whole_of: Judged) -> Verdict | None:
    found = {verdict for (each, _), verdict in whole_of.items() if each == rule}
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)
    return next((verdict for verdict in order if verdict in found), None)


def lost(whole_of: Judged, seen: Judged) -> Iterator[Violation]:
    """Yield the failures of a world that are none in a view: for views that hide what no failure stands on."""
    for key, verdict in sorted(whole_of.items()):
        after = seen.get(key)
        if verdict is Verdict.FAIL and after is not Verdict.FAIL:
            yield Violation(key[0], verdict.value, after.value if after else _NOTHING, key[1])


def told(violations_of: Iterable[Violation], view: View) -> str:
    """Return an example in a few lines: the world, what is hidden, what came of it."""
    return "\n".join((str(view), *map(str, violations_of)))
