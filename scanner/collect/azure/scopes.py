"""Which subscriptions a scan is about, where they are named as a whole: below management groups, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.collect.azure.arm.listings import item_listing
from scanner.collect.azure.arm.pages import Refused, read_raw
from scanner.collect.azure.arm.scrutiny import Scrutiny
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Arm, Listing, Query, nothing
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.session import Session
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.model.arm import ArmId, Json

_OK = 200

GROUPS = "Microsoft.Management/managementGroups"
DESCENDANTS_ACTION = f"{GROUPS}/descendants/read"

# Version and path of the descendants from memory; both list calls page by nextLink.
_DESCENDANTS = Listing(f"{GROUPS}/descendants", Arm(nothing), "2020-05-01", "stable in every cloud")
_SUBSCRIPTIONS = item_listing(SUBSCRIPTION.lower())
_EVERYTHING = "/subscriptions"


class Horizon:
    """The subscriptions that the identity can see, as `GET /subscriptions` shows them; asked once.

    Where that cannot be read, `miss` is told a gap. Its scope is "": it leaves open what there is anywhere, and nothing
    about a single subscription.
    """

    def __init__(self, session: Session, miss: Callable[[Gap], None]) -> None:
        self._session = session
        self._miss = miss
        self._asked = False
        self.rows: dict[str, Json] = {}

    @property
    def subscriptions(self) -> frozenset[str]:
        """Their GUIDs in lower case."""
        return frozenset(self.rows)

    def look(self) -> None:
        """Ask, if that was not done yet."""
        if not self._asked:
            for why, status in self._read():
                self._miss(_unseen(why, status))

    def give_up(self, why: Exception) -> None:
        """Note that the list could not be read."""
        self._miss(_unseen(str(why), None))

    def know(self, rows: Iterable[Json]) -> None:
        """Note what was read of them already."""
        self._asked = True
        self.rows |= {ArmId(str(row["id"])).subscription: row for row in rows}

    def _read(self) -> list[tuple[str, int | None]]:
        """Read the list, and return what is wrong with it."""
        scrutiny, found = Scrutiny(_SUBSCRIPTIONS, ""), list[Json]()
        query = Query(_EVERYTHING)
        try:
            told = read_raw(self._session, _SUBSCRIPTIONS, query, lambda rows: found.extend(scrutiny.sift(rows)))
        except Refused as refused:
            return [(refused.failure.why, refused.failure.status)]
        except CAUGHT as error:
            return [(failure_of(error).why, failure_of(error).status)]
        self.know(found)
        return [(each, _OK) for each in (*told, *scrutiny.complaints)]


def _unseen(why: str, status: int | None) -> Gap:
    return Gap(SUBSCRIPTION, "", f"what this identity can see: {why}", status, _SUBSCRIPTIONS.action)


def subscriptions_below(session: Session, management_groups: Iterable[str]) -> tuple[str, ...]:
    """Return the subscriptions (GUIDs) below management groups at any depth, sorted. Raises NothingScanned."""
    found = {each for group in management_groups for each in _below(session, group)}
    return tuple(sorted(found))


def all_subscriptions(session: Session, horizon: Horizon) -> tuple[str, ...]:
    """Return every subscription (GUIDs) in which the caller holds a role, sorted. Raises NothingScanned."""
    horizon.know(_rows(session, _SUBSCRIPTIONS, _EVERYTHING, "the list of subscriptions", "check the sign-in"))
    if not horizon.subscriptions:
        raise NothingScanned("you hold no role in any subscription; `az account list` shows those that you can see")
    return tuple(sorted(horizon.subscriptions))


def _below(session: Session, group: str) -> Iterator[str]:
    what = f"management group {group}"
    advice = "check the name with `az account management-group list`, and that you hold a role there"
    found = [
        each.subscription
        for each in _ids(session, _DESCENDANTS, f"/providers/{GROUPS}/{group}/descendants", what, advice)
        if each.type == SUBSCRIPTION.lower()
    ]
    if not found:
        raise NothingScanned(f"{what} holds no subscription that you can see; {advice}")
    yield from found


def _ids(session: Session, listing: Listing, path: str, what: str, advice: str) -> list[ArmId]:
    return [ArmId(str(row["id"])) for row in _rows(session, listing, path, what, advice)]


def _rows(session: Session, listing: Listing, path: str, what: str, advice: str) -> list[Json]:
    found: list[Json] = []
    try:
        read_raw(session, listing, Query(path), found.extend)
    except Refused as refused:
        raise NothingScanned(f"{what} could not be read: {refused.failure.why}; {advice}") from refused
    except CAUGHT as error:
        raise NothingScanned(f"{what} could not be read: {failure_of(error).why}") from error
    return found
