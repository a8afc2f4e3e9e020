"""The connections to one endpoint."""

from __future__ import annotations

from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from scanner.collect.azure.session.body import Body, Reader


class Transport(RequestsTransport):  # type: ignore[misc]  # azure-core loads it lazily
    """Sleeps as the scan does, within its time; the retry policy would wait for as long as a server advises."""

    def __init__(self, sleep: Callable[[float], None], **options: Any) -> None:  # noqa: ANN401 - those of the base class
        super().__init__(**options)
        self._sleep = sleep

    def sleep(self, duration: float) -> None:
        """Sleep some seconds between two attempts. Raises TimeUp."""
        self._sleep(duration)


class _Bounded(HTTPAdapter):
    """Has bodies read by a reader that knows limits."""

    def __init__(self, reader: Reader, connections: int) -> None:
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)
        self._reader = reader

    def send(self, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - those of the base class
        """Send a request; its answer's body is read afterwards, through the reader."""
        response = super().send(*args, **options)
        response.raw = Body(response.raw, self._reader)
        return response


def connections(concurrency: int, reader: Reader, *, behind_proxy: bool) -> requests.Session:
    """Make a connection pool as large as the number of threads, so that each keeps its connection.

    `behind_proxy` lets the environment's proxy and certificate settings hold; nobody reaches loopback by a proxy.
    """
    session = requests.Session()
    session.trust_env = behind_proxy
    # Without an authentication of its own, requests would send what ~/.netrc holds for the host, in the token's place.
    session.auth = _as_it_is
    # Kept for the whole session otherwise, however many there are.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["Accept-Encoding"] = "gzip"
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded(reader, concurrency))
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
