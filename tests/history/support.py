"""Runs made by hand or by Hypothesis, and the obvious history that keeps every row of every run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from scanner.engine import Severity, Verdict
from scanner.history.findings import Interval, Run
from scanner.history.intervals import Key, Sight, State, step
from scanner.history.scope import Scope
from scanner.history.store import NewRun

BEGAN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
SCOPE = Scope("azure", "public", "current", ("11111111-1111-4111-8111-111111111111",))

FAIL = State(Verdict.FAIL, Severity.HIGH)
WAIVED = replace(FAIL, waived=True)
PASS = State(Verdict.PASS, Severity.HIGH)
UNKNOWN = State(Verdict.UNKNOWN, Severity.HIGH)

RULES = ("rule-a", "rule-b", "rule-c")
SUBJECTS = ("/subscriptions/s/one", "/subscriptions/s/two", "/subscriptions/s/three")
ONE = Key(RULES[0], SUBJECTS[0])


def sight(seen: Mapping[Key, State], *more: str, unlisted: Sequence[str] = ()) -> Sight:
    """Return what a run saw; it judged the rules of its results and those named."""
    return Sight(frozenset({key.rule for key in seen} | {*more, *unlisted}), frozenset(unlisted), seen)


def saw(state: State | None) -> Sight:
    """Return what a run saw of ONE, None where it was not there."""
    return sight({ONE: state} if state is not None else {}, ONE.rule)


def new_run(what: Sight, day: int, scope: Scope = SCOPE) -> NewRun:
    """Return a run of a day, five minutes long."""
    started = BEGAN + timedelta(days=day)
    return NewRun(scope, started, started + timedelta(minutes=5), "live", "1.2.3", what, {})


def run_of(number: int) -> Run:
    """Return the run that a store would give the number, of as many days after the beginning."""
    started = BEGAN + timedelta(days=number)
    return Run(number, started, started + timedelta(minutes=5), "live", "1.2.3", 3)


def random_sights(seed: int, count: int) -> list[Sight]:
    """Return what so many runs saw, the same for the same seed."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    states = [FAIL, PASS, UNKNOWN, State(Verdict.FAIL, Severity.LOW, waived=True)]
    found = []
    for _ in range(count):
        judged = drawn.sample(RULES, drawn.randint(1, 3))
        unlisted = [each for each in judged if drawn.random() < 0.2]
        seen = {Key(rule, each): drawn.choice(states) for rule in judged for each in SUBJECTS if drawn.random() < 0.8}
        found.append(sight(seen | {Key(rule, ""): UNKNOWN for rule in unlisted}, *judged, unlisted=unlisted))
    return found


# By rows


@dataclass(frozen=True, slots=True)
class Rows:
    """The history as a table of every result after every run: slow, large, and plain to see that it is right."""

    tables: tuple[Mapping[Key, State], ...]

    @classmethod
    def of(cls, sights: Sequence[Sight]) -> Rows:
        """Fill the tables."""
        tables: list[dict[Key, State]] = []
        for each in sights:
            before = tables[-1] if tables else {}
            table = dict(each.seen)
            for key, state in before.items():
                if key.rule not in each.judged:
                    table[key] = state
                elif key.subject and key.rule in each.unlisted and key not in each.seen:
                    known = state.verdict is not Verdict.UNKNOWN
                    table[key] = State(Verdict.UNKNOWN, state.severity) if known else state
            tables.append(table)
        return cls(tuple(tables))


def stepped(sights: Sequence[Sight]) -> list[Interval]:
    """Return the intervals that runs 1, 2, … come to, as a store would keep them."""
    standing: dict[Key, tuple[int, State]] = {}
    found: list[Interval] = []
    for number, each in enumerate(sights, 1):
        change = step({key: state for key, (_, state) in standing.items()}, each)
        for key in change.ended:
            first, state = standing.pop(key)
            found.append(Interval(key.rule, key.subject, state, first, number))
        standing |= {key: (number, state) for key, state in change.begun.items()}
    found += [Interval(key.rule, key.subject, state, first, None) for key, (first, state) in standing.items()]
    return sorted(found, key=lambda each: (each.rule, each.subject, each.first))


def table_at(intervals: Sequence[Interval], number: int) -> dict[Key, State]:
    """Return how everything stood after a run."""
    holds = (each for each in intervals if each.first <= number and (each.until is None or number < each.until))
    return {Key(each.rule, each.subject): each.state for each in holds}


# By Hypothesis

STATES = st.builds(State, st.sampled_from([Verdict.PASS, Verdict.UNKNOWN]), st.just(Severity.HIGH)) | st.builds(
    State, st.just(Verdict.FAIL), st.sampled_from([Severity.LOW, Severity.HIGH]), st.booleans()
)


@st.composite
def sights(draw: st.DrawFn) -> Sight:
    """Draw what one run saw: some rules, some of their subjects, and rules that could not list all of theirs."""
    judged = draw(st.sets(st.sampled_from(RULES), min_size=1))
    unlisted = draw(st.sets(st.sampled_from(sorted(judged))))
    keys = st.builds(Key, st.sampled_from(sorted(judged)), st.sampled_from(SUBJECTS))
    seen = draw(st.dictionaries(keys, STATES))
    nothing = {Key(rule, ""): UNKNOWN for rule in unlisted}
    return Sight(frozenset(judged), frozenset(unlisted), seen | nothing)


RUNS = st.lists(sights(), max_size=12)
