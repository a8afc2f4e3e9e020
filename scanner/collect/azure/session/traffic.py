"""What leaves for one endpoint: only reads, paced, counted, and within the scan's time. The policies ask it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from threading import Lock
from urllib.parse import urlsplit

from azure.core.rest import HttpRequest

from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.deadline import Deadline, Pulse
from scanner.collect.azure.session.limits import Limits
from scanner.collect.azure.session.pacer import GRAPH, Pacer, Pass
from scanner.collect.azure.session.wire import WireError
from scanner.collect.collected import Progress, Silent
from scanner.collect.redaction.secrets import scrubbed
from scanner.errors import one_line

CONNECT_SECONDS = 10
_QUERY_PATH = "/providers/microsoft.resourcegraph/resources"

log = logging.getLogger("scanner.collect.azure")


class Traffic:
    """Lets requests to one endpoint pass, from many threads, no faster than Azure allows.

    `retries` counts the repeats of a request that met a fault; `backoff` is the first pause between them in seconds.
    `read_seconds` is how long an answer may stall. `pace` says how many times faster than Azure's the endpoint's limits
    run; by default as Azure's, and on loopback not before a limit shows. `limits` is what is borne of one listing, and
    `pulse` notes how threads get on.
    """

    def __init__(  # noqa: PLR0913 - each is one fact of the session
        self,
        cloud: Cloud,
        deadline: Deadline,
        *,
        retries: int,
        backoff: float,
        read_seconds: float,
        pace: float | None,
        progress: Progress | None,
        limits: Limits,
        pulse: Pulse,
    ) -> None:
        self.cloud = cloud
        self.deadline = deadline
        self.retries = retries
        self.backoff = backoff
        self.limits = limits
        self.requests = 0
        """How many requests were sent so far, repeats included."""
        self.waits = 0
        """How many of them had to wait first: for Azure's limits, or after a fault."""
        self.waited = 0.0
        """Seconds that threads spent so, all together."""
        # A loopback endpoint is a simulator; its owner sets the limits, not Azure.
        self.pacer = Pacer(pace or (1.0 if cloud.signed else None))
        self._pulse = pulse
        self._read_seconds = read_seconds
        self._progress = progress or Silent()
        self._lock = Lock()

    def options(self) -> dict[str, float]:
        """Begin a call; return what it passes on: the seconds that it may take in all, and that an answer may stall."""
        self._pulse.beat()
        remaining = max(self.deadline.remaining, 0.001)
        return {} if remaining == inf else {"timeout": remaining, "read_timeout": min(remaining, self._read_seconds)}

    def seconds(self) -> dict[str, float]:
        """Return the seconds that one attempt may take, as the end of the scan's time draws near."""
        remaining = max(self.deadline.remaining, 0.001)
        if remaining == inf:
            return {}
        return {
            "connection_timeout": min(remaining, CONNECT_SECONDS),
            "read_timeout": min(remaining, self._read_seconds),
        }

    def let_pass(self, request: HttpRequest) -> str:
        """Check a request just before it is sent; return the scope whose limit it counts against."""
        if not self.cloud.owns(request.url) or not _only_reads(request):
            raise WireError(f"refused to send {request.method} to {urlsplit(request.url).netloc}")
        return GRAPH if request.method == "POST" else subscription_in(request.url)

    @contextmanager
    def turn(self, scope: str) -> Iterator[Pass]:
        """Wait for a request's turn and count it. Raises TimeUp."""
        self.deadline.check()
        with self.pacer.passing(scope, partial(self._wait, scope)) as one:
            self._count(one.waited, requests=1)
            yield one

    def tell(self, request: HttpRequest, status: int) -> None:
        """Log a request that was answered."""
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s %s: %s", request.method, one_line(scrubbed(urlsplit(request.url).path)), status)

    def sum_up(self) -> None:
        """Log how much was sent and waited for."""
        log.info("%d requests, %d waits of %.1f s in all threads", self.requests, self.waits, self.waited)

    def _wait(self, scope: str, seconds: float) -> None:
        self._progress.waiting(scope, seconds)
        self._sleep(seconds)

    def pause(self, seconds: float) -> None:
        """Sleep some seconds after a fault. Raises TimeUp."""
        self._sleep(seconds)
        self._count(seconds, requests=0)

    def _sleep(self, seconds: float) -> None:
        """Sleep, unless that would take longer than the scan or its listing may."""
        if seconds < self.deadline.remaining:
            self._pulse.check(seconds)
        self.deadline.sleep(seconds)

    def _count(self, waited: float, *, requests: int) -> None:
        with self._lock:
            self.requests += requests
            self.waits += waited > 0
            self.waited += waited


def _only_reads(request: HttpRequest) -> bool:
    """Tell whether a request changes nothing: a GET, or the POST that carries a query of Resource Graph."""
    return request.method == "GET" or (request.method == "POST" and urlsplit(request.url).path.lower() == _QUERY_PATH)


def subscription_in(url: str) -> str:
    """Return the subscription that a request goes to, in lower case; empty for tenant-level requests."""
    parts = urlsplit(url).path.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""  # noqa: PLR2004 - /subscriptions/{id}
