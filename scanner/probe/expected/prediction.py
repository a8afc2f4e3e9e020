"""One prediction: what is tried, what the model says of it, and the path that says so."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.domain.reach import Path
from scanner.estate.paths import NamedPath, Service
from scanner.probe.shapes import Expect, Target

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is tried, and the path that says what comes of it; None where there is no path to speak of."""

    target: Target
    path: Path | None = None


def target_of(name: str, service: Service, expect: Expect, says: str, named: NamedPath | None = None) -> Target:
    """Return what is tried of a service by one of its names."""
    return Target(
        name,
        service.port,
        str(service.resource.id),
        service.group,
        expect,
        tuple(map(str, named.addresses)) if named is not None else (),
        named.alias if named is not None else "",
        says[:_LONGEST],
    )
