"""Waivers: failures that somebody accepted, for a reason and until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scanner.model.place import Place


class WaiverState(StrEnum):
    """What became of a waiver in a scan."""

    ACTIVE = "active"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted failure: a rule's id, a subject's ARM id or glob of one, why, and the last day it holds (UTC).

    `place` is where it stands in code, None for one of mlsec.toml; the subject of one in code is no glob.
    """

    rule: str
    subject: str
    reason: str
    expires: date
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver and what became of it."""

    waiver: Waiver
    state: WaiverState
