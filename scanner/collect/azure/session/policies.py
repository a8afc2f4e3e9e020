"""What every request passes on its way out: repeats after faults, signing, and a gate that lets only reads leave."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from scanner.collect.azure.session.credential import DISTRUST_ADVICE, SharedCredential, is_distrust
from scanner.collect.azure.session.pacer import GRAPH
from scanner.collect.azure.session.throttle import Heard, heard, retry_after
from scanner.collect.azure.session.traffic import Traffic
from scanner.collect.azure.session.wire import WireError

_CONNECT_RETRIES = 3
_LONGEST_BACKOFF = 30
_MOST_QUERIES = 12
_REFUSED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_REFUSALS = "refusals"

_CLAIMS = re.compile(r'claims="([^"]*)"')


class Retries(RetryPolicy):  # type: ignore[type-arg]  # generic only for the type checker
    """Repeats what met a fault. A 429 is no fault: the gate has kept its pause and asked again."""

    def __init__(self, retries: int, backoff: float) -> None:
        super().__init__(
            retry_total=retries,
            retry_connect=min(_CONNECT_RETRIES, retries),
            retry_read=retries,
            retry_status=retries,
            retry_backoff_factor=backoff,
            retry_backoff_max=_LONGEST_BACKOFF,
        )

    def configure_retries(self, options: dict[str, Any]) -> dict[str, Any]:
        """Count POST in: the only one that leaves is a query."""
        return super().configure_retries(options) | {"methods": frozenset({"GET", "POST"})}

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Leave out what the gate has dealt with."""
        refused = response.http_response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        return not refused and bool(super().is_retry(settings, response))

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        """Read the advised pause as the gate does; azure-core's own reader stumbles over nonsense."""
        return retry_after(response.http_response.headers)


class Signing(HTTPPolicy[HttpRequest, HttpResponse]):
    """Signs with the shared credential, and once more with a new token where Azure refuses one that looked good.

    The SDK's own policy keeps a token for each client, which all find out by a refusal that it has expired.
    """

    def __init__(self, credential: SharedCredential, scope: str) -> None:
        super().__init__()
        self._credential = credential
        self._scope = scope

    def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Sign and send."""
        token = self._credential.get_token(self._scope)
        response = self._signed(request, token)
        if response.http_response.status_code != HTTPStatus.UNAUTHORIZED:
            return response
        claims = _claims_in(response.http_response.headers.get("WWW-Authenticate", ""))
        if claims is None and not self._credential.drop(token.token):
            return response
        options = {} if claims is None else {"claims": claims}
        return self._signed(request, self._credential.get_token(self._scope, **options))

    def _signed(
        self, request: PipelineRequest[HttpRequest], token: AccessToken
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        if not request.http_request.url.lower().startswith("https://"):
            raise WireError("refused to send a token over a connection that is not encrypted")
        request.http_request.headers["Authorization"] = f"Bearer {token.token}"
        return self.next.send(request)


def _claims_in(challenge: str) -> str | None:
    """Return what a challenge wants a new token to claim; None where it asks for nothing, or nonsense."""
    found = _CLAIMS.search(challenge)
    if found is None or "insufficient_claims" not in challenge:
        return None
    with suppress(ValueError):
        return urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode() or None
    return None


class Gate(HTTPPolicy[HttpRequest, HttpResponse]):
    """The innermost policy: every attempt passes it, so that what leaves is counted, paced and only ever a read."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic

    def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send one attempt, again for as long as Azure answers that it comes too soon.

        A refusal that names no pause uses up a retry, for nothing says that it will ever end; of those that name one
        a request may meet as many as the limits say. Those of Resource Graph are borne for a minute or so: ARM can be
        asked instead.
        """
        traffic, refusals, queries = self._traffic, 0, 0
        scope = traffic.let_pass(request.http_request)
        while True:
            response, said = self._once(request, scope)
            self._count_refusals(request, response)
            if not said.refused:
                return response
            queries += scope == GRAPH
            if queries > _MOST_QUERIES:
                return response
            if said.wait is None:
                refusals += 1
                if refusals > traffic.retries:
                    return response
                traffic.pacer.close(scope, min(traffic.backoff * 2 ** (refusals - 1), _LONGEST_BACKOFF))

    def _count_refusals(
        self, request: PipelineRequest[HttpRequest], response: PipelineResponse[HttpRequest, HttpResponse]
    ) -> None:
        """Raise WireError when one request, with all its repeats, was refused too often."""
        if response.http_response.status_code in _REFUSED:
            most = self._traffic.limits.refusals
            request.context[_REFUSALS] = request.context.get(_REFUSALS, 0) + 1
            if request.context[_REFUSALS] >= most:
                raise WireError(f"the request was refused {most} times (HTTP {response.http_response.status_code})")

    def _once(
        self, request: PipelineRequest[HttpRequest], scope: str
    ) -> tuple[PipelineResponse[HttpRequest, HttpResponse], Heard]:
        traffic = self._traffic
        with traffic.turn(scope) as one:
            request.context.options.update(traffic.seconds())
            try:
                response = self.next.send(request)
            except AzureError as error:
                # What the end of the scan's time cut short is told as such.
                traffic.deadline.check()
                if is_distrust(error):
                    # No fault that could heal: it is not tried again.
                    raise WireError(f"the endpoint's certificate is not trusted: {DISTRUST_ADVICE}") from error
                raise
            answer = response.http_response
            said = one.heard = heard(answer.status_code, answer.headers)
        traffic.tell(request.http_request, answer.status_code)
        return response, said
