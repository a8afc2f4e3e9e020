"""The connections to one endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse

from scanner.collect.azure.session.body import Body, Reader

PREPARED = re.compile(
    r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?!.*/\.)"
    r"/(?:[\w/$.~!*'():@,;=+&-]|%(?:2[0-46-9BCF]|3[ABDF]|40))*"
    r"(?:\?(?:[\w/$.~!*'():@,;=+&?-]|%(?:2[0-46-9BCF]|3[ABDF]|40))+)?",
    re.ASCII,
)
"""A URL that `requests` would leave as it is: it costs as much to prepare one as to send it."""


def host_in(url: str) -> str:
    """Return scheme, host and port of a URL, as they are written."""
    return url[: url.find("/", len("https://"))]


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


class _Settled(_Bounded):
    """Finds out once for each host what `requests` would find out for each request: where to connect, and how.

    The session that it serves has one endpoint, and settings that do not change.
    """

    def __init__(self, reader: Reader, connections: int) -> None:
        super().__init__(reader, connections)
        self._pools: dict[str, Any] = {}

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ANN401 - as the base class has it
        proxies: Any = None,  # noqa: ANN401 - as the base class has it
        cert: Any = None,  # noqa: ANN401 - as the base class has it
    ) -> Any:  # noqa: ANN401 - as the base class has it
        """Return the connections to the host of a request."""
        host = host_in(str(request.url))
        if host not in self._pools:
            self._pools[host] = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return self._pools[host]

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:  # noqa: ANN401 - as the base class has it
        """Return what the first line of a request names: behind a proxy, and without TLS, the whole URL."""
        url = str(request.url)
        target = url[len(host_in(url)) :]
        if "#" in url or target[:2] in {"", "//"} or (proxies and not url.startswith("https:")):
            return super().request_url(request, proxies)
        return target

    def build_response(self, req: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        """Make what azure-core takes an answer from. It reads headers into a mapping of its own, and no cookies."""
        response = requests.Response()
        response.status_code, response.reason = resp.status, resp.reason or ""
        # Nobody looks for them but azure-core.
        response.headers = {name: resp.headers[name] for name in resp.headers}  # type: ignore[assignment]
        response.url, response.request, response.raw = str(req.url), req, resp
        return response


class _Direct(requests.Session):
    """Sends what azure-core has made ready: a whole URL with all its headers, without redirects and cookies.

    What `requests` would put together anew for each request (proxies and certificates of the environment, cookies,
    hooks, authentication) takes half as long as sending it: here it is settled once for each host. Nothing is looked up
    in ~/.netrc, which would take the token's place.
    """

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[str, Mapping[str, Any]] = {}

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - as the base class names them
        """Send one request. `headers`, `data`, `timeout`, `verify`, `cert` and `stream` are those of the base class."""
        prepared = requests.PreparedRequest()
        prepared.method = method
        if PREPARED.fullmatch(url):
            prepared.url = url
        else:
            prepared.prepare_url(url, {})
        # Those of azure-core are spelled as ours are.
        prepared.headers = {**self._own_headers, **(options["headers"] or {})}  # type: ignore[assignment]
        prepared.body = options["data"]
        response = self.get_adapter(url).send(prepared, timeout=options["timeout"], **self._settings_for(url, options))
        if not options.get("stream"):
            _ = response.content
        return response

    @cached_property
    def _own_headers(self) -> dict[str, str | bytes]:
        return dict(self.headers)

    def _settings_for(self, url: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        host = host_in(url)
        if host not in self._settings:
            verify, cert = options.get("verify"), options.get("cert")
            found = self.merge_environment_settings(url, options.get("proxies") or {}, None, verify, cert)
            self._settings[host] = {**found, "stream": True}
        return self._settings[host]


def direct_connections(concurrency: int, reader: Reader, *, behind_proxy: bool, agent: str) -> requests.Session:
    """Make a connection pool for one endpoint whose requests azure-core makes ready; `agent` is what it is told of us.

    The other arguments are those of `connections`.
    """
    session = _settled(_Direct(), _Settled(reader, concurrency), behind_proxy=behind_proxy)
    session.headers["User-Agent"] = agent
    return session


def connections(concurrency: int, reader: Reader, *, behind_proxy: bool) -> requests.Session:
    """Make a connection pool as large as the number of threads, so that each keeps its connection.

    `behind_proxy` lets the environment's proxy and certificate settings hold; nobody reaches loopback by a proxy.
    """
    return _settled(requests.Session(), _Bounded(reader, concurrency), behind_proxy=behind_proxy)


def _settled(session: requests.Session, adapter: _Bounded, *, behind_proxy: bool) -> requests.Session:
    session.trust_env = behind_proxy
    # Without an authentication of its own, requests would send what ~/.netrc holds for the host, in the token's place.
    session.auth = _as_it_is
    # Kept for the whole session otherwise, however many there are.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["Accept-Encoding"] = "gzip"
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
