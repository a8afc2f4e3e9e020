"""One session with a management endpoint: our own policies, one connection pool, SDK clients made when first needed.

The policies are ours so that nothing is written: the SDK's own list would register resource providers on a 409
(facts §0.1).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from importlib import import_module
from threading import Lock
from typing import Any
from urllib.parse import quote

from azure.core.pipeline.policies import (
    CustomHookPolicy,
    HTTPPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from scanner import __version__
from scanner.collect.azure.session.body import Reader
from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.credential import NoCredential, SharedCredential
from scanner.collect.azure.session.deadline import Deadline, Pulse
from scanner.collect.azure.session.limits import Limits
from scanner.collect.azure.session.policies import Gate, Retries, Signing
from scanner.collect.azure.session.traffic import CONNECT_SECONDS, Traffic
from scanner.collect.azure.session.transport import Transport, direct_connections
from scanner.collect.collected import Progress

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

_AGENT = UserAgentPolicy(base_user_agent=f"mlsec-scan/{__version__}")
"""Knows who we say that we are: the same for every request."""

_READ_SECONDS = 60.0
_LIMITS = Limits()

_IN_A_PATH = "/$-_.~!*'()@:,;=+&"


class Session:
    """Sends reads to one endpoint, from many threads, no faster than Azure allows.

    `retries` counts the repeats of a request that met a fault; `backoff` is the first pause between them in seconds.
    `read_seconds` is how long an answer may stall. `pace` says how many times faster than Azure's the endpoint's limits
    run; by default as Azure's, and on loopback not before a limit shows. `limits` is what is borne of one listing, and
    `pulse` notes how threads get on.
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
        limits: Limits = _LIMITS,
        pulse: Pulse | None = None,
    ) -> None:
        self.cloud = cloud
        self.deadline = deadline
        self.limits = limits
        self.pulse = pulse or Pulse(limits.stall_seconds)
        self.traffic = Traffic(
            cloud,
            deadline,
            retries=retries,
            backoff=backoff,
            read_seconds=read_seconds,
            pace=pace,
            progress=progress,
            limits=limits,
            pulse=self.pulse,
        )
        reader = Reader(deadline, self.pulse, limits)
        self._credential = credential
        self._clients: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._lock = Lock()
        self._transport = Transport(
            self.traffic.pause,
            session=direct_connections(concurrency, reader, behind_proxy=cloud.signed, agent=_AGENT.user_agent),
            session_owner=False,
            connection_timeout=CONNECT_SECONDS,
            read_timeout=read_seconds,
        )
        self._arm: Any = ARMPipelineClient(cloud.endpoint, policies=self._policies(), transport=self._transport)

    @property
    def credential(self) -> SharedCredential | NoCredential:
        """What signs the requests."""
        return self._credential

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
        return self.traffic.options()

    def _policies(self) -> list[HTTPPolicy[Any, Any] | SansIOHTTPPolicy[Any, Any]]:
        """Make a fresh chain: a policy belongs to one pipeline."""
        credential = self._credential
        return [
            RequestIdPolicy(),
            Retries(self.traffic.retries, self.traffic.backoff),
            *([] if isinstance(credential, NoCredential) else [Signing(credential, self.cloud.scope)]),
            CustomHookPolicy(),
            Gate(self.traffic),
        ]
