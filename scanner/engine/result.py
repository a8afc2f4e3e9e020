"""A result: the verdict of one rule on one subject, with its reasons."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from scanner.engine.rule import Rule, Subject
from scanner.engine.severity import Severity
from scanner.engine.verdict import Doubt, Note, Problem, Verdict
from scanner.engine.waivers import WaiverState, WaiverUse


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict of one rule on one subject. `subject` is None for n/a and where subjects could not be listed.

    `waiver` is the one that a failure is under, expired or not; `seen_before` tells what the baseline
    knows of what failed or is unknown.
    """

    rule: Rule[Subject]
    verdict: Verdict
    subject: Subject | None = None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[Note, ...] = ()
    waiver: WaiverUse | None = None
    seen_before: bool = False

    @property
    def is_waived(self) -> bool:
        """Whether somebody accepted this failure and still does."""
        return self.waiver is not None and self.waiver.state is WaiverState.ACTIVE

    @property
    def severity(self) -> Severity:
        """The worst severity among the problems; the rule's own where there are none."""
        own = self.rule.severity
        return max((problem.severity or own for problem in self.problems), key=lambda each: each.rank, default=own)

    @property
    def fingerprint(self) -> str:
        """32 hex digits, the same in every run for the same rule and subject."""
        subject = self.subject.id.key if self.subject is not None else ""
        # A name from a snapshot can hold what UTF-8 does not: an unpaired surrogate.
        return hashlib.sha256(f"{self.rule.id}\0{subject}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
