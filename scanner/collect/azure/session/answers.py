"""What an error answer means: a gap, something that is not there, or a subscription that cannot be used."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError, ServiceRequestError

from scanner.collect.azure.session.deadline import TimeUp
from scanner.collect.azure.session.wire import WireError
from scanner.collect.redaction.secrets import scrubbed
from scanner.errors import one_line

CAUGHT = (AzureError, WireError, TimeUp, RecursionError)
"""What reading may raise: the SDKs' errors, answers that are not ARM's or nested absurdly, and the end of the time."""

_FORBIDDEN = 403
_NOT_FOUND = 404
_NOT_OFFERED = frozenset({"InvalidResourceType", "InvalidResourceNamespace"})
_NOT_REGISTERED = frozenset({"MissingSubscriptionRegistration", "SubscriptionNotRegistered"})
_FOREIGN = frozenset({"SubscriptionNotFound", "InvalidAuthenticationTokenTenant"})
_GONE = frozenset({"ResourceNotFound", "ResourceGroupNotFound"})
_SUPPORTED = re.compile(r"The supported (?:api-)?versions are '([^']*)'")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(?:-[a-z]+)?")
_LONGEST = 300
_READ = 10_000
"""Characters of an error that are looked at."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request did not give what was asked.

    `absent` is True where Azure says that there can be nothing: the provider is not registered, or the type is not
    offered in this cloud. That is believed only while nothing else shows otherwise. `foreign` is True where the
    subscription belongs to somebody else, so that no role could be given. `gone` is True where Azure says that the item
    does not exist. `versions` are those that are offered where the api-version that was asked is not: which says
    nothing about absence.
    """

    why: str
    status: int | None = None
    absent: bool = False
    foreign: bool = False
    gone: bool = False
    versions: tuple[str, ...] = ()


def failure_of(error: Exception) -> Failure:
    """Read an SDK error."""
    if not isinstance(error, HttpResponseError) or error.response is None:
        return Failure(_plain(error))
    status = int(error.response.status_code or 0)
    return failure_in(status, error.response.text())


def failure_in(status: int, body: str) -> Failure:
    """Read an error answer: ARM's {"error": {"code", "message"}}, or whatever else came."""
    code, message = _code_and_message(body)
    # What a refusal says beyond its code is who asked and for what: the gap says that better.
    what = code if status == _FORBIDDEN and code else f"{code}: {message}" if code else message or "no reason given"
    versions = _versions_in(message)
    is_version_missing = _SUPPORTED.search(message) is not None
    absent = (status == _NOT_FOUND and code in _NOT_OFFERED and not is_version_missing) or code in _NOT_REGISTERED
    return Failure(_told(f"HTTP {status} {what}"), status, absent, code in _FOREIGN, code in _GONE, versions)


def _versions_in(message: str) -> tuple[str, ...]:
    """Return the api-versions that a refusal lists: with blanks between them in a 400, without in a 404.

    https://github.com/Azure/azure-cli/issues/13834, https://github.com/Azure/azure-sdk-for-js/issues/15460
    """
    found = _SUPPORTED.search(message)
    return tuple(_VERSION.findall(found[1].lower())) if found else ()


def _code_and_message(body: str) -> tuple[str, str]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return "", "an answer that is not ARM's"
    error = payload.get("error") if isinstance(payload, dict) else None
    if not isinstance(error, dict):
        return "", "an answer that is not ARM's"
    return str(error.get("code", "")), str(error.get("message", ""))


def _plain(error: Exception) -> str:
    if isinstance(error, ClientAuthenticationError):
        return _told(f"sign-in failed: {error.message}")
    if isinstance(error, ServiceRequestError):
        # The transport's own text repeats the URL and every wrapped exception; what happened stands last.
        cause = str(error).rpartition(": ")[2].rstrip(")\"'")
        return _told(f"no connection: {cause}")
    if isinstance(error, RecursionError):
        return "the answer is nested too deeply"
    return _told(str(error)) or type(error).__name__


def _told(text: str) -> str:
    """Return what a gap says of an error: it may repeat what was asked for, and with it a secret."""
    return one_line(scrubbed(text[:_READ]))[:_LONGEST]
