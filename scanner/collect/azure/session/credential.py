"""Signing in: azure-identity's default chain, asked once for all clients and threads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import DefaultAzureCredential

from scanner.collect.azure.session.body import Reader
from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.transport import Transport, connections
from scanner.collect.redaction.secrets import scrubbed
from scanner.collect.redaction.vault import VAULT
from scanner.errors import SignInFailed, one_line

_RENEW_BEFORE_SECONDS = 300
_READ = 10_000
_ASK_AGAIN_SECONDS = 60.0
"""A source that has just given no better token, or none, is left alone for so long."""

_SECRETS = (
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_PASSWORD",
    "IDENTITY_HEADER",
    "MSI_SECRET",
    "SYSTEM_ACCESSTOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)
"""Variables of the environment that hold what azure-identity, or the pipeline that a scan runs in, signs in with."""

DISTRUST_ADVICE = "name the file of your own certificate authority in REQUESTS_CA_BUNDLE"


class TokenSource(Protocol):
    """What hands out bearer tokens."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Return a token for the scopes."""
        ...


@dataclass(slots=True)
class _Held:
    """What a source gave for one scope: the last token, or why there was none, and when not to ask it again."""

    token: AccessToken | None = None
    error: ClientAuthenticationError | None = None
    rests_until: float = 0.0
    dropped: bool = False

    @property
    def is_short(self) -> bool:
        """Whether the token, by this machine's clock, ends soon."""
        return self.token is None or self.token.expires_on - time.time() < _RENEW_BEFORE_SECONDS

    def holds(self, token: str) -> bool:
        """Tell whether this is the token."""
        return self.token is not None and self.token.token == token


class SharedCredential:
    """Keeps a token until shortly before it expires.

    Each SDK client would otherwise ask for its own, and a command-line credential starts a process for each. The clock
    may be wrong by hours: a new token that looks short-lived is used all the same, and one that Azure refuses is
    replaced although it looks good. `renew` makes a source that has none in store; without it the same one is asked.
    """

    def __init__(
        self,
        source: TokenSource,
        renew: Callable[[], TokenSource] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._renew = renew
        self._now = now
        self._lock = Lock()
        self._held: dict[tuple[object, ...], _Held] = {}

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Return a token that is good for some minutes; a claims challenge always gets a new one.

        Raises ClientAuthenticationError when there is none, and none in store that is still good.
        """
        with self._lock:
            held = self._held.setdefault((scopes, options.get("tenant_id")), _Held())
            if options.get("claims") or (held.is_short and self._now() >= held.rests_until):
                self._ask(held, scopes, options)
            if held.token is not None:
                return held.token
            raise held.error or ClientAuthenticationError("no token")

    def drop(self, refused: str) -> bool:
        """Forget a token that Azure refused; tell whether to ask for another. Once in a while, not for every request.

        True too where another thread has dropped it before.
        """
        with self._lock:
            return all(self._forget(held) for held in self._held.values() if held.holds(refused))

    def _forget(self, held: _Held) -> bool:
        if held.dropped and self._now() < held.rests_until:
            return False
        held.token, held.dropped, held.rests_until = None, True, 0.0
        if self._renew is not None:
            self._source = self._renew()
        return True

    def _ask(self, held: _Held, scopes: tuple[str, ...], options: dict[str, Any]) -> None:
        """Ask the source. A token that is still good outlives a failure."""
        was_short, before = held.is_short, held.token
        try:
            held.token, held.error = self._source.get_token(*scopes, **options), None
            VAULT.keep(held.token.token)
        except ClientAuthenticationError as error:
            held.error = error
            if before is None or options.get("claims") or before.expires_on <= time.time():
                held.token = None
            held.rests_until = self._now() + _ASK_AGAIN_SECONDS
            return
        rests = held.dropped or (before is not None and was_short and held.is_short)
        held.rests_until = self._now() + _ASK_AGAIN_SECONDS if rests else 0.0


class NoCredential:
    """Stands where an SDK client insists on a credential although nothing will be signed."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Refuse: a token for a loopback endpoint would be a leak."""
        raise SignInFailed("no credential is sent to a loopback endpoint")


def sign_in(cloud: Cloud, reader: Reader | None = None) -> SharedCredential | NoCredential:
    """Return a credential that has proved to work, or raise SignInFailed with what was tried.

    `reader` reads what those answer that are asked for a token.
    """
    if not cloud.signed:
        return NoCredential()
    for name in _SECRETS:
        VAULT.keep(os.environ.get(name, ""))
    session = connections(1, reader or Reader(), behind_proxy=True)
    transport = Transport(time.sleep, session=session, session_owner=False)

    def make() -> TokenSource:
        return DefaultAzureCredential(authority=cloud.authority, transport=transport)

    credential = SharedCredential(make(), make)
    try:
        credential.get_token(cloud.scope)
    except ClientAuthenticationError as error:
        raise SignInFailed(_advice(error)) from error
    return credential


def _advice(error: ClientAuthenticationError) -> str:
    """Name the credentials that were tried, from the lines of the chain's own message, and what to do."""
    if is_distrust(error):
        return f"could not sign in to Azure: the certificate of the sign-in endpoint is not trusted: {DISTRUST_ADVICE}"
    lines = [line.strip() for line in str(error.message).splitlines()]
    tried = [line.partition(":")[0] for line in lines if line.partition(":")[0].endswith("Credential")]
    reason = (
        f"tried {', '.join(dict.fromkeys(tried))}" if tried else one_line(scrubbed(str(error.message)[:_READ]))[:300]
    )
    return (
        f"could not sign in to Azure: {reason}. Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
        "AZURE_CLIENT_SECRET (or a federated token) for a service principal, or run where there is a managed identity"
    )


def is_distrust(error: AzureError) -> bool:
    """Tell whether a connection failed because the certificate at its other end is not trusted."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
