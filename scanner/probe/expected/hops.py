"""Where a way that the model takes for whole breaks most likely, by how it failed."""

from __future__ import annotations

from scanner.domain.journey import Step
from scanner.domain.reach import Path
from scanner.evidence import first
from scanner.model.private_dns import PrivateDnsZone
from scanner.model.private_link import PrivateEndpoint
from scanner.probe.shapes import Kind

_OF_NAMES = frozenset({Kind.NO_SUCH_NAME, Kind.NO_DNS, Kind.PUBLIC, Kind.PRIVATE, Kind.WRONG, Kind.STALE, Kind.BARRED})
_ON_THE_WAY = frozenset({Kind.DROPPED, Kind.UNREACHABLE})
_IN_BETWEEN = frozenset({Kind.INTERCEPTED, Kind.OTHER_NAME, Kind.NO_TLS})

_ENDPOINT, _ZONE = PrivateEndpoint.TYPE.lower(), PrivateDnsZone.TYPE.lower()
_APPLIANCES = ("azurefirewalls", "networkvirtualappliances", "networkinterfaces", "virtualhubs", "routetables")
_WAYS = ("virtualnetworkgateways", "connections", "virtualnetworkpeerings")


def likeliest(kind: Kind, path: Path | None) -> Step | None:
    """Return the hop of a path that explains best how it failed; None where the model has none that does."""
    if path is None or not path.steps:
        return None
    names = _names(path.steps)
    way = path.steps[len(names) :]
    if kind in _OF_NAMES:
        return first([_last(names, _ZONE), names[-1] if names else None])
    if kind is Kind.REFUSED:
        return _last(way, _ENDPOINT)
    appliance = first(_last_of(way, each) for each in _APPLIANCES)
    if kind in _ON_THE_WAY:
        return first([appliance, _last_of(way, "subnets"), *(_last_of(way, each) for each in _WAYS)])
    return appliance if kind in _IN_BETWEEN else None


def _names(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that resolve the name: those before the endpoint whose address it is."""
    place = next((place for place, step in enumerate(steps) if step.at.type == _ENDPOINT), len(steps))
    return steps[:place]


def _last(steps: tuple[Step, ...], kind: str) -> Step | None:
    return next((step for step in reversed(steps) if step.at.type == kind), None)


def _last_of(steps: tuple[Step, ...], ending: str) -> Step | None:
    return next((step for step in reversed(steps) if step.at.type.endswith(f"/{ending}")), None)
