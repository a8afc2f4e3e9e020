from __future__ import annotations

import time
from base64 import urlsafe_b64encode

import pytest
import responses
from azure.core.credentials import AccessToken

from scanner.collect.azure.session.cloud import Cloud, cloud_of
from scanner.collect.azure.session.credential import SharedCredential
from scanner.collect.azure.session.deadline import Deadline
from scanner.collect.azure.session.session import Session
from scanner.collect.azure.session.wire import WireError

PATH = "/subscriptions/home/resourceGroups"
URL = f"https://management.azure.com{PATH}"
CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'


class Source:
    """Hands out numbered tokens and remembers what they were to claim."""

    def __init__(self) -> None:
        self.claims: list[object] = []

    def get_token(self, *_: str, **options: object) -> AccessToken:
        """Return the next one."""
        self.claims.append(options.get("claims"))
        return AccessToken(f"token-{len(self.claims)}", int(time.time()) + 3600)


def session(source: Source, cloud: Cloud | None = None) -> Session:
    return Session(
        cloud or cloud_of("public"), SharedCredential(source), Deadline(60), concurrency=2, retries=1, backoff=0.001
    )


def refuse(challenge: str) -> None:
    responses.get(URL, status=401, headers={"WWW-Authenticate": challenge})


def sent() -> list[str]:
    return [str(call.request.headers["Authorization"]) for call in responses.calls]


@responses.activate
def test_a_challenge_gets_a_token_that_claims_what_it_asks_for() -> None:
    encoded = urlsafe_b64encode(CLAIMS.encode()).decode().rstrip("=")
    refuse(f'Bearer realm="", error="insufficient_claims", claims="{encoded}"')
    responses.get(URL, json={"value": []})
    source = Source()

    assert session(source).get(PATH, {}).status_code == 200
    assert source.claims == [None, CLAIMS]
    assert sent() == ["Bearer token-1", "Bearer token-2"]


@responses.activate
@pytest.mark.parametrize(
    "challenge",
    [
        'Bearer error="invalid_token"',
        'Bearer error="insufficient_claims", claims="%%%"',
        'Bearer error="insufficient_claims", claims=""',
        'Bearer error="insufficient_claims", claims="/w=="',
        "",
    ],
)
def test_a_token_that_is_refused_for_no_named_claim_is_replaced(challenge: str) -> None:
    refuse(challenge)
    responses.get(URL, json={"value": []})
    source = Source()

    assert session(source).get(PATH, {}).status_code == 200
    assert source.claims == [None, None]
    assert sent() == ["Bearer token-1", "Bearer token-2"]


@responses.activate
def test_tokens_that_are_always_refused_are_not_asked_for_again_and_again() -> None:
    refuse("Bearer")
    one, source = None, Source()
    one = session(source)
    statuses = {one.get(PATH, {}).status_code for _ in range(10)}

    assert statuses == {401}
    assert len(source.claims) == 2
    assert one.traffic.requests == 11


@responses.activate
def test_clients_share_a_token_that_was_replaced() -> None:
    refuse("Bearer")
    responses.get(URL, json={"value": []})
    one = session(Source())
    one.get(PATH, {})
    responses.get(f"{URL}/rg/providers/Microsoft.KeyVault/vaults", json={"value": []})
    list(one.client("keyvault", "2023-07-01", "home").vaults.list_by_resource_group("rg"))

    assert sent() == ["Bearer token-1", "Bearer token-2", "Bearer token-2"]


def test_no_token_is_sent_in_the_clear() -> None:
    with pytest.raises(WireError, match="not encrypted"):
        session(Source(), Cloud("public", "http://127.0.0.1:9", "", signed=True)).get(PATH, {})
