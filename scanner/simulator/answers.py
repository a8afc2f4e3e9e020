"""Answers as ARM gives them: a status, a JSON payload, headers; and ARM's errors in ARM's words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from scanner.simulator.grants import action_for

if TYPE_CHECKING:
    from scanner.simulator.target import Target

JSON_TYPE = "application/json; charset=utf-8"
_CALLER = "00000000-0000-0000-0000-0000000000ca"
_OLDER_VERSIONS = ("2015-06-15", "2016-06-01")


class Delivery(Enum):
    """How much of an answer reaches the caller."""

    WHOLE = "whole"
    CUT = "cut"
    """The head promises the whole body, half of it comes, and the connection closes."""
    RESET = "reset"
    """Nothing comes: the connection is reset."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `payload` is a JSON value, or bytes to be sent as they are."""

    status: int
    payload: object
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    delivery: Delivery = Delivery.WHOLE

    def body(self) -> bytes:
        """Encode the payload as UTF-8 JSON without blanks."""
        if isinstance(self.payload, bytes):
            return self.payload
        return json.dumps(self.payload, ensure_ascii=False, separators=(",", ":")).encode()


def ok(payload: object) -> Answer:
    """Answer 200 with a JSON value."""
    return Answer(HTTPStatus.OK, payload)


def error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with ARM's error body."""
    return Answer(status, {"error": {"code": code, "message": message}}, headers or {})


def missing_api_version() -> Answer:
    """400: the request names no api-version."""
    message = "The api-version query parameter (?api-version=) is required for all requests."
    return error(HTTPStatus.BAD_REQUEST, "MissingApiVersionParameter", message)


def bad_api_version(
    target: Target, version: str, supported: Sequence[str] = _OLDER_VERSIONS, location: str = ""
) -> Answer:
    """400: the type does not speak this api-version; subscriptions and groups word it differently than providers do."""
    if target.namespace == "Microsoft.Resources":
        message = f"The api-version '{version}' is invalid. The supported versions are '{', '.join(supported)}'."
        return error(HTTPStatus.BAD_REQUEST, "InvalidApiVersionParameter", message)
    message = (
        f"No registered resource provider found for location '{location}' and API version '{version}' for type "
        f"'{_short_type(target)}'. The supported api-versions are '{', '.join(supported)}'."
    )
    message += f" The supported locations are '{location}'." if location else ""
    return error(HTTPStatus.BAD_REQUEST, "NoRegisteredProviderFound", message)


def bad_skip_token(token: str) -> Answer:
    """400: a `$skipToken` that no page handed out."""
    return error(HTTPStatus.BAD_REQUEST, "InvalidSkipToken", f"The skip token '{token}' is invalid.")


def unsupported_query(message: str) -> Answer:
    """400: a `$filter` that the list does not know."""
    return error(HTTPStatus.BAD_REQUEST, "UnsupportedQuery", message)


def unauthorized() -> Answer:
    """401: the bearer token has expired."""
    challenge = (
        'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", '
        'error_description="The access token has expired."'
    )
    message = "The access token expiry UTC time '1/1/2026 12:00:00 AM' is earlier than current UTC time."
    headers = {"WWW-Authenticate": challenge}
    return error(HTTPStatus.UNAUTHORIZED, "ExpiredAuthenticationToken", message, headers)


def forbidden(target: Target) -> Answer:
    """403: the caller may not read the type at the target's scope."""
    action = action_for(target) or f"{target.type}/read"
    message = (
        f"The client '{_CALLER}' with object id '{_CALLER}' does not have authorization to perform action "
        f"'{action}' over scope '{target.scope}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials."
    )
    return error(HTTPStatus.FORBIDDEN, "AuthorizationFailed", message)


def no_subscription(target: Target) -> Answer:
    """404: no such subscription."""
    message = f"The subscription '{target.subscription}' could not be found."
    return error(HTTPStatus.NOT_FOUND, "SubscriptionNotFound", message)


