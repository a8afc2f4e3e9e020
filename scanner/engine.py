"""Rules and verdicts: the engine loops over rule and subject and decides; a rule only yields what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

from scanner.errors import RulePackError, one_line
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.heap import seldom_swept
from scanner.model.arm import ArmId
from scanner.waivers import WaiverState, WaiverUse


class Severity(StrEnum):
    """How much a failure matters, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for info."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """What the engine decided."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"


class Subject(Protocol):
    """What one result is about: a resource, or a solution standing for its workspace."""

    @property
    def TYPE(self) -> str:  # noqa: N802 - resources have it as a constant
        """The ARM resource type."""
        ...

    @property
    def id(self) -> ArmId:
        """The ARM id."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...


S = TypeVar("S", bound=Subject)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a private path: where it is, what was found there, and whether it lets the traffic on."""

    at: ArmId
    says: str
    ok: bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason to fail. `severity` overrides the rule's for this problem alone."""

    message: str
    involves: tuple[ArmId, ...] = ()
    severity: Severity | None = None
    path: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason why the subject cannot be judged."""

    message: str
    involves: tuple[ArmId, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying that decides nothing."""

    message: str
    involves: tuple[ArmId, ...] = ()
    path: tuple[Hop, ...] = ()


Notes: TypeAlias = Iterator[Problem | Doubt | Note]
"""What a rule's check yields."""


@dataclass(frozen=True, slots=True)
class Undecided(Generic[S]):
    """A subject of which it could not be seen whether the rule applies; None if subjects could not even be listed."""

    subject: S | None
    missing: MissingEvidence


Selector: TypeAlias = Callable[[Graph], Iterable[S | Undecided[S]]]
"""Yields the subjects of a rule."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule: four facts and a check. `page` is its file's docstring, filled in by `load_pack`."""

    id: str
    control: str
    severity: Severity
    each: Selector[S]
    check: Callable[[S, Graph], Notes]
    page: str = ""

    @property
    def title(self) -> str:
        """The first sentence of the page, without its full stop."""
        return self.page.strip().partition("\n\n")[0].replace("\n", " ").rstrip(".")


def rule(
    *,
    id: str,  # noqa: A002 - it is the word that design, reports and users know
    control: str,
    severity: Severity,
    each: Selector[S],
) -> Callable[[Callable[[S, Graph], Notes]], Rule[S]]:
    """Make a rule of the generator below: `id` in kebab case, `control` a heading of the checklist."""

    def make(check: Callable[[S, Graph], Notes]) -> Rule[S]:
        return Rule(id, control, severity, each, check)

    return make


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict of one rule on one subject. `subject` is None for n/a and where subjects could not be listed.

    `waiver` is the one that a failure is under, expired or not; `seen_before` tells a failure that the baseline knows.
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


Share: TypeAlias = Callable[[Subject], bool]
"""Tells whether a subject is among those to judge."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a share of a rule's subjects gave: results in no order, and doubts that are about no subject."""

    results: tuple[Result, ...]
    doubts: tuple[Doubt, ...]


def evaluate(rules: Iterable[Rule[Subject]], graph: Graph) -> tuple[Result, ...]:
    """Judge every subject of every rule; in rule order, then by the subject's id."""
    with seldom_swept():
        return tuple(result for each in rules for result in in_order(each, [judge_share(each, graph)]))


def judge_share(rule: Rule[Subject], graph: Graph, share: Share = lambda _: True) -> Judged:
    """Judge those subjects of a rule that are in a share. Every share tells the doubts that are about no subject."""
    found, doubts = [], []
    for each in _subjects(rule, graph):
        match each:
            case Undecided(subject=None, missing=missing):
                doubts.append(_doubt(missing))
            case Undecided(subject=subject, missing=missing):
                if subject is not None and share(subject):
                    found.append(Result(rule, Verdict.UNKNOWN, subject, doubts=(_doubt(missing),)))
            case subject if share(subject):
                found.append(_decide(rule, subject, graph))
    return Judged(tuple(found), _merged(doubts))


def in_order(rule: Rule[Subject], shares: Sequence[Judged]) -> list[Result]:
    """Put together what the shares of a rule's subjects gave: the same, and in the same order, as without shares."""
    found = sorted((result for each in shares for result in each.results), key=_place)
    if shares[0].doubts:
        found.append(Result(rule, Verdict.UNKNOWN, doubts=shares[0].doubts))
    return found or [Result(rule, Verdict.NOT_APPLICABLE)]


def _place(result: Result) -> ArmId:
    return result.subject.id if result.subject else ArmId("")


def _merged(doubts: list[Doubt]) -> tuple[Doubt, ...]:
    """Put doubts that say the same into one."""
    said: dict[str, dict[ArmId, None]] = {}
    for doubt in doubts:
        said.setdefault(doubt.message, {}).update(dict.fromkeys(doubt.involves))
    return tuple(Doubt(message, tuple(involves)) for message, involves in said.items())


def _subjects(rule: Rule[Subject], graph: Graph) -> Iterator[Subject | Undecided[Subject]]:
    try:
        yield from rule.each(graph)
    except MissingEvidence as missing:
        yield Undecided(None, missing)
    except Exception as error:
        raise _broken(rule, None, error) from error


def _decide(rule: Rule[Subject], subject: Subject, graph: Graph) -> Result:
    problems, doubts, notes = [], [], []
    for each in _findings(rule, subject, graph):
        match each:
            case Problem():
                problems.append(each)
            case Doubt():
                doubts.append(each)
            case Note():
                notes.append(each)
    verdict = Verdict.FAIL if problems else Verdict.UNKNOWN if doubts else Verdict.PASS
    return Result(rule, verdict, subject, _each_once(problems), _each_once(doubts), _each_once(notes))


def _each_once(reasons: Iterable[T]) -> tuple[T, ...]:
    """Drop repetitions: several workspaces that share a subject can fail it for the same reason."""
    return tuple(dict.fromkeys(reasons))


def _findings(rule: Rule[Subject], subject: Subject, graph: Graph) -> Notes:
    """Yield what the check finds; evidence that it misses ends it with a doubt."""
    try:
        yield from rule.check(subject, graph)
    except MissingEvidence as missing:
        yield _doubt(missing)
    except Exception as error:
        raise _broken(rule, subject, error) from error


def _doubt(missing: MissingEvidence) -> Doubt:
    return Doubt(missing.why, tuple(ArmId(each) for each in missing.involves))


def _broken(rule: Rule[Subject], subject: Subject | None, error: Exception) -> RulePackError:
    about = f" on {subject.id}" if subject is not None else ""
    return RulePackError(f"rule {rule.id} broke{about}: {type(error).__name__}: {one_line(error)}")
