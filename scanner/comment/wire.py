"""What is said to a platform's API: JSON over TLS, with one token, bounded answers, and little patience."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import AuthBase

from scanner.collect.redaction.vault import VAULT
from scanner.errors import CommentError

_CONNECT, _READ = 10.0, 60.0
_TOO_FAST = frozenset({403, 429, 503})
_PATIENCE = 60.0
"""Seconds that are waited in all for a platform that wants to be asked less often: no job should hang on a comment."""

_TRIES = 3
_MOST = 64 << 20
"""Bytes of one answer: a pull request's threads come all at once."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered: the status, and the JSON of its body, None where it is none."""

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for; 203 is a page for signing in."""
        return self.status in {200, 201}

    @property
    def says(self) -> str:
        """What it says for itself: the status, and its message if there is one."""
        message = self.body.get("message") if isinstance(self.body, dict) else None
        return f"{self.status}: {message[:_LONGEST]}" if isinstance(message, str) else str(self.status)


@dataclass(slots=True)
class Wire:
    """A way to one API. The token goes to it alone: no redirect is followed. Raises CommentError without TLS."""

    base: str
    token: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    patience: float = _PATIENCE

    def __post_init__(self) -> None:
        """Remember the token as a secret."""
        if urlsplit(self.base).scheme != "https":
            where = self.base or "an API that no variable names"
            raise CommentError(f"{where} is not reached over TLS; no token is sent there")
        VAULT.keep(self.token)

    def call(self, method: str, url: str, json: object = None) -> Answer:
        """Ask and return the answer, whatever its status; a refusal for being too fast is waited out for a minute.

        Nothing else is tried again: what was not answered may have been done. Raises CommentError for no answer.
        """
        for left in reversed(range(_TRIES)):
            response, content = self._sent(method, url, json)
            wait = _wait_of(response)
            if wait is None or wait > self.patience or not left:
                return Answer(response.status_code, _decoded(content))
            self.patience -= wait
            time.sleep(wait)
        raise AssertionError

    def _sent(self, method: str, url: str, json: object) -> tuple[requests.Response, bytes]:
        try:
            with requests.request(
                method,
                f"{self.base}{url}",
                json=json,
                headers={"User-Agent": "mlsec-scan", **self.headers},
                auth=_Bearer(self.token),
                timeout=(_CONNECT, _READ),
                allow_redirects=False,
                stream=True,
            ) as response:
                return response, _read(response)
        except (requests.RequestException, ValueError) as error:
            raise CommentError(f"{urlsplit(self.base).netloc} cannot be asked: {error}") from error


class _Bearer(AuthBase):
    """Signs with a token; given as such, so that no ~/.netrc takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    for part in response.iter_content(1 << 16):
        content += part
        if len(content) > _MOST:
            raise ValueError(f"an answer of more than {_MOST >> 20} MiB")
    return bytes(content)


def _decoded(content: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return None


def _wait_of(response: requests.Response) -> float | None:
    """Return the seconds after which a platform wants to be asked again, None where it does not refuse for that.

    GitHub: 403 or 429, Retry-After, or x-ratelimit-reset once x-ratelimit-remaining is 0 (docs.github.com, "Rate limits
    for the REST API"). Azure DevOps: 429 or 503, Retry-After (learn.microsoft.com/azure/devops/integrate/concepts/
    rate-limits). Both read 2026-11-29.
    """
    if response.status_code not in _TOO_FAST:
        return None
    after, reset = (_number(response.headers.get(each)) for each in ("Retry-After", "x-ratelimit-reset"))
    if after is not None or response.headers.get("x-ratelimit-remaining") != "0":
        return after
    return None if reset is None else max(reset - time.time(), 0) + 1


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004
