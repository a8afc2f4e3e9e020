"""One session with a management endpoint: our own policies, one connection pool, SDK clients made when first needed.

The policies are ours so that nothing is written: the SDK's own list would register resource providers on a 409
(facts §0.1).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from math import inf
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    CustomHookPolicy,
    HTTPPolicy,
    ProxyPolicy,
    RequestIdPolicy,
    RetryPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from requests.adapters import HTTPAdapter

from scanner import __version__
from scanner.collect.azure.cloud import Cloud
from scanner.collect.azure.credential import NoCredential, SharedCredential
from scanner.collect.azure.deadline import Deadline
from scanner.collect.azure.pacer import Pacer
from scanner.collect.azure.wire import WireError

_CLIENTS = {
    "network": "azure.mgmt.network:NetworkManagementClient",
    "ml": "azure.mgmt.machinelearningservices:MachineLearningServicesMgmtClient",
    "registry": "azure.mgmt.containerregistry:ContainerRegistryManagementClient",
    "privatedns": "azure.mgmt.privatedns:PrivateDnsManagementClient",
    "dnsresolver": "azure.mgmt.dnsresolver:DnsResolverManagementClient",
    "storage": "azure.mgmt.storage:StorageManagementClient",
    "keyvault": "azure.mgmt.keyvault:KeyVaultManagementClient",
    "insights": "azure.mgmt.applicationinsights:ApplicationInsightsManagementClient",
    "compute": "azure.mgmt.compute:ComputeManagementClient",
    "kubernetes": "azure.mgmt.containerservice:ContainerServiceClient",
    "devops": "azure.mgmt.devopsinfrastructure:DevOpsInfrastructureMgmtClient",
    "resource": "azure.mgmt.resource.resources:ResourceManagementClient",
}
_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_TOO_MANY_REQUESTS = 429

log = logging.getLogger("scanner.azure")


class Session:
    """Sends GETs to one endpoint, from many threads.

    `retries` counts the repeats of a request that met a fault; `backoff` is the first pause between them in seconds.
    """

    def __init__(  # noqa: PLR0913 - each is one fact of the session
        self,
        cloud: Cloud,
        credential: SharedCredential | NoCredential,
        deadline: Deadline,
        *,
        concurrency: int,
        retries: int = 8,
        backoff: float = 0.8,
    ) -> None:
        self.cloud = cloud
        self.deadline = deadline
        self._credential = credential
        self._retry = {"retry_total": retries, "retry_connect": min(3, retries), "retry_status": retries}
        self._backoff = backoff
        self._requests = 0
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = Lock()
        # A loopback endpoint is a simulator; its owner sets the limits, not Azure.
        self._pacer = Pacer() if cloud.signed else None
        self._transport = _Transport(
            deadline,
            session=_http(concurrency, behind_proxy=cloud.signed),
            session_owner=False,
            connection_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
        )
        self._arm: Any = ARMPipelineClient(cloud.endpoint, policies=self._policies(), transport=self._transport)

    @property
    def requests(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._requests

    def client(self, name: str, api_version: str, subscription: str) -> Any:  # noqa: ANN401 - a client of any SDK
        """Return the SDK client of a short name. Its api-version must be set here: next pages ignore a call's own."""
        key = (name, api_version, subscription)
        with self._lock:
            if key not in self._clients:
                module, _, cls = _CLIENTS[name].partition(":")
                make: Callable[..., Any] = getattr(import_module(module), cls)
                self._clients[key] = make(
                    self._credential,
                    subscription,
                    base_url=self.cloud.endpoint,
                    credential_scopes=[self.cloud.scope],
                    api_version=api_version,
                    policies=self._policies(),
                    transport=self._transport,
                )
            return self._clients[key]

    def get(self, url: str, params: dict[str, str]) -> HttpResponse:
        """Send one raw GET to a path or a nextLink and return the answer, whatever its status."""
        request = HttpRequest("GET", url if url.startswith("http") else f"{self.cloud.endpoint}{url}", params=params)
        response: HttpResponse = self._arm.send_request(request, **self.options())
        return response

    def options(self) -> dict[str, float]:
        """Return what every call passes on: the seconds that it may take in all, and that one answer may take."""
        remaining = max(self.deadline.remaining, 0.001)
        return {} if remaining == inf else {"timeout": remaining, "read_timeout": min(remaining, _READ_SECONDS)}

    def _policies(self) -> list[HTTPPolicy[Any, Any] | SansIOHTTPPolicy[Any, Any]]:
        """Make a fresh chain: a policy belongs to one pipeline."""
        return [
            RequestIdPolicy(),
            UserAgentPolicy(base_user_agent=f"mlsec-scan/{__version__}"),
            ProxyPolicy(),
            RetryPolicy(**self._retry, retry_backoff_factor=self._backoff, retry_backoff_max=30),
            self._authentication(),
            CustomHookPolicy(),
            _Gate(self),
        ]

    def _authentication(self) -> SansIOHTTPPolicy[Any, Any] | HTTPPolicy[Any, Any]:
        if isinstance(self._credential, NoCredential):
            return SansIOHTTPPolicy()
        return ARMChallengeAuthenticationPolicy(self._credential, self.cloud.scope)

    def let_pass(self, request: HttpRequest) -> str:
        """Check a request just before it is sent, wait for its turn, count it; return its subscription."""
        if request.method != "GET" or not self.cloud.owns(request.url):
            raise WireError(f"refused to send {request.method} to {urlsplit(request.url).netloc}")
        subscription = subscription_in(request.url)
        self.deadline.check()
        if self._pacer is not None and (wait := self._pacer.wait_for(subscription)):
            self.deadline.sleep(wait)
        with self._lock:
            self._requests += 1
        return subscription

    def heed(self, subscription: str, response: HttpResponse) -> None:
        """Let one refusal slow down every thread that asks in the same subscription."""
        wait = response.headers.get("Retry-After", "")
        if self._pacer is not None and response.status_code == _TOO_MANY_REQUESTS and wait.isdigit():
            self._pacer.hold(subscription, float(wait))


class _Gate(HTTPPolicy[HttpRequest, HttpResponse]):
    """The innermost policy: every attempt passes it, so that what leaves is counted, paced and only ever a GET."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send one attempt."""
        subscription = self._session.let_pass(request.http_request)
        response = self.next.send(request)
        answer = response.http_response
        self._session.heed(subscription, answer)
        log.debug("GET %s: %s", urlsplit(request.http_request.url).path, answer.status_code)
        return response


class _Transport(RequestsTransport):  # type: ignore[misc]  # azure-core loads it lazily
    """Sleeps no longer than the scan may take; the retry policy would wait for as long as Azure advises."""

    def __init__(self, deadline: Deadline, **options: Any) -> None:  # noqa: ANN401 - those of the base class
        super().__init__(**options)
        self._deadline = deadline

    def sleep(self, duration: float) -> None:
        """Sleep some seconds between two attempts. Raises TimeUp."""
        self._deadline.sleep(duration)


def subscription_in(url: str) -> str:
    """Return the subscription that a request goes to, in lower case; empty for tenant-level requests."""
    parts = urlsplit(url).path.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""  # noqa: PLR2004 - /subscriptions/{id}


def _http(concurrency: int, *, behind_proxy: bool) -> requests.Session:
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
