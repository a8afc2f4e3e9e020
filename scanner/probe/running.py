"""A whole probe: the targets of one place, several at once, each within its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from scanner import __version__
from scanner.errors import ProbeError
from scanner.probe.inside import inside
from scanner.probe.names import require_private_services
from scanner.probe.outside import outside
from scanner.probe.place import Standing
from scanner.probe.sealed import read_sealed
from scanner.probe.shapes import PLAN_SCHEMA, RESULT_SCHEMA, Answer, Plan, Result, Target
from scanner.probe.weighing import weighed
from scanner.system.counting import counted

_FEW = 5
_LONGEST = 2_000

Told = Callable[[int, int], None]
"""Called with how many targets were tried, of how many."""


def read_plan(path: Path) -> Plan:
    """Read a probe file. Raises ProbeError for one that is damaged, edited, or asks for what no probe needs."""
    plan = read_sealed(path, Plan, PLAN_SCHEMA, "probe file")
    require_private_services(plan)
    return plan


def probed(plan: Plan, standing: Standing, seconds: float, parallel: int, tell: Told) -> Result:
    """Try every target from where the probe stands. Raises ProbeError where there is none."""
    started = _now()
    targets = plan.outside if standing.place is None else standing.place.targets
    if not targets:
        raise ProbeError("the probe file has nothing to try from here: no name of a private service is known there")
    owners = {address: each.name for place in plan.places for each in place.targets for address in each.addresses}

    def attempt(target: Target) -> Answer:
        return outside(target, seconds) if standing.place is None else inside(target, owners, seconds)

    answers, notes = weighed(_in_parallel(targets, attempt, parallel, tell))
    notes = (*notes, *_left_out(plan))
    return Result(
        RESULT_SCHEMA, __version__, plan.sha256, plan.predictions, standing.stand, started, _now(), answers, notes
    )


def _left_out(plan: Plan) -> Iterator[str]:
    """Yield what the file does not ask for: that all agrees says nothing of it."""
    for each in plan.unread[:_FEW]:
        yield f"not all is tried: {each}"[:_LONGEST]
    if len(plan.unread) > _FEW:
        yield f"not all is tried, for {counted(len(plan.unread) - _FEW, 'more reason')} that the probe file holds"


def _in_parallel(
    targets: tuple[Target, ...], attempt: Callable[[Target], Answer], parallel: int, tell: Told
) -> tuple[Answer, ...]:
    """Try targets with so many threads; they end with the process, whatever hangs in them."""
    left: SimpleQueue[tuple[int, Target]] = SimpleQueue()
    done: SimpleQueue[tuple[int, Answer | BaseException]] = SimpleQueue()
    for each in enumerate(targets):
        left.put(each)

    def work() -> None:
        while True:
            try:
                place, target = left.get_nowait()
            except Empty:
                return
            try:
                done.put((place, attempt(target)))
            except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
                done.put((place, error))

    for _ in range(min(parallel, len(targets))):
        Thread(target=work, daemon=True).start()
    found: dict[int, Answer] = {}
    while len(found) < len(targets):
        place, answer = done.get()
        if isinstance(answer, BaseException):
            raise answer
        found[place] = answer
        tell(len(found), len(targets))
    return tuple(found[place] for place in sorted(found))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
