"""Whether a value shows nothing that would have to go: most resources do not, and are kept as they came.

To look takes a third of the time that it takes to put a resource together anew. What this lets through, the walk of
`redact` would leave as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.collect.redaction.secrets import SHORTEST, holds_variables, names_secret, shows_secret

HEADER = "headerValue"
"""What a firewall's application rule puts into requests: an API key, for one, whatever the header is called."""
EXTENSION_LISTS = frozenset({"extensions", "resources"})
"""Where extensions stand: in the profile of a scale set, and in what a GET of one machine embeds."""
LONGEST_TEXT = 1 << 20
"""Characters of a text that is looked through: more would keep all threads for seconds. Azure's are 256 KB at most."""
PATH = re.compile(r"/[^\s?=&;:%]*")
"""An ARM id, most of all texts, is too regular to hold a secret."""

_WITHOUT_TEXT = frozenset({bool, int, float, type(None)})
_EMPTY: tuple[object, ...] = ("", {}, [])


def is_plain(value: object) -> bool:
    """Tell whether a value under a plain name, of JSON, can stay as it is. False where that is not clear at once."""
    kind = value.__class__
    if kind is dict:
        return _is_plain_object(value)  # type: ignore[arg-type]  # its class was looked at
    if kind is str:
        return _is_plain_text(value)  # type: ignore[arg-type]  # its class was looked at
    if kind is list:
        return all(map(is_plain, value))  # type: ignore[call-overload]  # its class was looked at
    return kind in _WITHOUT_TEXT


def _is_plain_object(value: dict[str, object]) -> bool:
    for key, item in value.items():
        if not (_is_plain_name(key) or _is_nothing(key, item)):
            return False
        # A third of what there is are short texts: they are not worth a call each.
        if item.__class__ is str and len(item) < SHORTEST:
            if not item.isascii():
                return False
        elif not is_plain(item):
            return False
    return "value" not in value or not names_secret(str(value.get("name", "")))


def _is_plain_text(text: str) -> bool:
    if len(text) > LONGEST_TEXT or not text.isascii():
        return False
    return len(text) < SHORTEST or PATH.fullmatch(text) is not None or not shows_secret(text)


def _is_nothing(key: str, value: object) -> bool:
    """Tell whether what stands under a name that is not plain is no value: a switch, a number, or nothing at all."""
    return key != HEADER and names_secret(key) and (value.__class__ in _WITHOUT_TEXT or value in _EMPTY)


@lru_cache(4096)
def _is_plain_name(name: str) -> bool:
    """Tell whether a name stays, and says nothing of what stands under it."""
    tells = names_secret(name) or holds_variables(name) or name == HEADER or name in EXTENSION_LISTS
    return name.isascii() and not tells and not shows_secret(name)
