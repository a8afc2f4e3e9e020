"""Where what a scan found stands in code, as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.engine import Result
from scanner.model.arm import ArmId
from scanner.model.place import Place


@dataclass(frozen=True, slots=True)
class Places:
    """Places by ARM id in lower case, and of values that are at fault by the fingerprint of the result."""

    resources: Mapping[str, Place] = field(default_factory=dict)
    values: Mapping[str, Place] = field(default_factory=dict)

    def of(self, arm_id: ArmId | None) -> Place | None:
        """Return where a resource is declared."""
        return self.resources.get(arm_id.key) if arm_id is not None else None

    def of_result(self, result: Result) -> Place | None:
        """Return where a result's fault is: the value, else its subject."""
        subject = result.subject.id if result.subject is not None else None
        return self.values.get(result.fingerprint) or self.of(subject)


NOWHERE = Places()
