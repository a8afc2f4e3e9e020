"""Which subscriptions a scan is about, where they are named as a whole: below management groups, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from scanner.collect.azure.arm.pages import Refused, read_raw
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Arm, Listing, Query
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.session import Session
from scanner.errors import NothingScanned
from scanner.model.arm import ArmId, Json

GROUPS = "Microsoft.Management/managementGroups"
DESCENDANTS_ACTION = f"{GROUPS}/descendants/read"

# Version and path of the descendants from memory; both list calls page by nextLink.
_DESCENDANTS = Listing(f"{GROUPS}/descendants", Arm(lambda _: []), "2020-05-01", "stable in every cloud")
_SUBSCRIPTIONS = Listing(SUBSCRIPTION, Arm(lambda _: []), "2022-12-01", "stable in every cloud")


def subscriptions_below(session: Session, management_groups: Iterable[str]) -> tuple[str, ...]:
    """Return the subscriptions (GUIDs) below management groups at any depth, sorted. Raises NothingScanned."""
    found = {each for group in management_groups for each in _below(session, group)}
    return tuple(sorted(found))


def all_subscriptions(session: Session) -> tuple[str, ...]:
    """Return every subscription (GUIDs) in which the caller holds a role, sorted. Raises NothingScanned."""
    rows = _rows(session, _SUBSCRIPTIONS, "/subscriptions", "the list of subscriptions", "check the sign-in")
    found = {each.subscription for each in rows}
    if not found:
        raise NothingScanned("you hold no role in any subscription; `az account list` shows those that you can see")
    return tuple(sorted(found))


def _below(session: Session, group: str) -> Iterator[str]:
    what = f"management group {group}"
    advice = "check the name with `az account management-group list`, and that you hold a role there"
    found = [
        each.subscription
        for each in _rows(session, _DESCENDANTS, f"/providers/{GROUPS}/{group}/descendants", what, advice)
        if each.type == SUBSCRIPTION.lower()
    ]
    if not found:
        raise NothingScanned(f"{what} holds no subscription that you can see; {advice}")
    yield from found


def _rows(session: Session, listing: Listing, path: str, what: str, advice: str) -> list[ArmId]:
    ids: list[ArmId] = []
    try:
        read_raw(session, listing, Query(path), partial(_keep, ids))
    except Refused as refused:
        raise NothingScanned(f"{what} could not be read: {refused.failure.why}; {advice}") from refused
    except CAUGHT as error:
        raise NothingScanned(f"{what} could not be read: {failure_of(error).why}") from error
    return ids


def _keep(ids: list[ArmId], rows: list[Json]) -> None:
    ids += [ArmId(str(row["id"])) for row in rows]
