"""Which zone, rule and record a name falls under: cases from the RFC, and a slow reference beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.dns_names import answering, closest, is_privatelink, normal, relative, suffixes

LABELS = st.sampled_from(["a", "b", "c", "*"])
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)


def slow_closest(name: str, domains: list[str]) -> str | None:
    """Try every domain, and keep the longest that the name is in."""
    fitting = [each for each in domains if each in {"", name} or name.endswith(f".{each}")]
    return max(fitting, key=len, default=None)


def slow_answering(name: str, records: set[str]) -> str | None:
    """Follow RFC 4592 to the letter: the closest encloser is the longest existing ancestor, its wildcard the source."""
    if name in records:
        return name
    existing = {""} | {".".join(each.split(".")[start:]) for each in records for start in range(each.count(".") + 1)}
    if name in existing:
        return None
    labels = name.split(".")
    ancestors = [".".join(labels[start:]) for start in range(1, len(labels) + 1)]
    encloser = max((each for each in ancestors if each in existing), key=len)
    source = f"*.{encloser}".rstrip(".")
    return source if source in records else None


@given(NAMES, st.lists(st.one_of(NAMES, st.just("")), max_size=6))
def test_longest_domain_wins_as_a_slow_search_finds_it(name: str, domains: list[str]) -> None:
    found = closest(name, [(each, each) for each in domains])

    assert found == slow_closest(name, domains)


@given(NAMES, st.sets(NAMES, max_size=6))
def test_record_is_chosen_as_the_rfc_says(name: str, records: set[str]) -> None:
    found = answering(name, records)

    assert found == slow_answering(name, records)


@pytest.mark.parametrize(
    ("name", "records", "found"),
    [
        ("kv", {"kv", "*"}, "kv"),
        ("kv", {"*"}, "*"),
        ("a.b", {"*"}, "*"),
        ("a.b", {"*.b", "*"}, "*.b"),
        ("a.b", {"*", "b"}, None),
        ("a.b", {"*", "c.b"}, None),
        ("b", {"*", "c.b"}, None),
        ("*.g.inference.westeurope", {"*.g.inference.westeurope"}, "*.g.inference.westeurope"),
        ("oe.g.inference.westeurope", {"*.g.inference.westeurope"}, "*.g.inference.westeurope"),
        ("oe.h.inference.westeurope", {"*.g.inference.westeurope"}, None),
        ("@", {"@"}, "@"),
        ("@", {"*"}, None),
        ("kv", set(), None),
    ],
)
def test_own_record_comes_before_a_wildcard_and_a_closer_name_hides_it(
    name: str, records: set[str], found: str | None
) -> None:
    assert answering(name, records) == found


def test_suffixes_end_at_the_root() -> None:
    assert list(suffixes("a.b.c")) == ["a.b.c", "b.c", "c", ""]


def test_domain_that_only_ends_alike_does_not_hold_a_name() -> None:
    assert closest("crother.azurecr.io", [("er.azurecr.io", 1)]) is None


@pytest.mark.parametrize(
    ("name", "zone", "found"),
    [
        ("kv.privatelink.vaultcore.azure.net", "privatelink.vaultcore.azure.net", "kv"),
        ("cr.westeurope.data.azurecr.io", "azurecr.io", "cr.westeurope.data"),
        ("azurecr.io", "azurecr.io", "@"),
    ],
)
def test_name_is_told_relative_to_its_zone(name: str, zone: str, found: str) -> None:
    assert relative(name, zone) == found


def test_names_compare_without_case_and_without_the_roots_full_stop() -> None:
    assert normal("Vault.Azure.Net.") == "vault.azure.net"
    assert normal(".") == ""


@pytest.mark.parametrize(
    ("zone", "is_one"),
    [
        ("privatelink.azurecr.io", True),
        ("westeurope.PrivateLink.azurecr.io", True),
        ("azurecr.io", False),
        ("myprivatelink.example", False),
    ],
)
def test_privatelink_zone_is_known_by_a_label_of_its_name(zone: str, is_one: bool) -> None:
    assert is_privatelink(zone) is is_one
