"""What a service says of the network that it is asked from, by its answer to an anonymous request.

A refusal counts only where the service itself looked at the network. All else settles nothing: a redirect to a sign-in,
an address that it does not know, a service that is busy.

- Storage: 403 AuthorizationFailure where network rules or a disabled public network stop the request, and where it
  passed those and only misses a sign-in, 401 NoAuthenticationInformation or 403 AuthenticationFailed:
  learn.microsoft.com/azure/storage/blobs/blob-access-points-troubleshoot ("Reads fail because of network settings") and
  learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes. A request without a query is answered 400
  whatever the rules are, as users see; 409 PublicAccessNotPermitted is about anonymous reading, and no page says
  whether the network was looked at before.
- A registry: 403 DENIED by its firewall, 401 after it:
  learn.microsoft.com/troubleshoot/azure/azure-container-registry/authentication-required and
  learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access.
  What its data endpoints say is not told.
- A vault and an account of Cosmos DB: 403 is the answer of their firewalls, while somebody without a token is told 401,
  before or after those: learn.microsoft.com/azure/key-vault/general/private-link-diagnostics (ForbiddenByFirewall) and
  …/rest-error-codes, learn.microsoft.com/azure/cosmos-db/troubleshoot-forbidden.

No page tells what a workspace, its notebooks, online endpoints and compute instances, or the rest say to somebody who
has not signed in: nothing that they answer settles whom they let in.

Read 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from scanner.probe.shapes import Kind, Target

VERSION = "2021-08-06"
"""Of storage's REST API: without one a request is answered by rules of 2009, or not at all."""

_STORAGE_PATHS = {
    "blob": "/?comp=list",
    "file": "/?comp=list",
    "queue": "/?comp=list",
    "table": "/Tables",
    "dfs": "/?resource=account",
    "web": "/",
}
_PATHS = {**_STORAGE_PATHS, "registry": "/v2/", "vault": "/secrets?api-version=7.4"}

_STORAGE: Mapping[tuple[int, str], Kind] = {
    (HTTPStatus.FORBIDDEN, "authorizationfailure"): Kind.REFUSED,
    (HTTPStatus.FORBIDDEN, "authenticationfailed"): Kind.ANSWERS,
    (HTTPStatus.UNAUTHORIZED, "noauthenticationinformation"): Kind.ANSWERS,
    (HTTPStatus.UNAUTHORIZED, "invalidauthenticationinfo"): Kind.ANSWERS,
    (HTTPStatus.OK, ""): Kind.ANSWERS,
}
"""What storage says, by status and the name of the error."""

_REGISTRY: Mapping[int, Kind] = {
    HTTPStatus.FORBIDDEN: Kind.REFUSED,
    HTTPStatus.UNAUTHORIZED: Kind.ANSWERS,
    HTTPStatus.OK: Kind.ANSWERS,
}
_FORBID = frozenset({"vault", "sql"})
"""Sub-resources, of vaults and of Cosmos DB, that forbid a stranger by their firewall alone."""

_WORDS = {
    Kind.REFUSED: "it refuses this network",
    Kind.ANSWERS: "it answers this network",
    Kind.INCONCLUSIVE: "that says nothing of the networks that it lets in",
}


def path_for(group: str) -> str:
    """Return what is asked of a sub-resource, by which it has to look at the network."""
    return _PATHS.get(_primary(group), "/")


def judged(target: Target, status: int, code: str) -> tuple[Kind, str]:
    """Return what an answer says of the network, by its status and the name of the error, "" for none; in words."""
    kind = _kind(target, status, code.lower())
    said = f"HTTP {status}{f' {code}' if code else ''}"
    if kind is Kind.INCONCLUSIVE and status == HTTPStatus.UNAUTHORIZED:
        return kind, f"{said}: it asks for a sign-in, which it may do before it looks at the network"
    return kind, f"{said}: {_WORDS[kind]}"


def _kind(target: Target, status: int, code: str) -> Kind:
    group = _primary(target.group)
    if group in _STORAGE_PATHS:
        return _STORAGE.get((status, code), Kind.INCONCLUSIVE)
    if group == "registry" and _DATA not in target.name:
        return _REGISTRY.get(status, Kind.INCONCLUSIVE)
    return Kind.REFUSED if group in _FORBID and status == HTTPStatus.FORBIDDEN else Kind.INCONCLUSIVE


_DATA = ".data."
"""In the name of a registry's data endpoint."""


def _primary(group: str) -> str:
    return group.lower().removesuffix("_secondary")
