"""The simulator: an estate behind a loopback ARM endpoint, with faults to switch on and a log of what was asked."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate
from threading import Thread
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from scanner.simulator.answers import Answer, method_refused, throttled
from scanner.simulator.damage import damaged
from scanner.simulator.faults import Fault, FaultBook, FaultKind
from scanner.simulator.fields import FIELDS
from scanner.simulator.grants import EVERYTHING, Grant, Grants
from scanner.simulator.ledger import Ledger, Seen
from scanner.simulator.limits import GRAPH as QUERIES
from scanner.simulator.limits import TENANT, Granted, Limits, Meter
from scanner.simulator.node_pools import with_node_pools
from scanner.simulator.occupants import occupied
from scanner.simulator.offered import OFFERED
from scanner.simulator.resource_graph import MOST_BYTES, ResourceGraph
from scanner.simulator.resource_graph import PATH as GRAPH
from scanner.simulator.rights import Rights
from scanner.simulator.server import LOOPBACK, Asked, LoopbackServer
from scanner.simulator.service import Call, Service, read_call
from scanner.simulator.tenant import Tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from ssl import SSLContext
    from types import TracebackType

    from scanner.simulator.estate import Estate
    from scanner.simulator.fields import Field

_POLL_SECONDS = 0.01


class Simulator:
    """Serves an estate as ARM would, from construction until `close()` or the end of its `with` block.

    `page_size` rows a page, `graph_page_size` of Resource Graph, at most `graph_payload` bytes; `latency` seconds
    before each answer; `port` 0 takes a free one, a taken one raises OSError. `limits` are enforced as Azure does.
    `tls` makes the endpoint https; `door` may answer in its place, by the Authorization header.

    The cloud: `unregistered` provider namespaces answer 409, `not_offered` full resource types 404, a version above a
    type's `newest` 400, one that is none of a type's `versions` 400 or 404. A version that lacks one of the `fields`
    leaves it out.

    The caller may read what its `rights` hold, by role and scope, and of that what the actions `granted` cover: lists
    of a subscription leave out all else, and everything below them answers 403. By default it may read everything.

    The estate: subnets tell who is in them unless `shows_occupants` is false; `lagging` is what Resource Graph still
    shows.
    """

    def __init__(  # noqa: PLR0913  each is one thing a test sets by name
        self,
        estate: Estate,
        *,
        page_size: int = 100,
        latency: float = 0.0,
        faults: Iterable[Fault] = (),
        unregistered: frozenset[str] = frozenset(),
        not_offered: frozenset[str] = frozenset(),
        newest: Mapping[str, str] | None = None,
        versions: Mapping[str, Sequence[str]] = OFFERED,
        fields: Iterable[Field] = FIELDS,
        granted: frozenset[str] = EVERYTHING,
        rights: Rights | None = None,
        port: int = 0,
        graph_page_size: int = 1000,
        graph_payload: int | None = MOST_BYTES,
        lagging: Estate | None = None,
        shows_occupants: bool = True,
        limits: Limits | None = None,
        tls: SSLContext | None = None,
        door: Callable[[str], Answer | None] | None = None,
    ) -> None:
        if page_size < 1:
            raise ValueError(f"a page of {page_size} rows would never end")
        self.latency = latency
        rights = _within(granted, rights)
        estate, lagging = with_node_pools(estate), with_node_pools(lagging or estate)
        if shows_occupants:
            estate, lagging = occupied(estate), occupied(lagging)
        self._service = Service(
            estate,
            page_size,
            unregistered,
            not_offered,
            newest=newest,
            versions=versions,
            fields=fields,
            rights=rights,
        )
        self._graph = ResourceGraph(lagging, graph_page_size, graph_payload, rights)
        self._tenant = Tenant(estate, page_size, rights)
        self._faults = FaultBook(faults)
        self._ledger = Ledger()
        self._meter = Meter(limits) if limits else None
        self._door = door
        self._server = LoopbackServer(self._reply, port, tls)
        self.url = f"{'https' if tls else 'http'}://{LOOPBACK}:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are switched on; assigning replaces them and starts their counts anew."""
        return self._faults.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._faults = FaultBook(faults)

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far, in the order of the answers."""
        return self._ledger.seen

    def close(self) -> None:
        """Stop serving; open connections end. Closing twice does no harm."""
        self._server.stop()

    def _reply(self, asked: Asked) -> Answer:
        call = read_call(asked.url, self.url)
        is_query = asked.method == "POST" and call.target.key == GRAPH
        is_served = asked.method == "GET" or is_query
        granted = self._granted(call, is_query=is_query)
        answer = self._turned_away(asked, call, granted)
        if answer is None:
            answer = self._answer(call, asked.body if is_query else None) if is_served else method_refused(asked.method)
        self._ledger.record(_seen(asked, call, answer))
        return replace(answer, headers={**_arm_headers(), **granted.headers, **answer.headers})

    def _granted(self, call: Call, *, is_query: bool) -> Granted:
        subscription = call.target.subscription and call.target.subscription.lower()
        if self._meter is not None:
            return self._meter.spend(QUERIES if is_query else subscription or TENANT)
        name = f"x-ms-ratelimit-remaining-{'subscription' if subscription else 'tenant'}-reads"
        return Granted(served=True, headers={name: str(self._ledger.spend(subscription))}, retry_after=0)

    def _turned_away(self, asked: Asked, call: Call, granted: Granted) -> Answer | None:
        if not granted.served:
            return throttled(call.target, granted.retry_after)
        return self._door(asked.headers.get("Authorization", "")) if self._door else None

    def _answer(self, call: Call, query: bytes | None) -> Answer:
        """Answer a GET, or a `query` of Resource Graph."""
        hits = self._faults.strike(call.target.path, call.asked)
        time.sleep(self.latency + sum(fault.seconds for fault in hits if fault.kind is FaultKind.SLOW))
        others = [fault for fault in hits if fault.kind is not FaultKind.SLOW]
        return damaged(others[0], call, self._serving(call, query)) if others else self._serving(call, query)(call)

    def _serving(self, call: Call, query: bytes | None) -> Callable[[Call], Answer]:
        hides = self._faults.forbids if self._faults.faults else None
        if query is not None:
            return lambda _: self._graph.answer(query, hides)
        return self._tenant.serving(call, hides) or self._service.answer


def _within(granted: frozenset[str], rights: Rights | None) -> Rights | None:
    limit = Grants(granted)
    if not limit.limited:
        return rights
    return replace(rights or Rights((Grant("/", sorted(granted)),)), limit=limit)


def _arm_headers() -> dict[str, str]:
    request_id, now = str(uuid4()), time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request_id,
        "x-ms-routing-request-id": f"WESTEUROPE:{now}:{request_id}",
        "Date": formatdate(usegmt=True),
    }


def _seen(asked: Asked, call: Call, answer: Answer) -> Seen:
    _, _, query = asked.url.partition("?")
    authorized = any(name.lower() == "authorization" for name in asked.headers)
    return Seen(asked.method, call.target.path, query, int(answer.status), authorized)
