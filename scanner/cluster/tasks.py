"""What the workers run. They import it from their own installation; arguments and results are plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from traceback import format_exception_only
from typing import TYPE_CHECKING, Any

from scanner import __version__
from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.sent import packed
from scanner.engine.shares import judge_part
from scanner.errors import ScanError
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.graph.coverage import Coverage
from scanner.graph.rows import unsent
from scanner.graph.settings import Settings
from scanner.model.arm import Json

if TYPE_CHECKING:
    from scanner.collect.azure.parts import Part, Survey
    from scanner.collect.azure.plan import LivePlan

_one_at_a_time = Lock()
"""Threads of one worker share an interpreter and a graph: taking turns costs nothing."""


@dataclass(frozen=True, slots=True)
class Estate:
    """What is judged. `token` tells it from others that a worker judged before.

    `rows` are packed for sending: one worker hands them to the next as they are.
    """

    rows: bytes
    gaps: tuple[Gap, ...]
    settings: Settings
    coverage: Coverage
    token: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a task came to."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """What a task raised, as text: not every exception survives the way to another process.

    `kind` is the name of its class where that is one of ours, else "".
    """

    kind: str
    says: str


def answered(task: Callable[..., object], *arguments: object) -> Done | Failed:
    """Run a task; it never raises."""
    try:
        return Done(task(*arguments))
    except ScanError as error:
        return Failed(type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - told where the scan runs
        return Failed("", "".join(format_exception_only(error)))


def fingerprint() -> str:
    """Return our version and a digest of the rules that come with it."""
    digest = hashlib.sha256()
    for path in sorted(built_in_pack().rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{__version__} with rules {digest.hexdigest()[:12]}"


def survey(source: LivePlan) -> tuple[Survey, list[str]]:
    """Read the subscriptions alone; return also what there is to tell of them. Raises NothingScanned."""
    from scanner.collect.azure import parts  # noqa: PLC0415 - judging needs no SDK

    told: list[str] = []
    return parts.survey(source, told.append), told


def collect(surveyed: Survey, subscriptions: list[Json], seconds: float | None) -> Part:
    """Read what is in some subscriptions within so many seconds."""
    from scanner.collect.azure import parts  # noqa: PLC0415 - as above

    return parts.read_part(parts.within(surveyed, seconds), subscriptions)


def judge(estate: Estate, rules: Sequence[str], number: int, shares: int) -> bytes:
    """Judge one share of an estate by built-in rules, named by id, and pack the part. Raises RulePackError."""
    with _one_at_a_time:
        known = built_in_rules()
        return packed(judge_part([known[each] for each in rules], _graph(estate), number, shares))


@lru_cache(maxsize=1)
def built_in_rules() -> dict[str, Rule[Subject]]:
    """Return the rules that come with us, by id."""
    return {each.id: each for each in load_packs([built_in_pack()])}


_last: dict[str, Graph] = {}


def _graph(estate: Estate) -> Graph:
    """Return the graph of an estate; the last one is kept, as a worker judges several shares of it."""
    if estate.token not in _last:
        _last.clear()
        _last[estate.token] = Graph(unsent(estate.rows), estate.gaps, estate.settings, estate.coverage)
    return _last[estate.token]
