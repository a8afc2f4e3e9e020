"""What a secret looks like: by the name that it stands under, by its own form, and inside what encodes it."""

from __future__ import annotations

import re
import zlib
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from functools import lru_cache

from scanner.collect.redaction.vault import REDACTED, VAULT

TOKENS = {
    # 84 characters with AZDO near the end since 2024; 52 of base 32 before (facts §9).
    "an Azure DevOps token": r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}|[a-z2-7]{52})(?![A-Za-z0-9])",
    "a storage account key": r"AccountKey=[A-Za-z0-9+/]{20,}={0,2}|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==",
    "a shared access signature": r"(?:[?&;\"' ]|%26|%3F)sig(?:=|%3D)[A-Za-z0-9%+/]{20,}={0,2}",
    # The header's length is bounded: without that, a text of nothing but headers would take for ever.
    "a bearer token": r"eyJ[A-Za-z0-9_-]{10,600}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*",
    "a connection string": r"(?:InstrumentationKey|SharedAccessKey)=[A-Za-z0-9+/=-]{8,}|;\s?(?i:pwd)=[^;\s]{4,}",
    "a private key": (
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]{0,10000}-----END[A-Z -]{0,60}|(?:\s|[A-Za-z0-9+/=]{10,})*)"
    ),
    "a GitHub token": r"(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    # As Entra makes them since 2021, and the marks in keys of registries and AI services; from memory.
    "a client secret": r"(?<![\w~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![\w~-])",
    "a service key": r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{42}\+ACR[A-Za-z0-9]{6}|"
    r"[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{20,})",
    "a password in a URL": r"://[^/\s:@\"']{0,100}:[^/\s:@\"'$]{3,200}@",
    "an authorization header": r"(?i:authorization[\\\"']{0,2}\s?[:=]\s?[\\\"']{0,2}(?:basic|bearer)\s[\w+/=.~-]{8,})",
    "a token in a variable": (
        r"(?i:(?:\bPAT|_PAT|_TOKEN|_SECRET|_KEY|API-?KEY|CLIENT-?SECRET|SHAREDKEY|PASSWORD|PASSWD|--token)"
        r"[\\\"']{0,2}\s{0,4}[=: ]\s{0,4}[\\\"']{0,2}[^\s\"'$%\\]{8,})"
    ),
}
"""How secrets look by what they are. No pattern's work grows faster than the text that it searches."""

_EACH_TOKEN = {what: re.compile(pattern) for what, pattern in TOKENS.items()}
_ANY_TOKEN = re.compile("|".join(f"(?:{pattern})" for pattern in TOKENS.values()))
SHORTEST = 20
_LONG_TEXT = 200
_HARMLESS = re.compile(
    r"(?:(?!eyJ)[A-Za-z0-9]{1,39}+[.-]++)*+(?!eyJ)[A-Za-z0-9]{0,39}"
    r"|Microsoft\.[A-Za-z.]{1,39}+(?:/[A-Za-z0-9]{1,39}+)*+|[0-9T:.-]{16,30}Z|W/\"[0-9a-f-]{36}\""
)
"""Host names and GUIDs, resource types, times, etags: most of what there is. A bearer token has dots too."""

_NAMES = frozenset(
    {
        "additionalunattendcontent",
        "credentials",
        "customdata",
        "pat",
        "protectedsettings",
        "sas",
        "scriptarguments",
        "scriptdata",
        "userdata",
    }
)
_VARIABLES = frozenset({"environmentvariables", "secureenvironmentvariables"})
_ENDINGS = (
    "accesskey",
    "accountkey",
    "apikey",
    "authkey",
    "authorizationkey",
    "clientkey",
    "connectionstring",
    "functionkey",
    "hostkey",
    "instrumentationkey",
    "masterkey",
    "passphrase",
    "passwd",
    "password",
    "presharedkey",
    "primarykey",
    "principalkey",
    "privatekey",
    "pwd",
    "sastoken",
    "sasuri",
    "sasurl",
    "secondarykey",
    "secret",
    "secretkey",
    "secretvalue",
    "servicekey",
    "sharedkey",
    "token",
    "workspacekey",
)
_WORDS = ("_pat", "-pat")


