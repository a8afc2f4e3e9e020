"""One session with a management endpoint: our own policies, one connection pool, SDK clients made when first needed.

The policies are ours so that nothing is written: the SDK's own list would register resource providers on a 409
(facts §0.1).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from math import inf
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from azure.core.pipeline.policies import (
    CustomHookPolicy,
    HTTPPolicy,
    ProxyPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from scanner import __version__
from scanner.collect.azure.cloud import Cloud
from scanner.collect.azure.credential import NoCredential, SharedCredential
from scanner.collect.azure.deadline import Deadline
from scanner.collect.azure.pacer import GRAPH, Pacer, Pass
from scanner.collect.azure.policies import Gate, Retries, Signing
from scanner.collect.azure.transport import Transport, connections
from scanner.collect.azure.wire import WireError
from scanner.collect.collected import Progress, Silent
from scanner.collect.secrets import scrubbed
from scanner.errors import one_line

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
    "graph": "azure.mgmt.resourcegraph:ResourceGraphClient",
}
CLIENTS = 200
"""SDK clients that are kept, those last used: each takes 50 KiB, and a tenant needs some for each subscription."""

_CONNECT_SECONDS = 10
_READ_SECONDS = 60.0
_QUERY_PATH = "/providers/microsoft.resourcegraph/resources"

_IN_A_PATH = "/$-_.~!*'()@:,;=+&"

log = logging.getLogger("scanner.azure")


class Session:
    """Sends reads to one endpoint, from many threads, no faster than Azure allows.

    `retries` counts the repeats of a request that met a fault; `backoff` is the first pause between them in seconds.
    `read_seconds` is how long an answer may stall. `pace` says how many times faster than Azure's the endpoint's limits
    run; by default as Azure's, and on loopback not before a limit shows.
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
        read_seconds: float = _READ_SECONDS,
        pace: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.cloud = cloud
        self.deadline = deadline
        self.retries = retries
        self.backoff = backoff
        self.requests = 0
        """How many requests were sent so far, repeats included."""
        self.waits = 0
        """How many of them had to wait first: for Azure's limits, or after a fault."""
        self.waited = 0.0
        """Seconds that threads spent so, all together."""
        # A loopback endpoint is a simulator; its owner sets the limits, not Azure.
        self.pacer = Pacer(pace or (1.0 if cloud.signed else None))
        self._credential = credential
        self._read_seconds = read_seconds
        self._progress = progress or Silent()
        self._clients: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._lock = Lock()
        self._transport = Transport(
            self._pause,
            session=connections(concurrency, behind_proxy=cloud.signed),
            session_owner=False,
            connection_timeout=_CONNECT_SECONDS,
            read_timeout=read_seconds,
        )
        self._arm: Any = ARMPipelineClient(cloud.endpoint, policies=self._policies(), transport=self._transport)

    def client(self, name: str, api_version: str, subscription: str) -> Any:  # noqa: ANN401 - a client of any SDK
        """Return the SDK client of a short name; the tenant's own have no subscription.

        Its api-version must be set here: next pages ignore a call's own.
        """
        key = (name, api_version, subscription)
        with self._lock:
            if key not in self._clients:
                module, _, cls = _CLIENTS[name].partition(":")
                make: Callable[..., Any] = getattr(import_module(module), cls)
                self._clients[key] = make(
                    self._credential,
                    *([subscription] if subscription else []),
                    base_url=self.cloud.endpoint,
                    credential_scopes=[self.cloud.scope],
                    api_version=api_version,
                    policies=self._policies(),
                    transport=self._transport,
                )
            self._clients.move_to_end(key)
            if len(self._clients) > CLIENTS:
                self._clients.popitem(last=False)
            return self._clients[key]

    def get(self, url: str, params: dict[str, str]) -> HttpResponse:
        """Send one raw GET to a path or a nextLink and return the answer, whatever its status."""
        # A path is an ARM id, whose names may hold what means something in a URL; a nextLink is quoted already.
        whole = url if url.startswith("http") else f"{self.cloud.endpoint}{quote(url, safe=_IN_A_PATH)}"
        request = HttpRequest("GET", whole, params=params)
        response: HttpResponse = self._arm.send_request(request, **self.options())
        return response

    def post(self, path: str, params: dict[str, str], body: object) -> HttpResponse:
        """Send one query of Resource Graph and return the answer, whatever its status. No other POST may leave."""
        request = HttpRequest("POST", f"{self.cloud.endpoint}{path}", params=params, json=body)
        response: HttpResponse = self._arm.send_request(request, **self.options())
        return response

    def options(self) -> dict[str, float]:
        """Return what every call passes on: the seconds that it may take in all, and that one answer may take."""
        remaining = max(self.deadline.remaining, 0.001)
        return {} if remaining == inf else {"timeout": remaining, "read_timeout": min(remaining, self._read_seconds)}

    def limits(self) -> dict[str, float]:
        """Return the seconds that one attempt may take, as the end of the scan's time draws near."""
        remaining = max(self.deadline.remaining, 0.001)
        if remaining == inf:
            return {}
        return {
            "connection_timeout": min(remaining, _CONNECT_SECONDS),
            "read_timeout": min(remaining, self._read_seconds),
        }

    def _policies(self) -> list[HTTPPolicy[Any, Any] | SansIOHTTPPolicy[Any, Any]]:
        """Make a fresh chain: a policy belongs to one pipeline."""
        return [
            RequestIdPolicy(),
            UserAgentPolicy(base_user_agent=f"mlsec-scan/{__version__}"),
            ProxyPolicy(),
            Retries(self.retries, self.backoff),
            self._authentication(),
            CustomHookPolicy(),
            Gate(self),
        ]

    def _authentication(self) -> SansIOHTTPPolicy[Any, Any] | HTTPPolicy[Any, Any]:
        if isinstance(self._credential, NoCredential):
            return SansIOHTTPPolicy()
        return Signing(self._credential, self.cloud.scope)

    # What the policies ask

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
        self.deadline.sleep(seconds)

    def _pause(self, seconds: float) -> None:
        self.deadline.sleep(seconds)
        self._count(seconds, requests=0)

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
