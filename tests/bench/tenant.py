"""A tenant of many subscriptions: `python -m tests.bench.tenant SUBSCRIPTIONS [EACH]` serves one until it is ended.

It prints its endpoint's URL when it is ready and, when it is terminated, how often it answered with each status and was
asked for each kind of listing, how many queries it had, and reads in the one subscription that had most.
One subscription in four runs the reference's solution; all of them hold what companies keep beside it.
"""

from __future__ import annotations

import argparse
import gc
import json
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from threading import Event

from scanner.collect.azure.session.pacer import GRAPH
from scanner.collect.azure.session.traffic import subscription_in
from scanner.model.arm import ArmId
from scanner.simulator import Estate, Limits, Seen, Simulator
from tests.bench.estates import SUBSCRIPTION, bulk, renamed
from tests.cases import FIXTURES, Resource

TENANT = "99999999-9999-4999-8999-999999999999"
EACH = 500
"""Resources in a subscription."""
_WITH_A_SOLUTION = 4
_BELOW_SUBSCRIPTION = 3


def subscriptions(count: int) -> list[str]:
    """Return the GUIDs of a tenant's subscriptions."""
    return [f"{number:08x}{SUBSCRIPTION[8:]}" for number in range(1, count + 1)]


def tenant(count: int, each: int = EACH) -> Iterator[Resource]:
    """Yield what is in `count` subscriptions, `each` resources in each."""
    reference = json.loads((FIXTURES / "reference.json").read_text())["resources"]
    text = json.dumps([one for one in reference if "/" in one["id"].removeprefix("/subscriptions/")])
    for number, guid in enumerate(subscriptions(count)):
        yield _subscription(guid)
        solution = json.loads(renamed(text, number, guid)) if number % _WITH_A_SOLUTION == 0 else []
        yield from solution[: each - 1]
        yield from islice(bulk([guid]), max(0, each - 1 - len(solution)))


def estate_of_tenant(count: int, each: int = EACH) -> Estate:
    """Return a tenant with its root group, at which the caller holds its role."""
    return Estate("a tenant", tuple(tenant(count, each)), management_groups={TENANT: tuple(subscriptions(count))})


def _subscription(guid: str) -> Resource:
    return {
        "id": f"/subscriptions/{guid}",
        "type": "Microsoft.Resources/subscriptions",
        "name": guid,
        "subscriptionId": guid,
        "displayName": f"sub-{guid[:8]}",
        "tenantId": TENANT,
        "state": "Enabled",
    }


def main() -> None:
    """Serve a tenant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subscriptions", type=int)
    parser.add_argument("each", type=int, nargs="?", default=EACH)
    parser.add_argument("--limits", type=float, nargs="?", const=1.0, help="enforce Azure's limits, SPEED times faster")
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    # Looking for garbage among millions of objects takes minutes, and none of them will be any.
    gc.disable()
    estate = estate_of_tenant(options.subscriptions, options.each)
    limits = Limits(speed=options.limits) if options.limits else None
    with Simulator(estate, latency=options.latency, limits=limits) as simulator:
        gc.freeze()
        gc.enable()
        sys.stdout.write(f"{simulator.url}\n")
        sys.stdout.flush()
        _wait_for_the_end()
        answered = Counter(str(each.status) for each in simulator.requests) | _spent(simulator.requests)
        sys.stdout.write(json.dumps(answered | {"kinds": counted_by_kind(simulator.requests)}))


def _spent(requests: Iterable[Seen]) -> Counter[str]:
    """Count what is spent of Azure's limits; what was refused costs nothing."""
    served = [each for each in requests if each.status != HTTPStatus.TOO_MANY_REQUESTS]
    scopes = Counter(GRAPH if each.method == "POST" else subscription_in(each.path) for each in served)
    queries = scopes.pop(GRAPH, 0)
    return Counter({"queries": queries, "reads": max(scopes.values(), default=0)})


def counted_by_kind(requests: Iterable[Seen]) -> dict[str, int]:
    """Return how often each kind of listing was asked for."""
    return dict(Counter(kind_of(each.path) for each in requests))


def kind_of(path: str) -> str:
    """Return the type that a request is about, without its provider's `Microsoft.`."""
    if path.lower().endswith("microsoft.resourcegraph/resources"):
        return "Resource Graph"
    _, is_provided, tail = path.rpartition("/providers/")
    if not is_provided:
        return "subscriptions" if path.count("/") < _BELOW_SUBSCRIPTION else path.rpartition("/")[2]
    kind = ArmId(f"{path}/x").type if len(tail.split("/")) % 2 == 0 else ArmId(path).type
    return kind.removeprefix("microsoft.")


def _wait_for_the_end() -> None:
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()


if __name__ == "__main__":
    main()
