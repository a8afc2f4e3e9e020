"""An endpoint that sends back the token that it was sent: nothing that a scan says or keeps shows any of it."""

from __future__ import annotations

import gzip
import json
import logging
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Silent
from scanner.collect.snapshot import save_snapshot
from scanner.errors import NothingScanned
from tests import wire
from tests.wire import Say, listening

from .test_hostile_sign_in import SUBSCRIPTION, authority

__all__ = ["authority"]

SECRET = "".join(b64encode(bytes((37 * at * at + 11 * key) % 256 for at in range(60))).decode() for key in range(3))
SECRET = SECRET.replace("+", "x").replace("=", "y")
TOKEN = wire.says(json.dumps({"access_token": SECRET, "expires_on": str(int(time.time()) + 86_400)}).encode())

WAYS: dict[str, Callable[[str], str]] = {
    "whole": lambda token: token,
    "in the middle": lambda token: token[31:70],
    "halves": lambda token: f"{token[:90]} {token[90:]}",
    "quoted": lambda token: quote(token, safe=""),
    "base 64": lambda token: b64encode(f"x{token}".encode()).decode(),
}


def reflecting(said: str, status: int) -> Callable[[str, str, bytes], Say]:
    """Answer everything with what was said: as an error, or as rows that hold it wherever they can."""

    def answer(_method: str, target: str, _body: bytes) -> Say:
        path = target.partition("?")[0]
        if path.lower() == f"/subscriptions/{SUBSCRIPTION}":
            return wire.says(json.dumps({"id": path, "subscriptionId": SUBSCRIPTION, "displayName": said}).encode())
        if status != 200:
            error = {"code": said, "message": f"{said} is wrong"}
            challenge = f'WWW-Authenticate: Bearer error="insufficient_claims", claims="{said}"'
            return wire.says(json.dumps({"error": error}).encode(), challenge, status=status)
        rows: list[dict[str, Any]] = [
            {"id": f"{path}/{said}", "name": said, "tags": {said: said, "x": [said]}, "properties": {"a": said}},
            {"id": f"/{said}/providers/{said}/x/{said}", "properties": {"b": {said: [said, {"c": said}]}}},
        ]
        return wire.says(json.dumps({"value": rows, "error": said, "nextLink": f"https://{said}/"}).encode())

    return answer


def shown(said: str) -> set[str]:
    """Return the parts of 16 characters of the token, and of its forms, that a text shows."""
    forms = [SECRET, SECRET.lower(), *(b64encode(b"x" * each + SECRET.encode()).decode()[4:-4] for each in range(3))]
    parts = {form[at : at + 16] for form in forms for at in range(len(form) - 15)}
    return {said[at : at + 16] for at in range(len(said) - 15)} & parts


def everything(found: Collected, folder: Path) -> str:
    """Write down all that was collected, the snapshot too."""
    file = folder / "saved"
    save_snapshot(found, file)
    kept = gzip.decompress(file.read_bytes()).decode()
    return kept + repr((list(found.resources), found.gaps, found.why, found.coverage and found.coverage.covered, found))


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 500])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_comes_back_of_the_token_is_said_nowhere(  # noqa: PLR0913, PLR0917 - fixtures
    way: Callable[[str], str],
    status: int,
    authority: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG, "scanner.collect.azure")
    told: list[str] = []
    with listening(lambda *_: TOKEN) as identity, listening(reflecting(way(SECRET), status), authority) as url:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{identity}/token")
        source = LiveSource(cloud_of(url), (SUBSCRIPTION,), concurrency=4, retries=1, backoff=0.001, echo=told.append)
        found = source.collect(Silent())

    assert found.gaps
    assert shown(everything(found, tmp_path)) == set()
    assert (
        shown("\n".join([*told, *(each.getMessage() for each in caplog.records if each.name.startswith("scanner"))]))
        == set()
    )


def test_an_error_that_ends_the_scan_does_not_show_it(
    authority: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = wire.says(json.dumps({"error": {"code": "X", "message": f"you sent {SECRET}"}}).encode(), status=400)
    with listening(lambda *_: TOKEN) as identity, listening(lambda *_: error, authority) as url:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{identity}/token")
        with pytest.raises(NothingScanned, match="redacted") as caught:
            collect_live(LiveSource(cloud_of(url), (SUBSCRIPTION,), retries=0))

    assert shown(str(caught.value)) == set()
