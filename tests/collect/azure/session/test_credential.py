from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.credential import NoCredential, SharedCredential, sign_in
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


# When it does not go well


class Faltering(Source):
    """Has so many tokens and no more."""

    def __init__(self, seconds: float, tokens: int) -> None:
        super().__init__(seconds)
        self._tokens = tokens

    def get_token(self, *scopes: str, **options: object) -> AccessToken:
        """Return a new token, or fail."""
        if len(self.asked) >= self._tokens:
            self.asked.append(scopes)
            raise ClientAuthenticationError("gone")
        return super().get_token(*scopes, **options)


def test_a_source_whose_tokens_look_short_is_not_asked_for_every_request() -> None:
    source = Source(-7200)
    found = tokens(SharedCredential(source), *[{}] * 50)

    assert len(source.asked) == 2
    assert set(found[1:]) == {"token 2"}


def test_it_is_asked_again_after_a_minute() -> None:
    source, clock = Source(290), [0.0]
    credential = SharedCredential(source, now=lambda: clock[0])
    early = tokens(credential, *[{}] * 5)
    clock[0] = 61.0

    assert early[-1] == "token 2"
    assert tokens(credential, {}) == ["token 3"]


def test_a_token_that_is_still_good_outlives_a_failed_renewal() -> None:
    source = Faltering(200, tokens=1)

    assert tokens(SharedCredential(source), *[{}] * 20) == ["token 1"] * 20
    assert len(source.asked) == 2


def test_a_source_that_fails_is_not_asked_for_every_request() -> None:
    source = Faltering(-10, tokens=1)
    credential = SharedCredential(source)
    tokens(credential, {})
    for _ in range(20):
        with pytest.raises(ClientAuthenticationError, match="gone"):
            credential.get_token(SCOPE)

    assert len(source.asked) == 2


def test_a_refused_token_is_replaced_once_although_it_looks_good() -> None:
    source = Source(3600)
    credential = SharedCredential(source)
    first = credential.get_token(SCOPE).token
    asked = [credential.drop(first), credential.drop(first)]
    second = credential.get_token(SCOPE).token

    assert (asked, first, second) == ([True, True], "token 1", "token 2")
    assert (credential.drop(first), credential.drop(second)) == (True, False)
    assert credential.get_token(SCOPE).token == second


def test_a_refused_token_may_be_replaced_again_after_a_minute() -> None:
    clock = [0.0]
    credential = SharedCredential(Source(3600), now=lambda: clock[0])
    for _ in range(3):
        assert credential.drop(credential.get_token(SCOPE).token)
        credential.get_token(SCOPE)
        clock[0] += 61.0

    assert credential.get_token(SCOPE).token == "token 4"  # noqa: S105 - a made-up one


def test_a_refused_token_is_replaced_by_a_source_that_remembers_none() -> None:
    sources = [Source(3600), Source(3600)]
    made = iter(sources)
    credential = SharedCredential(next(made), lambda: next(made))
    credential.drop(credential.get_token(SCOPE).token)
    credential.get_token(SCOPE)

    assert [len(each.asked) for each in sources] == [1, 1]


def test_a_sign_in_whose_endpoint_is_not_trusted_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Distrusting:
        def __init__(self, **_: object) -> None: ...

        def get_token(self, *_: str, **__: object) -> AccessToken:
            raise ClientAuthenticationError("EnvironmentCredential: [SSL: CERTIFICATE_VERIFY_FAILED] failed")

    monkeypatch.setattr("scanner.collect.azure.session.credential.DefaultAzureCredential", Distrusting)
    with pytest.raises(SignInFailed, match="REQUESTS_CA_BUNDLE"):
        sign_in(cloud_of("public"))
