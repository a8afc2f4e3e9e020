"""Resources of code whose names are known only after apply: reports name them by their addresses in the code.

Ids stay as they are: baselines and histories go by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from scanner.causes.causes import Cause
from scanner.engine import Doubt, Hop, Note, Problem, Result, Subject
from scanner.model.arm import ArmId
from scanner.scan.diff import Change, Diff, Judged
from scanner.scan.outcome import Scan

_STAND_IN = re.compile(r"tf~[A-Za-z0-9-]+")
R = TypeVar("R", Problem, Note)


def readable(scan: Scan) -> Scan:
    """Return a scan that tells the addresses of code wherever names only stand in for them."""
    if not scan.stand_ins:
        return scan
    tell = _Teller(scan.stand_ins)
    results = {id(each): tell.result(each) for each in scan.results}
    by_fingerprint = {each.fingerprint: each for each in results.values()}
    causes = tuple(_cause(each, by_fingerprint, tell) for each in scan.causes)
    change = tell.diff(scan.change) if scan.change is not None else None
    return replace(scan, results=tuple(results.values()), causes=causes, change=change)


def told(arm_id: ArmId, stand_ins: Mapping[str, str]) -> ArmId:
    """Return an id whose names are addresses of code where they stand in for them; it prints as it did."""
    return _Told(arm_id, stand_ins) if _STAND_IN.search(arm_id.text) else arm_id


class _Told(ArmId):
    """An id that is named otherwise than it is written."""

    def __init__(self, arm_id: ArmId, stand_ins: Mapping[str, str]) -> None:
        super().__init__(arm_id.text)
        self._stand_ins = stand_ins

    def _address(self, name: str) -> str:
        return self._stand_ins.get(name.lower(), name)

    @property
    def name(self) -> str:
        """The last segment, or the address that it stands for."""
        return self._address(super().name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the provider part, or the addresses that they stand for."""
        return tuple(map(self._address, super().names))

    @cached_property
    def resource_group(self) -> str:
        """The resource group's name, or the address that it stands for."""
        return self._address(ArmId(self.text).resource_group)


@dataclass(frozen=True, slots=True)
class _Named:
    """A subject under an id that is named otherwise."""

    of: Subject
    id: ArmId
    name: str

    @property
    def TYPE(self) -> str:  # noqa: N802 - as subjects have it
        """The ARM resource type."""
        return self.of.TYPE


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts addresses for names; `stand_ins` by name in lower case."""

    stand_ins: Mapping[str, str]

    def text(self, text: str) -> str:
        return _STAND_IN.sub(lambda found: self.stand_ins.get(found[0].lower(), found[0]), text)

    def id(self, arm_id: ArmId) -> ArmId:
        return told(arm_id, self.stand_ins)

    def result(self, result: Result) -> Result:
        return replace(
            result,
            subject=self._subject(result.subject) if result.subject is not None else None,
            problems=tuple(map(self._with_path, result.problems)),
            doubts=tuple(map(self._doubt, result.doubts)),
            notes=tuple(map(self._with_path, result.notes)),
        )

    def _subject(self, subject: Subject) -> Subject:
        arm_id = self.id(subject.id)
        if arm_id is subject.id:
            return subject
        name = arm_id.name if subject.name == subject.id.name else self.text(subject.name)
        return _Named(subject, arm_id, name)

    def _with_path(self, reason: R) -> R:
        path = tuple(Hop(self.id(hop.at), self.text(hop.says), hop.ok) for hop in reason.path)
        involves = tuple(map(self.id, reason.involves))
        return replace(reason, message=self.text(reason.message), involves=involves, path=path)

    def _doubt(self, doubt: Doubt) -> Doubt:
        return replace(doubt, message=self.text(doubt.message), involves=tuple(map(self.id, doubt.involves)))

    def diff(self, diff: Diff) -> Diff:
        return replace(diff, changes=tuple(map(self._change, diff.changes)))

    def _change(self, change: Change) -> Change:
        old, new = (self._judged(each) if each is not None else None for each in (change.old, change.new))
        return replace(change, old=old, new=new)

    def _judged(self, judged: Judged) -> Judged:
        return replace(
            judged,
            subject=self.id(judged.subject) if judged.subject is not None else None,
            problems=tuple(map(self.text, judged.problems)),
            doubts=tuple(map(self.text, judged.doubts)),
        )


def _cause(cause: Cause, results: Mapping[str, Result], tell: _Teller) -> Cause:
    clears, eases = (tuple(results[each.fingerprint] for each in some) for some in (cause.clears, cause.eases))
    change = cause.change
    if change is not None:
        change = replace(change, says=tell.text(change.says))
    return replace(cause, says=tell.text(cause.says), clears=clears, eases=eases, change=change)
