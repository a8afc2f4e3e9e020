from __future__ import annotations

import json

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from scanner.collect.azure.session.answers import failure_in, failure_of
from scanner.collect.azure.session.wire import WireError


def body(code: str, message: str = "Because.") -> str:
    return json.dumps({"error": {"code": code, "message": message}})


def test_an_error_says_status_code_and_message_on_one_line() -> None:
    failure = failure_in(409, body("Conflict", "Another\n operation\x1b[31m."))

    assert (failure.why, failure.status) == ("HTTP 409 Conflict: Another operation [31m.", 409)


def test_a_refusal_does_not_repeat_who_asked() -> None:
    assert failure_in(403, body("AuthorizationFailed", "The client 'someone@example.org'")).why == (
        "HTTP 403 AuthorizationFailed"
    )


@pytest.mark.parametrize("text", ["", "<html>", "[]", '"text"', "{}", '{"error": "text"}', "\ud800"])
def test_an_answer_that_is_not_arm_s_is_told_as_such(text: str) -> None:
    assert failure_in(502, text).why == "HTTP 502 an answer that is not ARM's"


def test_a_long_message_is_cut() -> None:
    assert len(failure_in(400, body("BadRequest", "x" * 10_000)).why) == 300


@pytest.mark.parametrize(
    ("status", "code", "absent"),
    [
        (409, "MissingSubscriptionRegistration", True),
        (409, "SubscriptionNotRegistered", True),
        (404, "InvalidResourceType", True),
        (404, "InvalidResourceNamespace", True),
        (400, "InvalidResourceType", False),
        (404, "ResourceNotFound", False),
        (404, "SubscriptionNotFound", False),
        (403, "AuthorizationFailed", False),
        (400, "NoRegisteredProviderFound", False),
    ],
)
def test_only_some_answers_say_that_there_can_be_nothing(status: int, code: str, absent: bool) -> None:
    assert failure_in(status, body(code)).absent is absent


@pytest.mark.parametrize(
    ("status", "code", "listed"),
    [
        (404, "InvalidResourceType", "api-versions are '2024-05-01,2023-09-01-preview'"),
        (400, "NoRegisteredProviderFound", "api-versions are '2024-05-01, 2023-09-01-preview'"),
        (400, "InvalidApiVersionParameter", "versions are '2024-05-01, 2023-09-01-Preview'"),
    ],
)
def test_an_api_version_that_is_not_offered_says_nothing_of_absence(status: int, code: str, listed: str) -> None:
    # azure-cli#13834, azure-sdk-for-js#15460
    failure = failure_in(status, body(code, f"It could not be found. The supported {listed}."))

    assert failure.absent is False
    assert failure.versions == ("2024-05-01", "2023-09-01-preview")


def test_no_version_that_is_offered_is_no_absence_either() -> None:
    assert failure_in(404, body("InvalidResourceType", "The supported api-versions are ''.")).absent is False


@pytest.mark.parametrize(
    ("status", "code", "foreign"),
    [
        (404, "SubscriptionNotFound", True),
        (401, "InvalidAuthenticationTokenTenant", True),
        (403, "AuthorizationFailed", False),
        (404, "ResourceNotFound", False),
    ],
)
def test_only_some_answers_say_that_the_subscription_is_somebody_else_s(status: int, code: str, foreign: bool) -> None:
    assert failure_in(status, body(code)).foreign is foreign


def test_errors_without_an_answer_have_no_status() -> None:
    wire, sign_in = failure_of(WireError("not JSON")), failure_of(ClientAuthenticationError("first\nsecond"))

    assert (wire.why, wire.status) == ("not JSON", None)
    assert (sign_in.why, sign_in.status) == ("sign-in failed: first second", None)
    assert failure_of(ServiceRequestError("")).why != ""
