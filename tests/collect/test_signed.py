"""An endpoint that wants https and a token: certificates, a proxy, and tokens that expire while the scan goes on.

The real command runs in a process of its own. It signs in as a managed identity, whose endpoint is the test's: the one
credential that needs no secret and no Azure.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scanner.simulator import Seen, Simulator
from scanner.simulator.answers import Answer, unauthorized
from scanner.simulator.server import LOOPBACK, Asked, LoopbackServer

from .support import fixture, subscriptions_in
from .tls import Proxy, private_authority

ROOT = Path(__file__).parents[2]
ESTATE = fixture("reference")
IRRELEVANT = ("AZURE_", "MSI_", "IDENTITY_", "REQUESTS_", "CURL_", "SSL_")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return private_authority(tmp_path_factory.mktemp("authority"))


@dataclass
class Identity:
    """The endpoint of a managed identity: numbered tokens, each good for `seconds` by its own clock.

    `last` is the number of the last one that it gives out; `ahead` is by how many seconds its clock is ahead of ours.
    """

    seconds: float = 86_400.0
    last: int = 1_000
    ahead: float = 0.0
    given: int = 0
    resources: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def reply(self, asked: Asked) -> Answer:
        """Give out the next token."""
        with self.lock:
            self.resources |= set(parse_qs(urlsplit(asked.url).query)["resource"])
            if self.given >= self.last:
                return Answer(HTTPStatus.BAD_REQUEST, {"error": "invalid_request", "error_description": "gone"})
            self.given += 1
            until = int(time.time() + self.ahead + self.seconds)
            return Answer(HTTPStatus.OK, {"access_token": f"token-{self.given}", "expires_on": str(until)})

    @property
    def token(self) -> str:
        """The last token that was given out."""
        return f"Bearer token-{self.given}"


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def environment(identity: Identity) -> Iterator[dict[str, str]]:
    """Yield the variables under which a process signs in as the identity."""
    server = LoopbackServer(identity.reply, 0)
    from threading import Thread  # noqa: PLC0415

    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(IRRELEVANT)}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    yield kept | {
        "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
        "IDENTITY_ENDPOINT": f"http://{LOOPBACK}:{server.server_port}/token",
        "IDENTITY_HEADER": "header",
    }
    server.stop()


@dataclass(frozen=True)
class Ran:
    """What a process left behind."""

    code: int
    errors: str
    report: dict[str, Any]
    seen: tuple[Seen, ...]

    @property
    def whys(self) -> set[str]:
        """The reasons of all gaps."""
        return {gap["why"] for gap in self.report["gaps"]}


def scan(simulator: Simulator, environment: dict[str, str]) -> Ran:
    (subscription,) = subscriptions_in(ESTATE)[:1]
    command = [sys.executable, "-m", "scanner", "--cloud", simulator.url, "--subscription", subscription]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, "--format", "json", "--concurrency", "4"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
        timeout=300,
    )
    return Ran(ran.returncode, ran.stderr, json.loads(ran.stdout or "{}"), simulator.requests)


def test_an_authority_of_ones_own_is_trusted_when_named(
    authority: tuple[Path, ssl.SSLContext], environment: dict[str, str], identity: Identity
) -> None:
    file, tls = authority
    with Simulator(ESTATE, tls=tls, door=lambda sent: None if sent == identity.token else unauthorized()) as simulator:
        ran = scan(simulator, environment | {"REQUESTS_CA_BUNDLE": str(file)})

    assert (ran.code, ran.errors) == (0, "")
    assert (ran.whys, {each.authorized for each in ran.seen}) == (set(), {True})
    assert ran.report["summary"]["pass"] > 50
    assert identity.given == 1


def test_an_authority_that_is_not_named_is_an_error_that_says_what_to_do(
    authority: tuple[Path, ssl.SSLContext], environment: dict[str, str]
) -> None:
    with Simulator(ESTATE, tls=authority[1]) as simulator:
        ran = scan(simulator, environment)

    assert (ran.code, ran.seen) == (4, ())
    assert "certificate" in ran.errors
    assert "REQUESTS_CA_BUNDLE" in ran.errors
    assert ran.errors.count("\n") == 1


def test_a_proxy_is_gone_through(authority: tuple[Path, ssl.SSLContext], environment: dict[str, str]) -> None:
    file, tls = authority
    with Simulator(ESTATE, tls=tls) as simulator, Proxy() as proxy:
        ran = scan(simulator, environment | {"REQUESTS_CA_BUNDLE": str(file), "HTTPS_PROXY": proxy.url})
        where = urlsplit(simulator.url).netloc

    assert (ran.code, ran.whys) == (0, set())
    assert set(proxy.asked) == {f"CONNECT {where}"}
    assert 1 <= len(proxy.asked) <= 5


def test_a_proxy_that_is_not_there_is_an_error(
    authority: tuple[Path, ssl.SSLContext], environment: dict[str, str]
) -> None:
    file, tls = authority
    with Simulator(ESTATE, tls=tls) as simulator:
        ran = scan(simulator, environment | {"REQUESTS_CA_BUNDLE": str(file), "HTTPS_PROXY": f"http://{LOOPBACK}:9"})

    assert (ran.code, ran.seen) == (4, ())
    assert "proxy" in ran.errors


# Tokens


class Door:
    """Lets the last token of an identity in, for so many requests; then it has expired."""

    def __init__(self, identity: Identity, good_for: int) -> None:
        self._identity = identity
        self._good_for = good_for
        self._lock = Lock()
        self._used: dict[str, int] = {}

    def __call__(self, sent: str) -> Answer | None:
        """Count a request of a token."""
        with self._lock:
            self._used[sent] = self._used.get(sent, 0) + 1
            good = sent == self._identity.token and self._used[sent] <= self._good_for
        return None if good else unauthorized()


@pytest.mark.parametrize("ahead", [0.0, 7_200.0, -90_000.0], ids=["same clock", "behind", "ahead"])
def test_a_token_that_expires_in_mid_scan_is_replaced_whatever_the_clock(
    authority: tuple[Path, ssl.SSLContext], environment: dict[str, str], identity: Identity, ahead: float
) -> None:
    file, tls = authority
    identity.ahead = ahead
    with Simulator(ESTATE, tls=tls, door=Door(identity, 80)) as simulator:
        ran = scan(simulator, environment | {"REQUESTS_CA_BUNDLE": str(file)})

    assert (ran.code, ran.whys) == (0, set())
    assert 2 <= identity.given <= 4
    assert sum(each.status == 401 for each in ran.seen) <= 4


def test_a_token_that_cannot_be_replaced_leaves_gaps(
    authority: tuple[Path, ssl.SSLContext], environment: dict[str, str], identity: Identity
) -> None:
    file, tls = authority
    identity.last = 1
    with Simulator(ESTATE, tls=tls, door=Door(identity, 30)) as simulator:
        ran = scan(simulator, environment | {"REQUESTS_CA_BUNDLE": str(file)})

    assert ran.code in {1, 3}
    assert ran.report["summary"]["unknown"] > 0
    assert all(why.startswith(("sign-in failed", "HTTP 401")) for why in ran.whys)
    assert ran.errors == ""
