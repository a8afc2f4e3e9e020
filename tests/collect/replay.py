"""Answers given again: what a scan was told while nothing was wrong, without going over the socket for it once more.

A scan that is denied one request among a hundred gets the others as before, byte for byte: most of the time of such a
scan would go into moving them. What a fault may touch is asked over the socket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import requests

Send = Callable[..., requests.Response]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a GET."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    def response(self, url: str) -> requests.Response:
        """Return it as the answer from a URL."""
        response = requests.Response()
        response.status_code, response.reason, response.url = self.status, self.reason, url
        response.headers.update(self.headers)
        response.raw = BytesIO(self.body)
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

        def keep(send: Send, session: requests.Session, method: str, url: str, **options: Any) -> Any:  # noqa: ANN401
            response = send(session, method, url, **options)
            self.answers[_asked(method, url)] = Answer(
                response.status_code, response.reason, dict(response.headers), response.content
            )
            return response

        with _sending(keep):
            yield

    @contextmanager
    def replaying(self, touched: Callable[[str, str], bool]) -> Iterator[None]:
        """Give again what was kept, but for what is `touched`, by its decoded path and query."""

        def give(send: Send, session: requests.Session, method: str, url: str, **options: Any) -> Any:  # noqa: ANN401
            kept = self.answers.get(_asked(method, url))
            where = urlsplit(url)
            if kept is None or touched(unquote(where.path), unquote(where.query)):
                return send(session, method, url, **options)
            self.count += 1
            return kept.response(url)

        with _sending(give):
            yield


def _asked(method: str, url: str) -> str:
    where = urlsplit(url)
    return f"{method} {where.path}?{where.query}"


@contextmanager
def _sending(instead: Callable[..., Any]) -> Iterator[None]:
    """Let all requests of this process pass through a function that gets the true one."""
    with ExitStack() as patches:
        kinds: list[type[requests.Session]] = [requests.Session, *requests.Session.__subclasses__()]
        for kind in kinds:
            if "request" in vars(kind):
                patches.enter_context(patch.object(kind, "request", _through(instead, kind.request)))
        yield


def _through(instead: Callable[..., Any], send: Send) -> Send:
    def request(session: requests.Session, method: str, url: str, **options: Any) -> Any:  # noqa: ANN401
        return instead(send, session, method, url, **options)

    return request
