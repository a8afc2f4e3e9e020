"""What changed between two scans: which failures are new, fixed, changed, still there, or no longer seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scanner.engine import Result, Severity, Verdict
from scanner.model.arm import ArmId


@dataclass(frozen=True, slots=True)
class Judged:
    """One result, as a report tells it: `subject` is None for n/a and where subjects could not be listed.

    `problems` and `doubts` are messages; what order they came in says nothing.
    """

    rule: str
    subject: ArmId | None
    verdict: Verdict
    severity: Severity
    waived: bool
    problems: tuple[str, ...]
    doubts: tuple[str, ...]
    fingerprint: str


def judged(result: Result) -> Judged:
    """Return a result as a report tells it."""
    return Judged(
        result.rule.id,
        result.subject.id if result.subject is not None else None,
        result.verdict,
        result.severity,
        result.is_waived,
        tuple(each.message for each in result.problems),
        tuple(each.message for each in result.doubts),
        result.fingerprint,
    )


class Standing(StrEnum):
    """How a subject stands with a rule in one scan."""

    FAIL = "fail"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    FINE = "pass"
    ABSENT = "not seen"


class Kind(StrEnum):
    """What became of a subject's standing, in the order of reports."""

    NEW = "new"
    CHANGED = "changed"
    STILL_FAILING = "still-failing"
    FIXED = "fixed"
    NO_LONGER_SEEN = "no-longer-seen"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule and subject in two scans; a result is None where that scan has none for it."""

    kind: Kind
    old: Judged | None
    new: Judged | None

    @property
    def latest(self) -> Judged:
        """The newest result that names the subject."""
        named = [each for each in (self.new, self.old) if each is not None]
        return next((each for each in named if each.subject is not None), named[0])

    @property
    def is_news(self) -> bool:
        """Whether this fails now and did not before, or was not known to."""
        return _standing(self.new) is Standing.FAIL and _standing(self.old) is not Standing.FAIL

    @property
    def standings(self) -> tuple[Standing, Standing]:
        """How it stood, and how it stands."""
        return _standing(self.old), _standing(self.new)

    @property
    def word(self) -> str:
        """What became of a failure: new, fixed, still or worse, "" for anything else.

        Worse has something that was not there before, whatever went: a rule that is widened takes its old words along.
        """
        if self.is_news:
            return "new"
        if self.standings == (Standing.FAIL, Standing.FAIL):
            return "worse" if self.came else "still"
        return "fixed" if self.kind is Kind.FIXED else ""

    @property
    def came(self) -> tuple[str, ...]:
        """The problems and doubts that were not there before."""
        return _without(self.new, self.old)

    @property
    def went(self) -> tuple[str, ...]:
        """The problems and doubts that are no longer there."""
        return _without(self.old, self.new)


_KINDS = {
    (Standing.FINE, Standing.FAIL): Kind.NEW,
    (Standing.ABSENT, Standing.FAIL): Kind.NEW,
    (Standing.WAIVED, Standing.FAIL): Kind.CHANGED,
    (Standing.UNKNOWN, Standing.FAIL): Kind.CHANGED,
    (Standing.FAIL, Standing.FAIL): Kind.STILL_FAILING,
    (Standing.FAIL, Standing.WAIVED): Kind.CHANGED,
    (Standing.FAIL, Standing.UNKNOWN): Kind.CHANGED,
    (Standing.WAIVED, Standing.UNKNOWN): Kind.CHANGED,
    (Standing.FINE, Standing.UNKNOWN): Kind.CHANGED,
    (Standing.UNKNOWN, Standing.FINE): Kind.CHANGED,
    (Standing.FAIL, Standing.FINE): Kind.FIXED,
    (Standing.WAIVED, Standing.FINE): Kind.FIXED,
    (Standing.FAIL, Standing.ABSENT): Kind.NO_LONGER_SEEN,
}
"""What a pair of standings comes to; of the others there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes, by kind and then the worst first; `old` and `new` say which scans were compared."""

    old: str
    new: str
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(each for each in self.changes if each.kind is kind)

    @property
    def has_news(self) -> bool:
        """Whether anything fails now that did not before."""
        return any(each.is_news for each in self.changes)


def compare(old: Iterable[Judged], new: Iterable[Judged]) -> tuple[Change, ...]:
    """Compare two scans result by result. A failure whose subjects a scan could not list is unknown there, not gone."""
    before, after = _Scan.of(old), _Scan.of(new)
    return tuple(sorted(_changes(before, after), key=_place))


@dataclass(frozen=True, slots=True)
class _Scan:
    """The results of one scan: by fingerprint, and by rule those that say that subjects could not be listed."""

    subjects: Mapping[str, Judged]
    unlisted: Mapping[str, Judged]

    @classmethod
    def of(cls, results: Iterable[Judged]) -> _Scan:
        results = tuple(results)
        return cls(
            {each.fingerprint: each for each in results if each.subject is not None},
            {each.rule: each for each in results if each.subject is None and each.verdict is Verdict.UNKNOWN},
        )

    def like(self, other: Judged) -> Judged | None:
        """Return the result for what another scan has one for; of a failure, why its subject was not listed."""
        unlisted = self.unlisted.get(other.rule) if other.verdict is Verdict.FAIL else None
        return self.subjects.get(other.fingerprint, unlisted)


def _changes(before: _Scan, after: _Scan) -> Iterator[Change]:
    pairs = [(old, after.like(old)) for old in before.subjects.values()]
    came = [each for fingerprint, each in after.subjects.items() if fingerprint not in before.subjects]
    for old, new in (*pairs, *((before.like(each), each) for each in came)):
        kind = _kind(old, new)
        if kind is not None:
            yield Change(kind, old, new)


def _kind(old: Judged | None, new: Judged | None) -> Kind | None:
    kind = _KINDS.get((_standing(old), _standing(new)))
    return Kind.CHANGED if kind is Kind.STILL_FAILING and _reasons(old) != _reasons(new) else kind


def _standing(result: Judged | None) -> Standing:
    match result:
        case None:
            return Standing.ABSENT
        case Judged(verdict=Verdict.FAIL, waived=True):
            return Standing.WAIVED
        case Judged(verdict=Verdict.FAIL):
            return Standing.FAIL
        case Judged(verdict=Verdict.UNKNOWN):
            return Standing.UNKNOWN
        case _:
            return Standing.FINE


def _reasons(result: Judged | None) -> tuple[Severity, frozenset[str]] | None:
    return (result.severity, frozenset(result.problems)) if result is not None else None


def _without(result: Judged | None, other: Judged | None) -> tuple[str, ...]:
    said = {*other.problems, *other.doubts} if other is not None else set()
    return tuple(each for each in (*result.problems, *result.doubts) if each not in said) if result is not None else ()


def _place(change: Change) -> tuple[int, int, str, ArmId]:
    latest = change.latest
    return list(Kind).index(change.kind), -latest.severity.rank, latest.rule, latest.subject or ArmId("")
