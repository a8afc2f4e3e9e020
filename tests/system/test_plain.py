"""Making foreign text harmless: what a pipeline would run, and what looks like it but is an address."""

from __future__ import annotations

import pytest

from scanner.system.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("##vso[task.complete]", r"#\x23vso[task.complete]"),
        ("a ##[error]x", r"a #\x23[error]x"),
        ("###vso[x]", r"##\x23vso[x]"),
        ("::error::x", r":\x3aerror::x"),
        ("see ::add-mask::x", r"see :\x3aadd-mask::x"),
        ("a\n::error::x", r"a\n::error::x"),
        ("\u202ecod", r"\u202ecod"),
    ],
)
def test_command_is_broken(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", ["::/0", "fe80::1", "::1 and ::2", "2001:db8::/32 to ::ffff:10.0.0.1", "## Fix", "#1"])
def test_address_or_heading_is_left_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_long_text_is_shortened() -> None:
    assert plain("n" * 10, longest=4) == "nnnn…"
