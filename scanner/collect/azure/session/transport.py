"""The connections to one endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter


class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core loads it lazily
    """Sleeps as the scan does, within its time; the retry policy would wait for as long as a server advises."""

    def __init__(self, sleep: Callable[[float], None], **options: Any) -> None:  # noqa: ANN401 - those of the base class
        super().__init__(**options)
        self._sleep = sleep

    def sleep(self, duration: float) -> None:
        """Sleep some seconds between two attempts. Raises TimeUp."""
        self._sleep(duration)


def connections(concurrency: int, *, behind_proxy: bool) -> requests.Session:
    """Make a connection pool as large as the number of threads, so that each keeps its connection.

    `behind_proxy` lets the environment's proxy and certificate settings hold; nobody reaches loopback by a proxy.
    """
    session = requests.Session()
    session.trust_env = behind_proxy
    # Without an authentication of its own, requests would send what ~/.netrc holds for the host, in the token's place.
    session.auth = _as_it_is
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=concurrency, max_retries=0))
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
