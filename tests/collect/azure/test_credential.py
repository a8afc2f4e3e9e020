from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from azure.core.credentials import AccessToken

from scanner.collect.azure.cloud import cloud_of
from scanner.collect.azure.credential import NoCredential, SharedCredential, sign_in
from scanner.errors import SignInFailed

SCOPE = "https://management.azure.com/.default"


class Source:
    """Hands out numbered tokens that are good for some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        """Return a new token."""
        self.asked.append(scopes)
        time.sleep(0.01)
        return AccessToken(f"token {len(self.asked)}", int(time.time() + self.seconds))


def tokens(credential: SharedCredential, *options: dict[str, str]) -> list[str]:
    return [credential.get_token(SCOPE, **each).token for each in options]


def test_a_token_is_kept_while_it_is_good_for_more_than_five_minutes() -> None:
    source = Source(310)

    assert tokens(SharedCredential(source), {}, {}, {}) == ["token 1"] * 3
    assert source.asked == [(SCOPE,)]


def test_a_token_is_renewed_within_five_minutes_of_its_end() -> None:
    assert tokens(SharedCredential(Source(290)), {}, {}) == ["token 1", "token 2"]


def test_a_claims_challenge_gets_a_new_token_that_is_then_kept() -> None:
    assert tokens(SharedCredential(Source(3600)), {}, {"claims": "c"}, {}) == ["token 1", "token 2", "token 2"]


def test_tenants_and_scopes_have_tokens_of_their_own() -> None:
    credential = SharedCredential(Source(3600))

    assert tokens(credential, {}, {"tenant_id": "other"}, {}) == ["token 1", "token 2", "token 1"]
    assert credential.get_token("https://elsewhere/.default").token.endswith("3")


def test_many_threads_ask_once() -> None:
    source = Source(3600)
    credential = SharedCredential(source)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: credential.get_token(SCOPE).token, range(32)))

    assert found == {"token 1"}
    assert len(source.asked) == 1


def test_a_loopback_endpoint_has_no_credential_to_send() -> None:
    credential = sign_in(cloud_of("http://127.0.0.1:1"))

    assert isinstance(credential, NoCredential)
    with pytest.raises(SignInFailed, match="loopback"):
        credential.get_token(SCOPE)


def test_a_failed_sign_in_names_what_was_tried_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    with pytest.raises(SignInFailed, match="tried EnvironmentCredential") as caught:
        sign_in(cloud_of("public"))

    assert "az login" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4
