"""An endpoint that means ill: a simulated one whose answers a test changes on their way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeAlias

from scanner.simulator import Estate, Resource
from scanner.simulator.answers import Answer
from scanner.simulator.server import LOOPBACK, Asked, LoopbackServer
from scanner.simulator.service import Call, Service, read_call
from scanner.simulator.tenant import Tenant
from tests.cases import FIXTURES

Change: TypeAlias = Callable[[Call, Answer], Answer]


def fixture(name: str) -> list[dict[str, Any]]:
    """Return the resources of an estate as Azure sends them, secrets and all."""
    resources: list[dict[str, Any]] = json.loads((FIXTURES / f"{name}.json").read_text())["resources"]
    return resources


@contextmanager
def served(resources: Iterable[Resource], change: Change, page_size: int = 5) -> Iterator[str]:
    """Serve an estate while the block runs; `change` makes of each honest answer what is sent."""
    estate = Estate("hostile", tuple(resources))
    service = Service(estate, page_size, frozenset(), frozenset())
    # Its caller holds everything.
    tenant = Tenant(estate, page_size)

    def reply(asked: Asked) -> Answer:
        call = read_call(asked.url, url)
        return change(call, (tenant.serving(call, None) or service.answer)(call))

    server = LoopbackServer(reply, 0)
    url = f"http://{LOOPBACK}:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield url
    finally:
        server.stop()
