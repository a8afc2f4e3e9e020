"""How a rule stands to a control of a framework."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fit(StrEnum):
    """How much of a control a rule judges: the property it asks for, a part of that, or what keeps it working."""

    DIRECT = "direct"
    PARTIAL = "partial"
    SUPPORTING = "supporting"


class Basis(StrEnum):
    """Who says so: an Azure Policy initiative, we from the control's published text, or a file of the user's own."""

    POLICY = "policy"
    DERIVED = "derived"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ControlMapping:
    """That a rule is about a control, both by id."""

    framework: str
    control: str
    fit: Fit
    basis: Basis

    @property
    def decides(self) -> bool:
        """Whether the rule's verdicts decide the control's state; what supports a control does not."""
        return self.fit is not Fit.SUPPORTING
