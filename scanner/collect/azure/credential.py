"""Signing in: azure-identity's default chain, asked once for all clients and threads."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any, Protocol

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential

from scanner.collect.azure.cloud import Cloud
from scanner.errors import SignInFailed, one_line

_RENEW_BEFORE_SECONDS = 300


class TokenSource(Protocol):
    """What hands out bearer tokens."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Return a token for the scopes."""
        ...


class SharedCredential:
    """Keeps a token until shortly before it expires.

    Each SDK client would otherwise ask for its own, and a command-line credential starts a process for each.
    """

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._lock = Lock()
        self._tokens: dict[tuple[object, ...], AccessToken] = {}

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Return a token that is good for some minutes; a claims challenge always gets a new one."""
        asked = (scopes, options.get("tenant_id"))
        with self._lock:
            token = self._tokens.get(asked)
            if token is None or options.get("claims") or token.expires_on - time.time() < _RENEW_BEFORE_SECONDS:
                token = self._tokens[asked] = self._source.get_token(*scopes, **options)
            return token


class NoCredential:
    """Stands where an SDK client insists on a credential although nothing will be signed."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:  # noqa: ANN401 - azure-core's own signature
        """Refuse: a token for a loopback endpoint would be a leak."""
        raise SignInFailed("no credential is sent to a loopback endpoint")


def sign_in(cloud: Cloud) -> SharedCredential | NoCredential:
    """Return a credential that has proved to work, or raise SignInFailed with what was tried."""
    if not cloud.signed:
        return NoCredential()
    credential = SharedCredential(DefaultAzureCredential(authority=cloud.authority))
    try:
        credential.get_token(cloud.scope)
    except ClientAuthenticationError as error:
        raise SignInFailed(_advice(error)) from error
    return credential


def _advice(error: ClientAuthenticationError) -> str:
    """Name the credentials that were tried, from the lines of the chain's own message, and what to do."""
    lines = [line.strip() for line in str(error.message).splitlines()]
    tried = [line.partition(":")[0] for line in lines if line.partition(":")[0].endswith("Credential")]
    reason = f"tried {', '.join(dict.fromkeys(tried))}" if tried else one_line(error.message)[:300]
    return (
        f"could not sign in to Azure: {reason}. Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
        "AZURE_CLIENT_SECRET (or a federated token) for a service principal, or run where there is a managed identity"
    )
