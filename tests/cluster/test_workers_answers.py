"""What a worker answers wrongly, or not at all, is told; nobody waits for it for ever."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from scanner.cluster import judging, tasks
from scanner.cluster.connection import Cluster, ClusterError, ClusterTimeoutError, connected
from scanner.cluster.judging import evaluate_on
from scanner.engine import evaluate
from scanner.engine.sent import packed, unpacked
from scanner.engine.shares import ShareLost
from scanner.errors import NothingScanned
from tests.cluster.conftest import started
from tests.engine.test_shares import ESTATES, RULES, graph_of, said

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Unsendable(Exception):  # noqa: N818 - it is one
    """An exception that pickle cannot take."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("not to be sent")

    def __str__(self) -> str:
        raise ValueError("not to be read either")


class Unreadable(Exception):  # noqa: N818 - likewise
    """An exception that pickle takes and does not give back."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def raises(which: str) -> None:
    """Raise what was asked for."""
    raise {"unsendable": Unsendable(), "unreadable": Unreadable(1, 2), "ours": NothingScanned("no such thing")}[which]


@pytest.mark.parametrize(
    ("which", "error", "words"),
    [
        ("unsendable", ClusterError, "Unsendable"),
        ("unreadable", ClusterError, "1 and 2"),
        ("ours", NothingScanned, "no such thing"),
    ],
)
def test_what_a_task_raises_is_told(which: str, error: type[Exception], words: str, cluster: Cluster) -> None:
    with pytest.raises(error, match=words):
        cluster.run(raises, which, [()])


def lock(_: object) -> object:
    """Return what cannot be sent."""
    return threading.Lock()


def test_answer_that_cannot_be_sent_is_told(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match="did not answer"):
        cluster.run(lock, None, [()])


def sleeps(_: object) -> None:
    """Hang."""
    time.sleep(20)


def test_worker_that_hangs_is_waited_for_until_the_time_is_up(scheduler: str) -> None:
    began = time.monotonic()
    with pytest.raises(ClusterError, match="within 2 seconds"), connected(scheduler, timeout=2) as cluster:
        cluster.run(sleeps, None, [()])

    assert time.monotonic() - began < 2 + 10


def sleeps_over_second(_: object, number: int) -> int:
    """Hang, with the second task alone."""
    if number == 1:
        time.sleep(20)
    return number


def test_task_that_hangs_costs_its_own_result_alone() -> None:
    with started(2) as local, connected(str(local.scheduler_address), timeout=6) as cluster:
        began = time.monotonic()
        answers = cluster.run(sleeps_over_second, None, [(0,), (1,), (2,)], lambda number: -number)
        took = time.monotonic() - began

    assert answers == [0, -1, 2]
    assert took < 6 + 2


def test_what_a_cluster_does_not_judge_in_time_is_judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> NoReturn:
        raise ClusterTimeoutError("too late")

    late_cluster = Answering(lambda done: done)
    monkeypatch.setattr(late_cluster, "run", late)

    assert said(evaluate_on(late_cluster, RULES, graph_of("demo"))) == said(evaluate(RULES, graph_of("demo")))


class Answering(Cluster):
    """A cluster whose workers answer with something else than they were asked for."""

    def __init__(self, change: Callable[[Any], Any]) -> None:
        super().__init__(None, "tcp://somewhere")
        self._change = change

    @property
    def workers(self) -> int:
        """Two."""
        return 2

    def _run(self, task: Callable[..., Any], shared: object, arguments: Any, late: Any) -> list[Any]:  # noqa: ANN401, ARG002
        arrived = pickle.loads(pickle.dumps(shared))  # noqa: S301 - our own
        return [self._value(self._change(tasks.answered(task, arrived, *each))) for each in arguments]


@pytest.mark.parametrize("name", ESTATES)
def test_workers_judge_every_layout_as_one_process_does(name: str) -> None:
    unchanged = Answering(lambda done: done)

    assert said(evaluate_on(unchanged, RULES, graph_of(name))) == said(evaluate(RULES, graph_of(name)))


@pytest.mark.parametrize(("pays_from", "a_workspace", "workers"), [(10_000, 500, 2), (0, 10, 2), (0, 500, 1)])
def test_what_one_process_judges_sooner_is_judged_here(
    pays_from: int, a_workspace: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "PAYS_FROM", pays_from)
    monkeypatch.setattr(judging, "ROWS_A_WORKSPACE", a_workspace)
    monkeypatch.setattr(Answering, "workers", workers)

    assert said(evaluate_on(Answering(_as(None)), RULES, graph_of("demo"))) == said(evaluate(RULES, graph_of("demo")))


def _as(value: object) -> Callable[[Any], Any]:
    return lambda _: tasks.Done(value)


def _as_packed(value: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - anything but a part
    return _as(packed(value))


def _altered(change: Callable[..., Any]) -> Callable[[Any], Any]:
    """Change what a worker gave of each rule."""
    return lambda done: tasks.Done(packed(tuple(change(*each) for each in unpacked(done.value, len(RULES)))))


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda _: (),
        _as(None),
        _as(()),
        _as(b""),
        _as(b"no part"),
        _as_packed(None),
        _as_packed(()),
        _as_packed((((), ()),) * len(RULES)),
        _as_packed((("x",), (), 0)),
        _as_packed(((("x",), (), 1),) * len(RULES)),
        lambda done: tasks.Done(done.value[:-1]),
        lambda done: tasks.Done(packed(unpacked(done.value, len(RULES))[:-1])),
    ],
)
def test_answer_of_another_shape_is_told(change: Callable[[Any], Any]) -> None:
    with pytest.raises(ClusterError, match="what nobody can use"):
        evaluate_on(Answering(change), RULES, graph_of("demo"))


@pytest.mark.parametrize(
    "change",
    [
        _as_packed((((), (), 0),) * len(RULES)),
        _altered(lambda found, doubts, count: (found[1:], doubts, count)),
        _altered(lambda found, doubts, count: (found * 2, doubts, count)),
    ],
    ids=["empty", "one lost", "twice"],
)
def test_share_that_lacks_results_is_no_pass(change: Callable[[Any], Any]) -> None:
    changes = [change]
    once = Answering(lambda done: changes.pop()(done) if changes else done)
    with pytest.raises(ShareLost, match="was not judged on every subject"):
        evaluate_on(once, RULES, graph_of("demo"))
