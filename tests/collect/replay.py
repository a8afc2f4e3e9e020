"""Answers given again: what a scan was told while nothing was wrong, without going over the socket for it once more.

A scan that is denied one request among a hundred gets the others as before, byte for byte: most of the time of such a
scan would go into moving them. What a fault may touch is asked over the socket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter

Send = Callable[..., requests.Response]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a GET."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    def response(self, request: requests.PreparedRequest) -> requests.Response:
        """Return it as an answer to a request."""
        response = requests.Response()
        response.status_code, response.reason, response.url = self.status, self.reason, str(request.url)
        response.headers.update(self.headers)
        response.request, response.raw = request, BytesIO(self.body)
        response._content, response._content_consumed = self.body, True  # type: ignore[attr-defined]  # noqa: SLF001
        return response


@dataclass(slots=True)
class Tape:
    """Answers by path and query; `count` is how many of them were given again."""

    answers: dict[str, Answer] = field(default_factory=dict)
    count: int = 0

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Keep what is answered to each GET of a scan."""

        def keep(send: Send, adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> Any:  # noqa: ANN401
            response = send(adapter, request, **options)
            self.answers[_asked(request)] = Answer(
                response.status_code, response.reason, dict(response.headers), response.content
            )
            return response

        with _sending(keep):
            yield

    @contextmanager
    def replaying(self, touched: Callable[[str, str], bool]) -> Iterator[None]:
        """Give again what was kept, but for what is `touched`, by its decoded path and query."""

        def give(send: Send, adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> Any:  # noqa: ANN401
            kept = self.answers.get(_asked(request))
            where = urlsplit(str(request.url))
            if kept is None or touched(unquote(where.path), unquote(where.query)):
                return send(adapter, request, **options)
            self.count += 1
            return kept.response(request)

        with _sending(give):
            yield


def _asked(request: requests.PreparedRequest) -> str:
    where = urlsplit(str(request.url))
    return f"{request.method} {where.path}?{where.query}"


@contextmanager
def _sending(instead: Callable[..., Any]) -> Iterator[None]:
    """Let all requests of this process pass through a function that gets the true one."""
    send = HTTPAdapter.send
    with patch.object(
        HTTPAdapter, "send", lambda adapter, request, **options: instead(send, adapter, request, **options)
    ):
        yield
