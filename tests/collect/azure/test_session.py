from __future__ import annotations

import json
import time

import pytest
import responses
from azure.core.credentials import AccessToken

from scanner.collect.azure.cloud import cloud_of
from scanner.collect.azure.credential import SharedCredential
from scanner.collect.azure.deadline import Deadline, TimeUp
from scanner.collect.azure.session import Session, subscription_in

PATH = "/subscriptions/home/resourceGroups"
URL = f"https://management.azure.com{PATH}"


class Tokens:
    """Hands out a token."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Return it, good for an hour."""
        return AccessToken("token", int(time.time()) + 3600)


def session(seconds: float | None = None, retries: int = 1) -> Session:
    return Session(
        cloud_of("public"), SharedCredential(Tokens()), Deadline(seconds), concurrency=2, retries=retries, backoff=0.001
    )


@pytest.mark.parametrize(
    ("url", "subscription"),
    [
        ("https://management.azure.com/subscriptions/ABC/resourceGroups/rg", "abc"),
        ("https://management.azure.com/SUBSCRIPTIONS/abc?x=1", "abc"),
        ("https://management.azure.com/subscriptions", ""),
        ("https://management.azure.com/providers/Microsoft.Authorization/roleDefinitions/r", ""),
    ],
)
def test_a_request_belongs_to_the_subscription_of_its_path(url: str, subscription: str) -> None:
    assert subscription_in(url) == subscription


@responses.activate
def test_a_refusal_of_one_request_holds_back_the_next() -> None:
    responses.get(URL, status=429, headers={"Retry-After": "1"})
    responses.get(URL, json={"value": []})
    one = session(retries=0)
    statuses = [one.get(PATH, {}).status_code]
    began = time.monotonic()
    statuses.append(one.get(PATH, {}).status_code)

    assert time.monotonic() - began >= 1.0
    assert statuses == [429, 200]


@responses.activate
def test_a_pause_that_azure_asks_for_ends_with_the_time_of_the_scan() -> None:
    responses.get(URL, status=429, headers={"Retry-After": "600"})
    began = time.monotonic()
    with pytest.raises(TimeUp):
        session(5.0).get(PATH, {})

    assert time.monotonic() - began < 2


@responses.activate
def test_nothing_is_sent_when_the_time_is_over() -> None:
    late = session(60.0)
    late.deadline.cancel()
    with pytest.raises(TimeUp):
        late.get(PATH, {})

    assert len(responses.calls) == 0


def test_a_call_may_take_what_is_left_and_one_answer_a_minute_at_most() -> None:
    short, long = session(5.0).options(), session(600.0).options()

    assert short["read_timeout"] == short["timeout"] <= 5.0
    assert (long["read_timeout"], long["timeout"] > 500) == (60, True)
    assert session().options() == {}


@responses.activate
def test_requests_say_who_asks() -> None:
    responses.get(URL, body=json.dumps({}))
    session().get(PATH, {"api-version": "2021-04-01"})

    assert responses.calls[0].request.headers["User-Agent"].startswith("mlsec-scan/")
    assert responses.calls[0].request.url == f"{URL}?api-version=2021-04-01"


def test_a_client_is_made_once_for_each_version_and_subscription() -> None:
    one = session()

    assert one.client("keyvault", "2023-07-01", "a") is one.client("keyvault", "2023-07-01", "a")
    assert one.client("keyvault", "2023-07-01", "a") is not one.client("keyvault", "2023-07-01", "b")
    assert one.client("keyvault", "2023-07-01", "a") is not one.client("keyvault", "2022-07-01", "a")
