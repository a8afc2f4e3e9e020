"""What is kept as it came is what the walk through it would have left: over every fixture, and over what is hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.redaction.plain import is_plain
from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.vault import REDACTED
from tests.cases import FIXTURES, Resource
from tests.collect.test_redact import MACHINE, PLANTED, base64

_SIGNED = "x?sig=abcdEFGH1234%2Babcd5678EFGH%3D"
_NAMES = [
    *("value", "name", "headerValue", "settings", "protectedSettings", "extensions", "resources", "customData"),
    *("password", "adminPassword", "environmentVariables", "MY_PAT", "plain", "properties", "target", "metadata"),
    *("größe", "a\ud800", _SIGNED),
    *(text for _, text in PLANTED),
]
_TEXTS = [
    *("", "short", "clientSecret", "größe", "\udc00", "a" * 64, "A" * 52, "eyJ.", "Deny all inbound traffic"),
    *("10.0.0.0/16", "/subscriptions/s/resourceGroups/r", f"/{_SIGNED}", "2026-11-29T20:10:08.123Z"),
    *("Microsoft.Network/virtualNetworks", 'W/"6539bb83-d0af-48e4-8484-51f369b421ea"'),
    *(form for _, text in PLANTED for form in (text, f"please use {text} here", base64(text))),
]
_LEAVES = st.sampled_from(_TEXTS) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=12,
)
_IDS = [
    MACHINE,
    f"{MACHINE}/extensions/e",
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d",
    "/subscriptions/s",
    "",
]


def _walked(resource: Resource) -> object:
    """Return what is left of a resource that is gone through whatever it looks like."""
    with patch("scanner.collect.redaction.redact.is_plain", lambda _: False):
        return redact(resource)


def _written() -> Iterator[Resource]:
    for path in sorted(FIXTURES.glob("*.json")):
        yield from json.loads(path.read_text()).get("resources", ())


def test_what_fixtures_hold_comes_out_as_from_the_walk_and_is_mostly_kept_as_it_came() -> None:
    rows = list(_written())

    assert [redact(row) for row in rows] == list(map(_walked, rows))
    assert sum(map(is_plain, rows)) > len(rows) * 0.8


@given(st.sampled_from(_IDS), st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=4))
def test_what_is_hostile_comes_out_as_from_the_walk(arm_id: str, members: dict[str, Any]) -> None:
    resource = members | {"id": arm_id}
    before = deepcopy(resource)

    assert repr(redact(resource)) == repr(_walked(resource))
    assert repr(resource) == repr(before)


@pytest.mark.parametrize("name", _NAMES)
def test_every_name_over_every_text_comes_out_as_from_the_walk(name: str) -> None:
    forms = [form for text in _TEXTS for form in (text, [text], {"a": text}, {"name": name, "value": text})]
    for value in (*forms, None, 0, False, {}, [], "a" * ((1 << 20) + 1)):
        resource = {"id": MACHINE, "properties": {name: value, "list": [{name: value}]}}

        assert redact(resource) == _walked(resource)


@pytest.mark.parametrize("text", [text for _, text in PLANTED])
def test_a_planted_secret_is_never_plain(text: str) -> None:
    assert not is_plain({"a": [{"b": f"use {text} here"}]})
    assert REDACTED in str(redact({"id": MACHINE, "a": f"use {text} here"}))
