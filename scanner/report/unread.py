"""What reports say of what could not be read, in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from scanner.evidence import Gap
from scanner.graph.unread import NOT_READ
from scanner.model.arm import SUBSCRIPTION_TYPE, ArmId
from scanner.scan.blind_spots import BlindSpot
from scanner.system.counting import counted
from scanner.system.plain import plain

_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_SERVER_ERROR = 500
_FOREIGN = ("SubscriptionNotFound", "InvalidAuthenticationTokenTenant")


def spot_words(spot: BlindSpot) -> str:
    """Say where and why something could not be read, and how much hangs on it."""
    where = f"subscription {plain(spot.subscription)}: " if spot.subscription else ""
    count = len(spot.results)
    hanging = (
        f"{counted(count, 'unknown verdict hangs', 'unknown verdicts hang')} on it"
        if count
        else "no verdict hangs on it"
    )
    return f"{where}{plain(spot.why).removesuffix('.')}; {hanging}"


def spot_details(spot: BlindSpot) -> Iterator[str]:
    """Yield what would help, then the listings and items: those that verdicts hang on first."""
    helps = spot_help(spot)
    if helps:
        yield helps
    whole = {gap.kind.lower() for gap, _ in spot.gaps if ArmId(gap.scope).type == SUBSCRIPTION_TYPE}
    yield "not read: " + ", ".join(_words(gap, count) for gap, count in spot.gaps if count or _stands_alone(gap, whole))


def spot_help(spot: BlindSpot) -> str:
    """Say what would let it be read, "" where that is not known."""
    gaps = [gap for gap, _ in spot.gaps]
    if all(gap.why == NOT_READ for gap in gaps):
        return f"--context-subscription {plain(spot.subscription)} lists it"
    if any(map(_is_refused, gaps)):
        needed = [action for action, verdicts in spot.permissions.items() if verdicts] or list(spot.permissions)
        return f"grant there Reader, or {', '.join(map(plain, needed))}" if needed else ""
    if any(code in spot.why for code in _FOREIGN):
        return "it is another tenant's, or gone: scan signed in where it is, or take away what refers to it"
    return "scan again" if all(_may_pass(gap) for gap in gaps) else ""


def permissions_of(spot: BlindSpot) -> list[str]:
    """Return the actions that would let it be read; none where it is not for want of them that it was not."""
    return list(spot.permissions) if any(_is_refused(gap) for gap, _ in spot.gaps) else []


def _is_refused(gap: Gap) -> bool:
    """Tell whether a permission is missing; a list that Azure shortened for want of it comes with 200."""
    return gap.status in _REFUSED or (gap.status == HTTPStatus.OK and "is not held" in gap.why)


def _may_pass(gap: Gap) -> bool:
    return gap.status is None or gap.status == HTTPStatus.TOO_MANY_REQUESTS or gap.status >= _SERVER_ERROR


def _stands_alone(gap: Gap, whole: set[str]) -> bool:
    """Tell whether a gap is no single item of a type whose whole listing could not be read."""
    return gap.kind.lower() not in whole or ArmId(gap.scope).type == SUBSCRIPTION_TYPE


def _words(gap: Gap, count: int) -> str:
    scope = ArmId(gap.scope)
    inside = "" if not gap.scope or scope.type == SUBSCRIPTION_TYPE else f" in {plain(gap.scope)}"
    return f"{plain(gap.kind)}{inside}{f' ({count})' if count else ''}"
