"""What may happen while signing in, and to a connection before anything is said on it."""

from __future__ import annotations

import json
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.limits import Limits
from scanner.collect.collected import Collected
from scanner.errors import NothingScanned, SignInFailed
from tests import wire
from tests.hostile import fixture
from tests.wire import LOOPBACK, Say, head, listening

from .tls import private_authority

ESTATE = fixture("reference")
SUBSCRIPTION = next(each["subscriptionId"] for each in ESTATE if "subscriptionId" in each)
TOKEN = wire.says(json.dumps({"access_token": "a-token", "expires_on": str(int(time.time()) + 86_400)}).encode())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    file, tls = private_authority(tmp_path)
    for name in os.environ:
        if name.startswith(("AZURE_", "MSI_", "IDENTITY_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    monkeypatch.setenv("IDENTITY_HEADER", "header")
    return tls


def collect(url: str, monkeypatch: pytest.MonkeyPatch, identity: str, timeout: float | None = 1.0) -> Collected:
    """Collect the estate, signed in as what the identity's endpoint says."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{identity}/token")
    source = LiveSource(
        cloud_of(url),
        (SUBSCRIPTION,),
        concurrency=4,
        retries=1,
        backoff=0.001,
        timeout=timeout,
        limits=Limits(error_bytes=10_000),
    )
    return collect_live(source)


TOKENS: dict[str, Say] = {
    "never answers": wire.never,
    "answers by a byte a second": wire.slowly(head("Content-Length: 1000") + b" " * 1000, 0.3),
    "refuses for ever": wire.says(b"{}", "Retry-After: 1", status=429),
    "breaks down for ever": wire.says(b"{}", "Retry-After: 1", status=503),
    "answers without end": wire.endless(head("Connection: close"), b" " * 65536),
    "answers an error without end": wire.endless(head("Connection: close", status=400), b" " * 65536),
    "says no JSON": wire.says(b"no"),
    "says another kind of JSON": wire.says(b'{"access_token": 5, "expires_on": "never"}'),
    "says a number of 4,500 digits": wire.says(b'{"access_token": "x", "expires_on": "' + b"9" * 4500 + b'"}'),
}


@pytest.mark.parametrize("say", TOKENS.values(), ids=TOKENS)
def test_a_sign_in_that_comes_to_nothing_ends_in_time(
    say: Say, authority: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    with (
        listening(lambda *_: say) as identity,
        listening(lambda *_: wire.never, authority) as url,
        pytest.raises((SignInFailed, NothingScanned)),
    ):
        collect(url, monkeypatch, identity)

    assert time.monotonic() - began < 3.0


def test_a_token_that_cannot_be_renewed_does_not_keep_the_scan(
    authority: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = count()
    short = wire.says(json.dumps({"access_token": "a-token", "expires_on": str(int(time.time()) + 60)}).encode())
    began = time.monotonic()
    with (
        listening(lambda *_: short if next(asked) < 1 else wire.never) as identity,
        listening(lambda *_: wire.says(b"{}"), authority) as url,
        pytest.raises(NothingScanned) as caught,
    ):
        collect(url, monkeypatch, identity)

    assert "not read within 1 s" in str(caught.value)
    assert time.monotonic() - began < 3.0


@contextmanager
def accepting() -> Iterator[str]:
    """Accept connections while the block runs, and never shake hands."""
    kept: list[object] = []

    def accept() -> None:
        while True:
            kept.append(server.accept())

    with socket.create_server((LOOPBACK, 0)) as server:
        Thread(target=accept, daemon=True).start()
        yield f"https://{LOOPBACK}:{server.getsockname()[1]}"


@contextmanager
def full() -> Iterator[str]:
    """Listen while the block runs, and accept nothing."""
    with socket.create_server((LOOPBACK, 0), backlog=0) as server:
        yield f"https://{LOOPBACK}:{server.getsockname()[1]}"


@pytest.mark.parametrize("serve", [accepting, full])
@pytest.mark.usefixtures("authority")
def test_hands_that_are_never_shaken_do_not_keep_the_scan(
    serve: Callable[[], AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    with (
        listening(lambda *_: TOKEN) as identity,
        serve() as url,
        pytest.raises(NothingScanned, match="not read within"),
    ):
        collect(url, monkeypatch, identity)

    assert time.monotonic() - began < 3.0


def test_a_token_goes_nowhere_else(authority: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def elsewhere(_method: str, target: str, _body: bytes) -> Say:
        asked.append(target)
        return wire.says(b"{}")

    with listening(elsewhere) as other, listening(lambda *_: TOKEN) as identity:
        for status in (301, 302, 303, 307, 308):
            moved = wire.says(b"{}", f"Location: {other}/x", status=status)
            with listening(lambda *_, say=moved: say, authority) as url, pytest.raises(NothingScanned):
                collect(url, monkeypatch, identity, timeout=10.0)

    assert asked == []
