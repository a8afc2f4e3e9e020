"""Drift: where the estate differs from what code left behind, in what rules read, and which verdicts that explains."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model.arm import ArmId
from scanner.model.difference import Difference
from scanner.scan.diff import Diff


@dataclass(frozen=True, slots=True)
class Drifted:
    """A resource that is not as the code left it: what differs (code, then live), or that it is not there at all."""

    id: ArmId
    differences: tuple[Difference, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether the code manages it and it does not exist."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Drift:
    """How many resources were compared, those that differ, and those that could not be (ids).

    `explains` are the results that would be others if everything were as the code left it: that, then as it is now.
    """

    compared: int
    resources: tuple[Drifted, ...]
    unread: tuple[ArmId, ...]
    explains: Diff
