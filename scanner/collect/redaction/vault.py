"""The credentials in hand, known by value: what was given to us to sign with must show in nothing that we say.

An endpoint can send back what it was sent, as it was or in an encoding. So each part of a credential that is long
enough to be one is looked for, as it stands, quoted for a URL, and in base 64.
"""

from __future__ import annotations

import sys
from base64 import b64encode, urlsafe_b64encode
from collections import deque
from collections.abc import Iterator
from math import ceil
from threading import Lock
from urllib.parse import quote

REDACTED = "[redacted]"

SHORTEST_PART = 16
"""Characters of a credential that say so much of it that they are taken out."""
_SHORTEST = 8
_WORD = 8
"""Bytes that are looked at at once. Each part of 16 bytes has a word that begins at a multiple of eight."""
_MOST = 8
"""Credentials that are remembered, the last ones: tokens are renewed each hour."""
_LONGEST = 1 << 16
"""A text beyond this size that shows a part of a credential is taken out as a whole."""


class Vault:
    """Remembers credentials for as long as the process runs, in memory alone. Callable from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: deque[str] = deque(maxlen=_MOST)
        self._forms = ""
        self._short: tuple[str, ...] = ()
        self._words: frozenset[int] = frozenset()

    def keep(self, credential: str) -> None:
        """Remember a credential. What is shorter than eight characters would be found in any text, and is not."""
        with self._lock:
            if len(credential) < _SHORTEST or credential in self._kept:
                return
            self._kept.append(credential)
            forms = [form for each in self._kept if len(each) >= SHORTEST_PART for form in _forms(each)]
            self._short = tuple(each for each in self._kept if len(each) < SHORTEST_PART)
            self._forms = "\n".join(forms)
            self._words = frozenset(word for form in forms for word in _words(form.encode()))

    @property
    def is_empty(self) -> bool:
        """Whether no credential is known."""
        return not self._kept

    def shows(self, text: bytes) -> bool:
        """Tell whether a text may show a credential or a part of one; if not, it shows none."""
        if not self._kept:
            return False
        whole = len(text) - len(text) % _WORD
        words = memoryview(text)[:whole].cast("Q")
        return not self._words.isdisjoint(words) or any(each.encode() in text for each in self._short)

    def scrubbed(self, text: str) -> str:
        """Return a text without the credentials, and the parts of 16 characters or more, that it shows."""
        if not self._kept or not self.shows(text.encode("utf-8", "surrogatepass")):
            return text
        if len(text) > _LONGEST:
            return REDACTED
        for each in self._short:
            text = text.replace(each, REDACTED)
        return "".join(self._pieces(text))

    def _pieces(self, text: str) -> Iterator[str]:
        """Yield what lies between parts of credentials, and for each of those a mark."""
        at = kept = 0
        while at + SHORTEST_PART <= len(text):
            end = at
            while self._begins_part(text[end : end + SHORTEST_PART]):
                end += 1
            if end > at:
                yield text[kept:at] + REDACTED
                kept = end + SHORTEST_PART - 1
            at = max(kept, at + 1)
        yield text[kept:]

    def _begins_part(self, piece: str) -> bool:
        word = piece[:_WORD].encode("utf-8", "surrogatepass")
        return (
            len(piece) == SHORTEST_PART and int.from_bytes(word, sys.byteorder) in self._words and piece in self._forms
        )


VAULT = Vault()
"""The one of this process."""


def _forms(credential: str) -> Iterator[str]:
    """Yield how a credential may be written."""
    quoted = quote(credential, safe="")
    written = dict.fromkeys((credential, quoted, quote(quoted, safe="")))
    for data in (credential.encode(), credential.encode("utf-16-le")):
        for before in range(3):
            for encode in (b64encode, urlsafe_b64encode):
                written[_base64(data, before, encode(b"\0" * before + data).decode())] = None
    # Ids are compared, and shown, in lower case.
    yield from {**written, credential.lower(): None, quoted.lower(): None}


def _base64(data: bytes, before: int, encoded: str) -> str:
    """Cut from base 64 what depends on what stands before and after: a character holds six bits."""
    return encoded[ceil(before * 8 / 6) : (before + len(data)) * 8 // 6]


def _words(form: bytes) -> Iterator[int]:
    for at in range(len(form) - _WORD + 1):
        yield int.from_bytes(form[at : at + _WORD], sys.byteorder)
