"""Which way to read: ARM, which is the authority and fresh, or Azure Resource Graph, which answers for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.collect.azure.answers import CAUGHT, failure_of
from scanner.collect.azure.graph_query import batches, counts_of, pages
from scanner.collect.azure.graph_tables import OF_SUBSCRIPTION
from scanner.collect.azure.listings import RESOURCE_GROUP, children_of
from scanner.collect.azure.pacer import BURST
from scanner.collect.azure.session import Session

WAYS = ("auto", "graph", "arm")
LAG = "Resource Graph lags behind Azure by minutes"

_MOST_SUBSCRIPTIONS = 20
"""Up to so many subscriptions are read by ARM if what is in each fits its limit of reads."""
_PARENTS = (
    "microsoft.machinelearningservices/workspaces",
    "microsoft.network/privatednszones",
    "microsoft.network/privateendpoints",
    "microsoft.network/virtualhubs",
    "microsoft.network/dnsforwardingrulesets",
    "microsoft.network/dnsresolvers",
    "microsoft.compute/virtualmachines",
    "microsoft.containerservice/managedclusters",
)
"""The types below which each resource costs requests of its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """"arm" or "graph", and the reason."""

    via: str
    why: str


def choose(session: Session, wanted: str, subscriptions: Sequence[str]) -> Choice:
    """Choose for some subscriptions (GUIDs); with "auto", ARM as long as it needs no more reads than Azure grants at once."""
    if wanted == "graph":
        return Choice("graph", f"asked for; {LAG}")
    if wanted == "arm":
        return Choice("arm", "asked for")
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
    """Estimate how many requests ARM needs in each subscription."""
    needed = dict.fromkeys(subscriptions, len(OF_SUBSCRIPTION))
    for table, kinds in (("resources", _PARENTS), ("resourcecontainers", (_GROUPS,))):
        # At most 1,000 rows without an id come back: so few subscriptions that they fit.
        for part in batches(subscriptions):
            for kind in kinds:
                _add(session, needed, counts_of(table, (kind,), "subscriptionId"), part, _below(kind))
    return needed


_GROUPS = "microsoft.resources/subscriptions/resourcegroups"


def _below(kind: str) -> int:
    return len(children_of(RESOURCE_GROUP if kind == _GROUPS else kind))


def _add(session: Session, needed: dict[str, int], query: str, part: Sequence[str], each: int) -> None:
    for page in pages(session, query, part):
        for row in page.rows:
            subscription = str(row.get("subscriptionId")).lower()
            if subscription in needed:
                needed[subscription] += int(row.get("total", 0)) * each
