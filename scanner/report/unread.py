"""What reports say of what could not be read, in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.evidence import Gap
from scanner.model.arm import ArmId
from scanner.report.plain import plain
from scanner.scan.blind_spots import BlindSpot

_REFUSED = frozenset({401, 403})
_SUBSCRIPTION = "microsoft.resources/subscriptions"


def spot_words(spot: BlindSpot) -> str:
    """Say where and why something could not be read, and how much hangs on it."""
    where = f"subscription {plain(spot.subscription)}: " if spot.subscription else ""
    count = len(spot.results)
    hanging = (
        f"{count} unknown {'verdict hangs' if count == 1 else 'verdicts hang'} on it"
        if count
        else "no verdict hangs on it"
    )
    return f"{where}{plain(spot.why).removesuffix('.')}; {hanging}"


def spot_details(spot: BlindSpot) -> Iterator[str]:
    """Yield what would help, then the listings and items: those that verdicts hang on first."""
    helps = spot_help(spot)
    if helps:
        yield helps
    whole = {gap.kind.lower() for gap, _ in spot.gaps if ArmId(gap.scope).type == _SUBSCRIPTION}
    yield "not read: " + ", ".join(_words(gap, count) for gap, count in spot.gaps if count or _stands_alone(gap, whole))


def spot_help(spot: BlindSpot) -> str:
    """Say what would let it be read, "" where that is not known."""
    if all(gap.status is None and gap.permission is None for gap, _ in spot.gaps) and spot.subscription:
        return f"--context-subscription {plain(spot.subscription)} lists it"
    if not any(gap.status in _REFUSED for gap, _ in spot.gaps):
        return ""
    needed = [action for action, verdicts in spot.permissions.items() if verdicts] or list(spot.permissions)
    return f"grant there Reader, or {', '.join(map(plain, needed))}" if needed else ""


def _stands_alone(gap: Gap, whole: set[str]) -> bool:
    """Tell whether a gap is no single item of a type whose whole listing could not be read."""
    return gap.kind.lower() not in whole or ArmId(gap.scope).type == _SUBSCRIPTION


def _words(gap: Gap, count: int) -> str:
    scope = ArmId(gap.scope)
    inside = "" if not gap.scope or scope.type == _SUBSCRIPTION else f" in {plain(gap.scope)}"
    return f"{plain(gap.kind)}{inside}{f' ({count})' if count else ''}"
