"""What doctor says of a sign-in: over TLS, with a token that a managed identity gave, and never the token."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from scanner.collect.azure.checkup import claims_in
from scanner.simulator import Simulator
from scanner.simulator.answers import unauthorized
from tests.collect.test_signed import (  # noqa: F401 - fixtures
    ESTATE,
    ROOT,
    Identity,
    authority,
    environment,
    identity,
)


def test_sign_in_is_told_and_the_token_is_not(
    authority: tuple[Path, ssl.SSLContext],  # noqa: F811
    environment: dict[str, str],  # noqa: F811
    identity: Identity,  # noqa: F811
) -> None:
    file, tls = authority
    with Simulator(ESTATE, tls=tls, door=lambda sent: None if sent == identity.token else unauthorized()) as simulator:
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "scanner", "--cloud", simulator.url, "doctor"],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment | {"REQUESTS_CA_BUNDLE": str(file)},
            timeout=120,
        )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "sign-in        ManagedIdentityCredential, until 20" in ran.stdout
    assert "tenant         not told" in ran.stdout
    assert f"certificates   {file} (REQUESTS_CA_BUNDLE)" in ran.stdout
    assert "token-" not in ran.stdout + ran.stderr


def token(claims: object) -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2lnbmF0dXJl"


def test_claims_of_a_token_are_read() -> None:
    assert claims_in(token({"tid": "t", "oid": "o"})) == {"tid": "t", "oid": "o"}


@pytest.mark.parametrize("text", ["", "token-1", "a.b.c", "a.!!!.c", token([1]), token("x"), f"a.{'W' * 100_001}.c"])
def test_token_that_cannot_be_read_says_nothing(text: str) -> None:
    assert claims_in(text) == {}
