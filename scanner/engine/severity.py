"""How much a failure matters: by the rule, and as the user weighs it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a failure matters, least first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for info."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class SeverityOverride:
    """How much a rule's failures matter to this user, by the rule's id."""

    rule: str
    severity: Severity
