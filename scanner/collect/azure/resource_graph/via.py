"""Which way to read: ARM, which is the authority and fresh, or Azure Resource Graph, which answers for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.collect.azure.arm.listings import LISTINGS, children_of
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION
from scanner.collect.azure.resource_graph.query import count_in, counts_of, pages
from scanner.collect.azure.resource_graph.tables import OF_SUBSCRIPTION
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.pacer import BURST
from scanner.collect.azure.session.session import Session

WAYS = ("auto", "graph", "arm")
LAG = "Resource Graph lags behind Azure by minutes"

_MOST_SUBSCRIPTIONS = 20
"""Up to so many subscriptions are read by ARM if what is in each fits its limit of reads."""
_GROUPS = "microsoft.resources/subscriptions/resourcegroups"
_BELOW_GROUP = len(children_of(RESOURCE_GROUP))
_BELOW = {
    kind: len(children_of(kind))
    for kind in sorted({row.parent.lower() for row in LISTINGS} - {SUBSCRIPTION.lower(), RESOURCE_GROUP.lower()})
}
"""How many requests each resource of a type costs, as each has children to list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of the two, "arm" or "graph", and the reason where there was a choice."""

    via: str
    why: str


def choose(session: Session, wanted: str, subscriptions: Sequence[str]) -> Choice:
    """Choose for some subscriptions (GUIDs); "auto" takes ARM while Azure grants all its reads at once."""
    if wanted == "graph":
        return Choice("graph", f"asked for; {LAG}")
    if wanted == "arm":
        return Choice("arm", "")
    if len(subscriptions) > _MOST_SUBSCRIPTIONS:
        return Choice("graph", f"{len(subscriptions)} subscriptions are many to read one by one; {LAG}")
    try:
        most = max(_requests(session, subscriptions).values(), default=0)
    except CAUGHT as error:
        return Choice("arm", f"Resource Graph could not be asked: {failure_of(error).why}")
    if most <= BURST:
        return Choice("arm", f"about {most} reads in a subscription, of {BURST} that Azure grants at once")
    return Choice("graph", f"about {most} reads in a subscription, Azure grants {BURST} at once; {LAG}")


def _requests(session: Session, subscriptions: Sequence[str]) -> dict[str, int]:
    """Estimate how many requests ARM needs in each of some subscriptions, so few that one answer tells of all."""
    needed = dict.fromkeys(subscriptions, len(OF_SUBSCRIPTION))
    for table, kinds in (("resources", tuple(_BELOW)), ("resourcecontainers", (_GROUPS,))):
        for page in pages(session, counts_of(table, kinds, "type", "subscriptionId"), subscriptions):
            for row in page.rows:
                subscription, kind = str(row.get("subscriptionId")).lower(), str(row.get("type")).lower()
                if subscription in needed:
                    needed[subscription] += count_in(row) * (_BELOW | {_GROUPS: _BELOW_GROUP}).get(kind, 0)
    return needed
