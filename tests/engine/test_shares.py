"""Judging in shares and in processes gives what judging in one go gives, order included."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.checks.selectors import workspaces
from scanner.engine import Notes, Problem, Result, Rule, Severity, Subject, Verdict, evaluate, rule
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.processes import ProcessLost, evaluate_in_processes
from scanner.engine.sent import Named, packed, unpacked
from scanner.engine.shares import Dealt, judge_part, put_together
from scanner.errors import RulePackError
from scanner.estate.solution import Solution
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from tests.bench.tenant import tenant
from tests.cases import FIXTURES, estate
from tests.cli.test_cli import start

RULES = load_packs([built_in_pack()])
ESTATES = sorted(path.stem for path in FIXTURES.glob("*.json"))


def graph_of(name: str, *gaps: Gap) -> Graph:
    return Graph(estate(name), gaps)


def said(results: tuple[Result, ...]) -> list[tuple[Any, ...]]:
    """Return all that a report can show of results."""
    return [
        (each.rule.id, each.verdict, _subject(each), each.problems, each.doubts, each.notes, each.fingerprint)
        for each in results
    ]


def _subject(result: Result) -> tuple[str, str, str] | None:
    subject = result.subject
    return (str(subject.id), subject.name, subject.TYPE) if subject is not None else None


@pytest.mark.parametrize("name", ESTATES)
def test_shares_put_together_are_the_whole(name: str) -> None:
    whole = evaluate(RULES, graph_of(name))
    for shares in (1, 3):
        parts = [judge_part(RULES, graph_of(name), number, shares) for number in range(shares)]
        arrived = [unpacked(packed(each), len(RULES)) for each in parts]

        assert said(put_together(RULES, arrived)) == said(whole)
        assert sum(len(results) for part in parts for results, *_ in part) == sum(
            each.subject is not None for each in whole
        )


def test_doubts_about_no_subject_are_told_once() -> None:
    gaps = [
        Gap(kind, "/subscriptions/11111111-1111-4111-8111-111111111111", "forbidden", 403)
        for kind in ("Microsoft.MachineLearningServices/workspaces", "Microsoft.Network/privateDnsZones")
    ]
    whole = evaluate(RULES, graph_of("reference", *gaps))
    assert any(each.subject is None and each.verdict is Verdict.UNKNOWN for each in whole)
    parts = [judge_part(RULES, graph_of("reference", *gaps), number, 4) for number in range(4)]
    assert said(put_together(RULES, parts)) == said(whole)


@pytest.mark.parametrize("name", ["demo", "landing-zone"])
def test_processes_give_what_one_gives(name: str) -> None:
    graph = graph_of(name)
    assert said(evaluate_in_processes(RULES, graph, 3)) == said(evaluate(RULES, graph))


def rule_of(check: Any) -> tuple[Rule[Subject], ...]:  # noqa: ANN401 - a rule's check
    made = rule(id="a-rule", control="Workspace", severity=Severity.LOW, each=workspaces)(check)
    return (made,)  # type: ignore[return-value]  # rules of any subject stand in one list


def test_others_judge_than_the_process_that_asks() -> None:
    def where(_: Solution, __: Graph) -> Notes:
        yield Problem(str(os.getpid()))

    results = evaluate_in_processes(rule_of(where), graph_of("reference"), 2)
    assert str(os.getpid()) not in {problem.message for each in results for problem in each.problems}


def test_a_rule_that_breaks_in_a_process_is_named() -> None:
    def broken(solution: Solution, _: Graph) -> Notes:
        yield Problem(str(1 // len(solution.id.key[:0])))

    with pytest.raises(RulePackError, match=r"rule a-rule broke on .*ZeroDivisionError"):
        evaluate_in_processes(rule_of(broken), graph_of("reference"), 2)


def test_a_process_that_is_killed_is_told() -> None:
    def killed(_: Solution, __: Graph) -> Iterator[Problem]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield Problem("never")

    with pytest.raises(ProcessLost, match="--processes 1"):
        evaluate_in_processes(rule_of(killed), graph_of("reference"), 2)


SLOW = '''"""It takes its time.

## Why
To be interrupted.

## Passes
Never.

## Fails
Never.

## Fix
Wait.

## See
- nowhere
"""

import os
import time
from pathlib import Path

from scanner.engine import Severity, rule
from scanner.checks.selectors import workspaces


@rule(id="slow", control="Workspace", severity=Severity.LOW, each=workspaces)
def check(solution, graph):
    """Tell which process this is, and sleep."""
    (Path(__file__).parent / f"{os.getpid()}.pid").touch()
    time.sleep(60)
    yield from ()
'''


def test_a_signal_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    with start("--demo", "--rules", str(tmp_path), "--rule", "slow", "--processes", "2") as scan:
        while not (found := list(tmp_path.glob("*.pid"))):
            assert scan.poll() is None, scan.communicate()
            time.sleep(0.05)
        assert str(scan.pid) not in {each.stem for each in found}
        scan.terminate()
        assert scan.wait(30) == 128 + signal.SIGTERM
    for each in tmp_path.glob("*.pid"):
        assert _is_gone(int(each.stem))


def _is_gone(pid: int) -> bool:
    for _ in range(200):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "\nState:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("size", "processes"), [(19_999, 1), (20_000, 2), (249_999, 2), (250_000, 1)])
def test_as_many_processes_judge_as_pay(size: int, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def parts(_: object, __: object, wanted: int) -> list[Any]:
        asked.append(wanted)
        return []

    monkeypatch.setattr("scanner.engine.processes._processors", lambda: 2)
    monkeypatch.setattr("scanner.engine.processes._parts", parts)
    monkeypatch.setattr("scanner.engine.processes.put_together", lambda *_: ())
    monkeypatch.setattr(Graph, "__len__", lambda _: size)
    evaluate_in_processes((), graph_of("demo"))
    assert asked == ([processes] if processes > 1 else [])


def test_solutions_are_dealt_out_however_much_lies_beside_them() -> None:
    graph = Graph(tenant(8, 160))
    with_a_solution = {each.id.subscription for each in graph.seen(Workspace)}
    parts = [judge_part(RULES, graph, number, 2) for number in range(2)]
    judged = [{each.subject.id.subscription for results, *_ in part for each in results} for part in parts]

    assert len(with_a_solution) == 2
    assert all(len(each & with_a_solution) == 1 for each in judged)


def _keys(sizes: dict[str, int]) -> list[str]:
    """Return the keys of so many resources in each place, a subscription and a group: "s1/g1"."""
    places = (each.split("/") for each in sizes)
    named = (f"/subscriptions/{guid}/resourcegroups/{group}" for guid, group in places)
    return [f"{at}/providers/a.b/c/{n}" for at, size in zip(named, sizes.values(), strict=True) for n in range(size)]


def test_shares_are_about_as_large_and_a_subscription_stays_together_unless_it_is_large() -> None:
    sizes = {f"s{number}/g{group}": 5 for number in range(20) for group in range(2)} | {"large/g1": 60, "large/g2": 60}
    keys = _keys(sizes)
    dealt = Dealt(keys, 2)
    numbers = {key: dealt.share_of(Named(ArmId(key), "", "")) for key in keys}
    of_subscription: dict[str, set[int]] = {}
    for key, number in numbers.items():
        of_subscription.setdefault(ArmId(key).subscription, set()).add(number)

    assert Counter(numbers.values()) == {0: 160, 1: 160}
    assert {guid for guid, shares in of_subscription.items() if len(shares) > 1} == {"large"}
    assert dealt.share_of(Named(ArmId("/subscriptions/of-no-row"), "", "")) in {0, 1}
