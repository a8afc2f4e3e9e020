"""Results that a reader looks at together: by severity, rule, workspace or cause; what matters most comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scanner.engine import Result, Severity
from scanner.model.arm import ArmId
from scanner.report.view import BY_CAUSE, BY_RULE, BY_SEVERITY, BY_WORKSPACE
from scanner.report.words import name_of_id
from scanner.scan.homes import Homes
from scanner.scan.outcome import Scan
from scanner.system.plain import plain

_NOWHERE = "no workspace"
_NOTHING = "no resource"


class Places:
    """How reports name workspaces, and where subjects lie."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.homes = Homes(scan)
        self._causes = {each.fingerprint: cause for cause in reversed(scan.causes) for each in cause.results}
        subscriptions = defaultdict(set)
        subjects = (each.subject.id for each in scan.results if each.subject is not None)
        for each in (*self.homes.workspaces, *subjects):
            subscriptions[each.resource_group.lower()].add(each.subscription)
        self._ambiguous = {group for group, found in subscriptions.items() if len(found) > 1}

    def group_of(self, arm_id: ArmId) -> str:
        """Name a resource group; with its subscription, where groups of two have the same name."""
        name = plain(arm_id.resource_group)
        return f"{name} of {plain(arm_id.subscription)}" if name.lower() in self._ambiguous else name

    def cause_of(self, result: Result) -> tuple[str, str]:
        """Return what a failure comes from, the weightiest of several, as a title and what tells it from others.

        Where nobody worked that out: the first resource that its problems name, else its subject.
        """
        cause = self._causes.get(result.fingerprint)
        if cause is not None:
            return plain(cause.says), cause.id
        at = next((each for problem in result.problems for each in problem.involves), None)
        at = at or (result.subject.id if result.subject is not None else None)
        if at is None:
            return _NOTHING, ""
        inside = f" in {self.group_of(at)}" if at.resource_group else ""
        return f"{name_of_id(at)}{inside}", at.key

    def workspace(self, workspace: ArmId) -> str:
        """Name a workspace with its resource group."""
        return f"{plain(workspace.name)} ({self.group_of(workspace)})"

    def of(self, result: Result) -> str:
        """Say in which resource group a subject lies and of which workspace it is, "" where neither is known."""
        if result.subject is None:
            return ""
        subject, found = result.subject.id, self.homes.of(result)
        inside = f"in {self.group_of(subject)}" if subject.resource_group else ""
        others = [each for each in found if not f"{subject.key}/".startswith(f"{each.key}/")]
        return ", ".join(filter(None, [inside, self._of_workspaces(others)]))

    def _of_workspaces(self, found: list[ArmId]) -> str:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return f"of {plain(found[0].name)}{more}" if found else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Results under one title, in the order in which they are told; `severity` is the worst among them."""

    title: str
    results: tuple[Result, ...]

    @property
    def severity(self) -> Severity:
        """The worst severity."""
        return max((each.severity for each in self.results), key=lambda each: each.rank)

    @property
    def known(self) -> int:
        """How many the baseline knows."""
        return sum(each.seen_before for each in self.results)


def grouped(results: Iterable[Result], by: str, places: Places) -> list[Group]:
    """Group results, the worst group first, then the one of which most is new. `by` is one of `config.choices.GROUPS`.

    A result that is about several workspaces stands under each of them.
    """
    found: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    for each in results:
        for key in _KEYS[by](each, places):
            found[key].append(each)
    groups = [Group(title, tuple(sorted(inside, key=_weight))) for (title, *_), inside in found.items()]
    return sorted(groups, key=lambda each: (-each.severity.rank, each.known - len(each.results), each.title))


def _by_severity(result: Result, _: Places) -> list[tuple[str, ...]]:
    return [(result.rule.id, result.severity)]


def _by_rule(result: Result, _: Places) -> list[tuple[str, ...]]:
    return [(result.rule.id,)]


def _by_workspace(result: Result, places: Places) -> list[tuple[str, ...]]:
    return [(places.workspace(each), each.key) for each in places.homes.of(result)] or [(_NOWHERE,)]


def _by_cause(result: Result, places: Places) -> list[tuple[str, ...]]:
    return [places.cause_of(result)]


_KEYS: dict[str, Callable[[Result, Places], list[tuple[str, ...]]]] = {
    BY_CAUSE: _by_cause,
    BY_RULE: _by_rule,
    BY_WORKSPACE: _by_workspace,
    BY_SEVERITY: _by_severity,
}


def _weight(result: Result) -> tuple[int, bool]:
    return -result.severity.rank, result.seen_before
