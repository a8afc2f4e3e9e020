from __future__ import annotations

import gc
import json
import time
import weakref
from typing import Any

import pytest
import responses
from azure.core.credentials import AccessToken

from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.credential import SharedCredential
from scanner.collect.azure.session.deadline import Deadline, TimeUp
from scanner.collect.azure.session.session import CLIENTS, Session
from scanner.collect.azure.session.traffic import subscription_in
from scanner.collect.azure.session.wire import WireError

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
def test_a_refusal_that_names_its_end_is_waited_for_whatever_the_retries() -> None:
    responses.get(URL, status=429, headers={"Retry-After": "1"})
    responses.get(URL, json={"value": []})
    one = session(retries=0)
    began = time.monotonic()
    status = one.get(PATH, {}).status_code

    assert time.monotonic() - began >= 1.0
    assert (status, one.traffic.requests, one.traffic.waits) == (200, 2, 1)


@responses.activate
def test_a_refusal_of_one_request_holds_back_the_next() -> None:
    responses.get(URL, status=503, headers={"Retry-After": "1"})
    responses.get(URL, json={"value": []})
    one = session(retries=0)
    began = time.monotonic()  # before the refusal comes, from which on the second counts
    statuses = [one.get(PATH, {}).status_code for _ in range(2)]

    assert time.monotonic() - began >= 1.0
    assert statuses == [503, 200]


@responses.activate
def test_a_refusal_that_names_no_end_uses_up_retries_of_its_own() -> None:
    answers = [responses.get(URL, status=status) for status in (429, 503, 429, 503, 429)]
    responses.get(URL, json={"value": []})
    one = session(retries=2)

    assert [one.get(PATH, {}).status_code for _ in range(1)] == [200]
    assert [each.call_count for each in answers] == [1] * 5
    assert one.traffic.requests == 6


@responses.activate
@pytest.mark.parametrize("advice", ["soon", "-5", "nan", "0", "Mon, 99 Foo", ""])
def test_nonsense_advice_is_no_advice(advice: str) -> None:
    for status in (429, 503):
        responses.get(URL, status=status, headers={"Retry-After": advice})
    responses.get(URL, json={"value": []})
    one = session(retries=2)

    assert (one.get(PATH, {}).status_code, one.traffic.requests) == (200, 3)


# Resource Graph

QUERY = "/providers/Microsoft.ResourceGraph/resources"


@responses.activate
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_query_is_sent_again_after_a_fault(status: int) -> None:
    responses.post(f"https://management.azure.com{QUERY}", status=status)
    responses.post(f"https://management.azure.com{QUERY}", json={"data": []})
    one = session(retries=1)
    response = one.post(QUERY, {"api-version": "2021-03-01"}, {"query": "resources"})

    assert (response.status_code, one.traffic.requests) == (200, 2)
    assert [json.loads(call.request.body or "") for call in responses.calls] == [{"query": "resources"}] * 2


@responses.activate
@pytest.mark.parametrize("path", ["/subscriptions/home/providers/Microsoft.Network/register", f"{QUERY}/x", "/"])
def test_no_other_post_leaves(path: str) -> None:
    with pytest.raises(WireError, match="refused to send POST"):
        session().post(path, {}, {})

    assert len(responses.calls) == 0


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


@responses.activate
def test_what_was_sent_and_waited_for_is_counted_and_told(caplog: pytest.LogCaptureFixture) -> None:
    responses.get(URL, status=429, headers={"Retry-After": "0.25"})
    for _ in range(2):
        responses.get(URL, status=503, headers={"Retry-After": "0.125"})
    responses.get(URL, json={"value": []})
    one = session(retries=2)
    one.get(PATH, {})
    with caplog.at_level("INFO", "scanner.collect.azure"):
        one.traffic.sum_up()

    assert (one.traffic.requests, one.traffic.waits) == (4, 3)
    assert one.traffic.waited == pytest.approx(0.5, abs=0.05)
    assert caplog.messages == ["4 requests, 3 waits of 0.5 s in all threads"]


@responses.activate
def test_refusals_without_end_use_up_their_retries_and_no_others() -> None:
    responses.get(URL, status=429)
    one = session(5.0, retries=3)

    assert (one.get(PATH, {}).status_code, one.traffic.requests) == (429, 4)


@responses.activate
def test_an_attempt_after_a_wait_may_take_only_what_is_left() -> None:
    responses.get(URL, status=429, headers={"Retry-After": "0.5"})
    responses.get(URL, json={"value": []})
    session(4.0).get(PATH, {})
    sent: list[Any] = [each.request for each in responses.calls]
    connect, read = zip(*(each.req_kwargs["timeout"] for each in sent), strict=True)

    assert 3.5 < read[0] <= 4.0
    assert read[1] <= 3.5
    assert connect == read


def test_clients_are_kept_while_they_are_in_use_and_no_longer() -> None:
    one = session()
    often, seldom = (one.client("registry", "2025-11-01", each) for each in ("often", "seldom"))
    gone = weakref.ref(seldom)
    del seldom
    for number in range(CLIENTS):
        one.client("registry", "2025-11-01", str(number))
        assert one.client("registry", "2025-11-01", "often") is often
    gc.collect()

    assert gone() is None
