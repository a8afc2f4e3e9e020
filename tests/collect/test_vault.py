"""The credentials in hand: found by value, whole or in parts, as they are or encoded, and nothing else is touched."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.redaction.vault import REDACTED, Vault

OPAQUE = "q7+W/zT3" + "".join(chr(33 + (7 * each + each * each) % 93) for each in range(300)) + "=="
SIGNED = ".".join(b64encode(bytes((3 * at + key) % 251 for at in range(240))).decode() for key in (1, 5, 9))

WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda token: token,
    "quoted": lambda token: quote(token, safe=""),
    "quoted twice": lambda token: quote(quote(token, safe=""), safe=""),
    "in lower case": str.lower,
    "base 64": lambda token: b64encode(token.encode()).decode(),
    "base 64 after one byte": lambda token: b64encode(b"x" + token.encode()).decode(),
    "base 64 after two bytes": lambda token: b64encode(b"xy" + token.encode()).decode(),
    "base 64 of a URL": lambda token: urlsafe_b64encode(b"Bearer " + token.encode() + b"\n").decode(),
    "base 64 of UTF-16": lambda token: b64encode(f"h {token} t".encode("utf-16-le")).decode(),
}


@pytest.fixture(scope="module")
def vault() -> Vault:
    found = Vault()
    for each in (OPAQUE, SIGNED):
        found.keep(each)
    return found


@pytest.mark.parametrize("token", [OPAQUE, SIGNED], ids=["opaque", "signed"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_credential_is_taken_out_however_it_is_written(vault: Vault, token: str, way: Callable[[str], str]) -> None:
    said = vault.scrubbed(f"answer: <{way(token)}>")

    assert said.startswith("answer: <")
    assert said.endswith(">")
    assert REDACTED in said
    assert len(said) < 60


@given(data=st.data())
def test_every_part_of_sixteen_characters_is_taken_out(vault: Vault, data: st.DataObject) -> None:
    token = data.draw(st.sampled_from([OPAQUE, SIGNED]))
    start = data.draw(st.integers(0, len(token) - 16))
    part = token[start : start + data.draw(st.integers(16, 40))]
    # Of what is in no token: what stood beside it there is a part of it here too.
    before, after = (data.draw(st.text(" \t~äß\ud800", max_size=20)) for _ in range(2))

    assert not {*" \t~"} & {*OPAQUE, *SIGNED}

    assert vault.scrubbed(before + part + after) == before + REDACTED + after


@given(st.text(max_size=200))
def test_what_is_no_part_of_a_credential_stays(vault: Vault, text: str) -> None:
    assert vault.scrubbed(text) == text


def test_a_part_of_fifteen_characters_stays(vault: Vault) -> None:
    assert vault.scrubbed(f"({SIGNED[20:35]})") == f"({SIGNED[20:35]})"


def test_parts_of_it_are_taken_out_each(vault: Vault) -> None:
    one, two, three = SIGNED.split(".")

    assert vault.scrubbed(f"{one}, {two}; {three}!") == f"{REDACTED}, {REDACTED}; {REDACTED}!"


def test_a_short_credential_is_taken_out_as_a_whole() -> None:
    vault = Vault()
    for each in ("pass-word", "short"):
        vault.keep(each)

    assert vault.scrubbed("pass-word, pass-wor, short") == f"{REDACTED}, pass-wor, short"


def test_nothing_is_found_where_nothing_is_kept() -> None:
    assert Vault().scrubbed(SIGNED) == SIGNED


def test_the_last_credentials_are_remembered() -> None:
    vault = Vault()
    tokens = [f"{each:032x}" * 2 for each in range(10**6, 10**6 + 20)]
    for each in tokens:
        vault.keep(each)

    assert vault.scrubbed(tokens[-1]) == REDACTED
