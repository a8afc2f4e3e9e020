"""Names of hosts in firewall rules: what a pattern holds, and which have nothing in common."""

from __future__ import annotations

import pytest

from scanner.domain.host_names import HostName, Keeper, KeptNames


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "*.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*example.com", "example.com", True),
        ("*example.com", "*.example.com", True),
        ("*.example.com", "*example.com", False),
        ("*.example.com", "anexample.com", False),
        ("*", "a.example.com", True),
        ("*", "*.example.com", True),
        ("A.Example.com.", "a.example.com", True),
        ("a.example.com", "*.example.com", False),
        ("a.*.com", "a.b.com", False),
    ],
)
def test_pattern_holds_what_ends_like_it(outer: str, inner: str, expected: bool) -> None:
    assert HostName(outer).holds(HostName(inner)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("*.example.com", "*.example.org", True),
        ("*.example.com", "*.a.example.com", False),
        ("a.example.com", "b.example.com", True),
        ("a.*.com", "b.example.com", False),
    ],
)
def test_patterns_are_apart_where_no_name_fits_both(one: str, other: str, expected: bool) -> None:
    assert HostName(one).is_apart(HostName(other)) is expected
    assert HostName(other).is_apart(HostName(one)) is expected


def test_tags_of_windows_hold_no_cloud_service_and_others_may() -> None:
    assert KeptNames(Keeper.TAG, "Windows Update").is_of_windows
    assert not KeptNames(Keeper.TAG, "AzureKubernetesService").is_of_windows
    assert not KeptNames(Keeper.CATEGORY, "WindowsUpdate").is_of_windows