@lru_cache(4096)
def names_secret(name: str) -> bool:
    """Tell whether what stands under a name is a secret, whatever it looks like."""
    lower = name.lower()
    bare = lower.replace("_", "").replace("-", "")
    return bare in _NAMES or bare.endswith(_ENDINGS) or lower.endswith(_WORDS)


def holds_variables(name: str) -> bool:
    """Tell whether what stands under a name are environment variables, any of which may be a secret."""
    return name.lower() in _VARIABLES


def exposed_in(texts: list[str]) -> list[str]:
    """Name the secrets that several texts show."""
    return sorted(what for what, pattern in _EACH_TOKEN.items() if any(pattern.search(text) for text in texts))


def shows_secret(text: str) -> bool:
    """Tell whether a text shows a secret, encoded or not, or holds more than can be looked at."""
    if len(text) < SHORTEST or _HARMLESS.fullmatch(text):
        return False
    if _is_token_in(text) if len(text) < _LONG_TEXT else _ANY_TOKEN.search(text):
        return True
    if len(text) < _LONG_WORD or _WORD.search(text) is None:
        return False
    inside = Decoded(text)
    return any(_ANY_TOKEN.search(each) or VAULT.shows(each.encode()) for each in inside) or inside.is_cut


@lru_cache(1024)
def _is_token_in(text: str) -> bool:
    """Tell whether a short text shows a secret that is not encoded: what describes things says much the same of all."""
    return _ANY_TOKEN.search(text) is not None


def scrubbed(text: str) -> str:
    """Return somebody else's message without the secrets that it repeats, ours among them."""
    plain = _ANY_TOKEN.sub(REDACTED, VAULT.scrubbed(text))
    return _WORD.sub(lambda word: REDACTED if shows_secret(word[0]) else word[0], plain)


# What is encoded

_LONG_WORD = 40
_WORD = re.compile(r"[A-Za-z0-9+/_-]{40,}")
_SPACE = re.compile(r"\s+")
_STANDARD = str.maketrans("-_", "+/")
_COMPRESSED = re.compile(rb"\x1f\x8b|\x78[\x01\x5e\x9c\xda]")
_GZIP_OR_ZLIB = 47
"""What zlib calls 32 + 15: either header, the largest window."""

_DEPTH = 4
_ROOM = 1 << 20
"""Bytes that are decoded of one text; a script of an extension is 256 KB at most. What is packed to grow, ends here."""


class Decoded:
    """What a text says in base 64, compressed or in UTF-16, to any sensible depth: scripts are passed that way.

    `is_cut` tells, after it was gone through, whether something was left out for want of room.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._room = _ROOM
        self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        yield from self._inside(self._text, _DEPTH)

    def _inside(self, text: str, depth: int) -> Iterator[str]:
        for word in _words(text):
            if depth == 0 or self._room <= 0:
                self.is_cut = True
                return
            said = self._read(word)
            yield said
            yield from self._inside(said, depth - 1)

    def _read(self, word: str) -> str:
        """Decode one word. PowerShell takes its commands in UTF-16: the same letters with zeros between."""
        data = _from_base64(word)
        if _COMPRESSED.match(data):
            data = self._inflated(data)
        self._room -= len(data)
        return data.replace(b"\0", b"").decode("latin-1")

    def _inflated(self, data: bytes) -> bytes:
        stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            inflated = stream.decompress(data, self._room)
        except zlib.error:
            return data
        self.is_cut = self.is_cut or bool(stream.unconsumed_tail)
        return inflated


def _words(text: str) -> Iterator[str]:
    """Yield what may be base 64: each long word, and a text that is nothing else as one, for it may be in lines."""
    yield from _WORD.findall(text)
    whole = _SPACE.sub("", text)
    if whole != text and _WORD.fullmatch(whole.rstrip("=")):
        yield whole


def _from_base64(word: str) -> bytes:
    """Decode a word in either alphabet, padded or not; what is left over at its end is ignored."""
    word = word.rstrip("=").translate(_STANDARD)
    whole = word[: len(word) - 1] if len(word) % 4 == 1 else word
    try:
        return a2b_base64(whole + "=" * (-len(whole) % 4))
    except Base64Error:
        return b""
