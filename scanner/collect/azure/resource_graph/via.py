"""Which way to read: ARM, which is the authority and fresh, or Azure Resource Graph, which answers for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.collect.azure.arm.listings import LISTINGS, children_of
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, Need, Within
from scanner.collect.azure.resource_graph.query import count_in, counts_of, pages
from scanner.collect.azure.resource_graph.tables import OF_SUBSCRIPTION
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.pacer import BURST
from scanner.collect.azure.session.session import Session
from scanner.system.counting import counted

WAYS = ("auto", "graph", "arm")
LAG = "Resource Graph lags behind Azure by minutes"

_GROUPS = "microsoft.resources/subscriptions/resourcegroups"
_BELOW_GROUP = len(children_of(RESOURCE_GROUP))
_BELOW = {
    kind: sum(row.need is Need.ALWAYS and not isinstance(row.source, Within) for row in children_of(kind))
    for kind in sorted({row.parent.lower() for row in LISTINGS} - {SUBSCRIPTION.lower(), RESOURCE_GROUP.lower()})
}
"""How many requests each resource of a type costs at the least, as each has children to list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of the two, "arm" or "graph", and the reason where there was a choice.

    With `may_switch` the other way answers as well, if this one turns out to be long.
    """

    via: str
    why: str
    may_switch: bool = False


def choose(session: Session, wanted: str, subscriptions: Sequence[str]) -> Choice:
    """Choose for some subscriptions (GUIDs); "auto" takes ARM while it reads no more than Azure grants at once.

    That is what one subscription is granted: more subscriptions are granted more, but no scan feels instant by then.
    """
    if wanted == "graph":
        return Choice("graph", f"asked for; {LAG}")
    if wanted == "arm":
        return Choice("arm", "")
    if len(subscriptions) * len(OF_SUBSCRIPTION) > BURST:
        return Choice("graph", f"{counted(len(subscriptions), 'subscription')} are many to read one by one; {LAG}")
    try:
        reads = _requests(session, subscriptions)
    except CAUGHT as error:
        return Choice("arm", f"Resource Graph could not be asked: {failure_of(error).why}")
    if reads <= BURST:
        return Choice("arm", f"about {reads} reads, of {BURST} that Azure grants at once", may_switch=True)
    return Choice("graph", f"about {reads} reads, Azure grants {BURST} at once; {LAG}")


def reconsidered(chosen: Choice, wanted: str, reads: int) -> Choice:
    """Return the way to go on by, where "auto" chose ARM and it is known by now how many reads that takes in all."""
    if wanted != "auto" or chosen.via != "arm" or not chosen.may_switch or reads <= BURST:
        return chosen
    return Choice("graph", f"{chosen.why}; there were {reads}, and Resource Graph told of the rest; {LAG}")


def _requests(session: Session, subscriptions: Sequence[str]) -> int:
    """Estimate how many requests ARM needs in some subscriptions, so few that one answer tells of all."""
    reads = len(subscriptions) * len(OF_SUBSCRIPTION)
    for table, kinds in (("resources", tuple(_BELOW)), ("resourcecontainers", (_GROUPS,))):
        for page in pages(session, counts_of(table, kinds, "type", "subscriptionId"), subscriptions):
            for row in page.rows:
                kind = str(row.get("type")).lower()
                reads += count_in(row) * (_BELOW | {_GROUPS: _BELOW_GROUP}).get(kind, 0)
    return reads
