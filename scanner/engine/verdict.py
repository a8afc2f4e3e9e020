"""What the engine decides, and what a rule says to it: problems, doubts and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from scanner.engine.severity import Severity
from scanner.evidence import Gap
from scanner.model.arm import ArmId


class Verdict(StrEnum):
    """What the engine decided."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"


class Hop(Struct, frozen=True, gc=False):
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
    """A reason why the subject cannot be judged. `gap` is what was not read, where that is why."""

    message: str
    involves: tuple[ArmId, ...] = ()
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying that decides nothing."""

    message: str
    involves: tuple[ArmId, ...] = ()
    path: tuple[Hop, ...] = ()


Notes: TypeAlias = Iterator[Problem | Doubt | Note]
"""What a rule's check yields."""