def no_group(target: Target) -> Answer:
    """404: no such resource group."""
    return error(HTTPStatus.NOT_FOUND, "ResourceGroupNotFound", f"Resource group '{target.group}' could not be found.")


def no_resource(target: Target) -> Answer:
    """404: no such resource, or none that could hold the list."""
    where = f"resource group '{target.group}'" if target.group else "subscription"
    message = (
        f"The Resource '{_relative_name(target)}' under {where} was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return error(HTTPStatus.NOT_FOUND, "ResourceNotFound", message)


def no_such_type(target: Target, version: str, supported: Sequence[str] = ()) -> Answer:
    """404: the provider does not offer the type, or not at this level, or in other api-versions only."""
    message = (
        f"The resource type '{_short_type(target)}' could not be found in the namespace "
        f"'{target.namespace}' for api version '{version}'."
    )
    # Without blanks, unlike in the 400: https://github.com/Azure/azure-cli/issues/13834
    message += f" The supported api-versions are '{','.join(supported)}'." if supported else ""
    return error(HTTPStatus.NOT_FOUND, "InvalidResourceType", message)


def no_provider(target: Target) -> Answer:
    """404: no such provider."""
    # https://github.com/JulianHayward/Azure-MG-Sub-Governance-Reporting/issues/52 has the code, not the status.
    return error(
        HTTPStatus.NOT_FOUND, "InvalidResourceNamespace", f"The resource namespace '{target.namespace}' is invalid."
    )


def method_refused(method: str) -> Answer:
    """405: anything but GET."""
    message = f"The requested resource does not support http method '{method}'."
    return error(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", message, {"Allow": "GET"})


def conflict() -> Answer:
    """409: another operation holds the resource."""
    message = "Another operation is in progress on this resource. Please try again later."
    return error(HTTPStatus.CONFLICT, "Conflict", message)


def unregistered(target: Target) -> Answer:
    """409: the subscription has not registered the provider."""
    message = (
        f"The subscription is not registered to use namespace '{target.namespace}'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions."
    )
    return error(HTTPStatus.CONFLICT, "MissingSubscriptionRegistration", message)


def throttled(target: Target, retry_after: float | None) -> Answer:
    """429: too many reads; `retry_after` in seconds becomes the Retry-After header."""
    advice = "later" if retry_after is None else f"after '{retry_after:g}' seconds"
    message = (
        f"Number of 'read' requests for subscription '{target.subscription}' actor '{_CALLER}' exceeded. "
        f"Please try again {advice}."
    )
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return error(HTTPStatus.TOO_MANY_REQUESTS, "SubscriptionRequestsThrottled", message, headers)


def over_quota(retry_after: float | None) -> Answer:
    """429: too many queries of Resource Graph; its headers say when the window of five seconds ends."""
    headers = {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:05"}
    if retry_after is not None:
        headers |= {"Retry-After": f"{retry_after:g}", "x-ms-user-quota-resets-after": _hours(retry_after)}
    message = "Client application has been throttled and should not attempt to repeat the request."
    return error(HTTPStatus.TOO_MANY_REQUESTS, "RateLimiting", message, headers)


def too_large(size: int, largest: int) -> Answer:
    """400: a page of Resource Graph would hold too many bytes. The reason is told in the details alone."""
    # Read in https://github.com/microsoft/ARI/issues/199 and https://github.com/Azure/cosmos-explorer/pull/1877; that
    # the status is 400 follows from the code.
    reason = (
        f"Response payload size is {size}, and has exceeded the limit of {largest}. "
        "Please consider querying less data at a time and make paginated call if needed."
    )
    details = [{"code": "ResponsePayloadTooLarge", "message": reason}]
    message = "Please provide below info when asking for support: timestamp = , correlationId = ."
    return Answer(HTTPStatus.BAD_REQUEST, {"error": {"code": "BadRequest", "message": message, "details": details}})


def _hours(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"


def _short_type(target: Target) -> str:
    return target.type.partition("/")[2]


def _relative_name(target: Target) -> str:
    return target.path.rpartition("/providers/")[2] or target.path
