"""A cluster judges as one process does, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from scanner.checks.selectors import workspaces
from scanner.cluster import connection, tasks
from scanner.cluster.connection import Cluster, ClusterError, connected
from scanner.cluster.judging import evaluate_on
from scanner.engine import Notes, Problem, Rule, Severity, Subject, evaluate, rule
from scanner.errors import UsageError
from scanner.estate.solution import Solution
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.graph.coverage import ANY, Coverage, Covered
from scanner.graph.settings import Profile, Settings
from tests.cases import estate
from tests.cluster.conftest import started
from tests.engine.test_shares import RULES, graph_of, said
from tests.whole.test_landing_zone import OURS, PLATFORM

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.mark.parametrize("name", ["demo", "landing-zone"])
def test_a_cluster_judges_as_one_process_does(cluster: Cluster, name: str) -> None:
    assert said(evaluate_on(cluster, RULES, graph_of(name))) == said(evaluate(RULES, graph_of(name)))


def test_gaps_and_settings_go_along(cluster: Cluster) -> None:
    gap = Gap("Microsoft.Network/privateDnsZones", "/subscriptions/11111111-1111-4111-8111-111111111111", "no", 403)
    graph = Graph(estate("reference"), [gap], Settings(Profile.ARTICLE))
    assert said(evaluate_on(cluster, RULES, graph)) == said(evaluate(RULES, graph))
    assert said(evaluate_on(cluster, RULES, graph)) != said(evaluate_on(cluster, RULES, graph_of("reference")))


def test_what_was_seen_completely_goes_along(cluster: Cluster) -> None:
    seen = Coverage([Covered(ANY, f"/subscriptions/{PLATFORM}")], [PLATFORM, OURS])
    graph = Graph(estate("landing-zone"), (), Settings(), seen)
    assert said(evaluate_on(cluster, RULES, graph)) == said(evaluate(RULES, graph))
    assert said(evaluate_on(cluster, RULES, graph)) != said(evaluate_on(cluster, RULES, graph_of("landing-zone")))


def test_a_rule_of_the_users_own_is_judged_here(cluster: Cluster) -> None:
    def where(_: Solution, __: Graph) -> Notes:
        yield Problem(str(os.getpid()))

    own: Any = rule(id=RULES[1].id, control="Workspace", severity=Severity.LOW, each=workspaces)(where)
    rules: tuple[Rule[Subject], ...] = (RULES[0], own, RULES[2])
    results = evaluate_on(cluster, rules, graph_of("reference"))
    assert said(results) == said(evaluate(rules, graph_of("reference")))
    assert any(problem.message == str(os.getpid()) for each in results for problem in each.problems)


def test_threads_of_a_worker_take_turns_at_judging(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    run = cluster.run

    def counted(task: Any, shared: object, each: list[Any]) -> list[Any]:  # noqa: ANN401 - what `run` takes
        sent.append(len(each))
        return run(task, shared, each)

    monkeypatch.setattr(cluster, "_threads", lambda: {"one": 8, "other": 8})
    monkeypatch.setattr(cluster, "run", counted)
    evaluate_on(cluster, RULES, graph_of("demo"))

    assert sent == [4]
    assert cluster.shares == 32


def dies_once(flag: Path, number: int) -> int:
    """Kill the process that runs this, the first time."""
    if number == 1 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_task_whose_worker_died_is_run_again(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "died"
    assert cluster.run(dies_once, flag, [(0,), (1,), (2,)]) == [0, 1, 2]
    assert flag.exists()


def slowly(estate_: tasks.Estate, folder: Path, rules: list[str], number: int, shares: int) -> object:
    """Judge a share, and wait until somebody was killed."""
    (folder / f"{number}-{os.getpid()}").touch()
    while not (folder / "killed").exists():
        time.sleep(0.05)
    return tasks.judge(estate_, rules, number, shares)


def test_a_worker_that_is_killed_while_it_judges_costs_nothing(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill_one() -> Iterator[int]:
        while not (begun := list(tmp_path.glob("*-*"))):
            time.sleep(0.05)
        pid = int(begun[0].name.partition("-")[2])
        os.kill(pid, signal.SIGKILL)
        (tmp_path / "killed").touch()
        yield pid

    graph = graph_of("demo")
    # One of them may be starting again, and to a single one nothing would be sent.
    cluster._client.wait_for_workers(2, timeout=60)  # noqa: SLF001 - what a user of distributed would ask
    killer = Thread(target=lambda: list(kill_one()))
    killer.start()
    run = cluster.run
    monkeypatch.setattr(cluster, "run", lambda _, shared, each: run(slowly, shared, [(tmp_path, *one) for one in each]))
    results = evaluate_on(cluster, RULES, graph)
    killer.join()
    assert (tmp_path / "killed").exists()
    assert said(results) == said(evaluate(RULES, graph))


def always_dies(_: object) -> None:
    """Kill the process that runs this."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_die_of_a_task_again_and_again_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_ATTEMPTS", 1)
    with (
        started(1) as own,
        connected(str(own.scheduler_address)) as cluster,
        pytest.raises(ClusterError, match="lost its workers again and again"),
    ):
        cluster.run(always_dies, None, [()])


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="no scheduler answers"), connected("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://127.0.0.1:8786", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="tcp://host:8786"), connected(address):
        pass


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 1)
    with (
        started(0) as empty,
        pytest.raises(ClusterError, match="has no workers"),
        connected(str(empty.scheduler_address)),
    ):
        pass


def test_workers_of_another_version_are_told(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.cluster.tasks.__version__", "99.0")
    with (
        pytest.raises(ClusterError, match=r"run another mlsec-scan than this one \(99\.0 with rules"),
        connected(scheduler),
    ):
        pass
