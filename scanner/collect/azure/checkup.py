"""What a scan would meet, found out with a handful of reads: the sign-in, what it sees, and what it may do there."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from logging import INFO, Handler, LogRecord, getLogger
from typing import Any
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from scanner.collect.azure.arm.held import Rights
from scanner.collect.azure.arm.listings import actions
from scanner.collect.azure.collection import Collection
from scanner.collect.azure.collector import collecting, resolved
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.resource_graph.query import counts_of, pages
from scanner.collect.azure.scopes import Horizon
from scanner.collect.azure.session.answers import CAUGHT, failure_of
from scanner.collect.azure.session.cloud import Cloud
from scanner.collect.azure.session.credential import NoCredential
from scanner.collect.azure.session.session import Session
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace

_CHAIN = "azure.identity"
_ACQUIRED = "acquired a token from"
_UNSEEN = "this identity does not see it: check the id, and the tenant that it is signed in to"
_MOST_ASKED = 100
"""Subscriptions in the query that shows whether Resource Graph answers."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: the credential, and what its token says of tenant, object, application and user; "" is not told.

    `expires` is in UTC. The token itself is not here.
    """

    credential: str = ""
    tenant: str = ""
    object_id: str = ""
    application: str = ""
    user: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What is held in a subscription: its name, its state, the actions that are missing on the whole of it.

    `why` says why that could not be read, "" where it was.
    """

    subscription: str
    name: str = ""
    state: str = ""
    missing: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class Checkup:
    """What was found out, as far as it went; `stopped` says why no further, "" where it went to the end.

    `proxy` is without its credentials. `graph` is "" where Resource Graph answers, else why not.
    """

    cloud: Cloud
    proxy: str = ""
    authority_file: str = ""
    identity: Identity = field(default_factory=Identity)
    horizon: tuple[str, ...] = ()
    horizon_why: str = ""
    graph: str = ""
    rights: tuple[Held, ...] = ()
    stopped: str = ""


def check_up(source: LivePlan) -> Checkup:
    """Look. Whatever does not work is told in what is returned."""
    found = Checkup(source.cloud, _proxy_to(source.cloud), os.environ.get("REQUESTS_CA_BUNDLE", ""))
    try:
        with _credentials() as credentials, collecting(source, None) as collection:
            found.identity = _identity(collection.session, source.cloud, credentials)
            _look(found, source, collection)
    except NothingScanned as error:
        found.stopped = str(error)
    return found


def _look(found: Checkup, source: LivePlan, collection: Collection) -> None:
    """Fill in what the identity sees and holds. Raises NothingScanned."""
    gaps: list[Gap] = []
    horizon = Horizon(collection.session, gaps.append)
    collection.pool.start(horizon.look, late=horizon.give_up)
    collection.pool.drain()
    found.horizon = tuple(sorted(horizon.subscriptions))
    found.horizon_why = "; ".join(gap.why for gap in gaps)
    if gaps and gaps[0].status is None:
        raise NothingScanned(f"{source.cloud.endpoint} was not reached: {gaps[0].why}")
    subscriptions = resolved(source, collection, lambda _: None).subscriptions or found.horizon
    found.rights = tuple(_held_in(subscriptions, horizon, collection))
    found.graph = collection.pool.call(partial(_graph_of, collection.session, subscriptions))


def _held_in(subscriptions: Sequence[str], horizon: Horizon, collection: Collection) -> Iterator[Held]:
    gaps: list[Gap] = []
    rights = Rights(collection.session, gaps.append)
    for each in subscriptions:
        collection.pool.start(partial(rights.held_in, each.lower()), late=partial(rights.give_up, each.lower()))
    collection.pool.drain()
    whys = {ArmId(gap.scope).subscription: gap.why for gap in gaps}
    for each in subscriptions:
        row, held = horizon.rows.get(each.lower(), {}), rights.held_in(each.lower())
        missing = tuple(action for action in actions() if not held.all([action])) if held.is_told else ()
        name, state = (str(row.get(key, "")) for key in ("displayName", "state"))
        is_unseen = bool(horizon.rows) and not row
        why = _UNSEEN if is_unseen else whys.get(each.lower(), "")
        yield Held(each, name, state, () if is_unseen else missing, why)


def _graph_of(session: Session, subscriptions: Sequence[str]) -> str:
    """Return why Resource Graph does not answer, "" where it does."""
    query = counts_of("resources", (Workspace.TYPE.lower(),), "type")
    try:
        next(pages(session, query, subscriptions[:_MOST_ASKED]), None)
    except CAUGHT as error:
        return failure_of(error).why
    return ""


# The sign-in


class _Chain(Handler):
    """Hears from azure-identity which credential of its chain gave the token: nothing else of it says so."""

    def __init__(self) -> None:
        super().__init__(INFO)
        self.heard: list[str] = []

    def emit(self, record: LogRecord) -> None:
        """Note the credential's class."""
        _, acquired, credential = record.getMessage().partition(_ACQUIRED)
        if acquired:
            self.heard.append(credential.strip())


@contextmanager
def _credentials() -> Iterator[list[str]]:
    """Listen while the block runs; the list fills with the credentials that gave a token."""
    logger, chain = getLogger(_CHAIN), _Chain()
    before = logger.level
    logger.setLevel(INFO)
    logger.addHandler(chain)
    try:
        yield chain.heard
    finally:
        logger.removeHandler(chain)
        logger.setLevel(before)


def _identity(session: Session, cloud: Cloud, credentials: Sequence[str]) -> Identity:
    if isinstance(session.credential, NoCredential):
        return Identity()
    token = session.credential.get_token(cloud.scope)
    claims = claims_in(token.token)
    tenant, object_id, application, user = (_text(claims, *names) for names in _CLAIMS)
    # The first that is heard is the innermost: a chain may hold another.
    credential = credentials[0] if credentials else ""
    return Identity(credential, tenant, object_id, application, user, datetime.fromtimestamp(token.expires_on, UTC))


def _text(claims: dict[str, Any], *names: str) -> str:
    """Return the first of some claims that is there and a text."""
    return next((claims[name] for name in names if isinstance(claims.get(name), str)), "")


_CLAIMS = (("tid",), ("oid",), ("appid", "azp"), ("upn", "unique_name"))
"""Claims of an access token, with what the other version of tokens calls them.

learn.microsoft.com/entra/identity-platform/access-token-claims-reference, from memory.
"""


def claims_in(token: str) -> dict[str, Any]:
    """Read what a token says of itself, unverified; nothing where it is not one that can be read."""
    parts = token.split(".")
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _proxy_to(cloud: Cloud) -> str:
    """Return the proxy that requests go by, without what it signs in with; nobody reaches loopback by one."""
    if not cloud.signed:
        return ""
    proxy = select_proxy(cloud.endpoint, get_environ_proxies(cloud.endpoint))
    parts = urlsplit(proxy if proxy and "//" in proxy else f"//{proxy or ''}")
    return parts.netloc.rpartition("@")[2]
