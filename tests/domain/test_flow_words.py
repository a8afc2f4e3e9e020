"""Sets of addresses in words: short, and never the same for two of different sizes."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from scanner.domain.addresses import PUBLIC
from scanner.domain.flow_words import addresses_words
from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import HOST
from scanner.domain.prefixes import IPV6, prefixes


def _of(*texts: str) -> IntervalSet:
    return prefixes(map(ip_network, texts))


FOUR = ("20.0.0.0/24", "30.0.0.0/24", "40.0.0.0/24", "50.0.0.0/24")


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (_of("10.0.0.1/32"), "10.0.0.1"),
        (_of(*FOUR[:3]), "20.0.0.0/24, 30.0.0.0/24, 40.0.0.0/24"),
        (_of(*FOUR), "20.0.0.0/24, 30.0.0.0/24, 40.0.0.0/24 and 256 addresses more"),
        (_of(*FOUR, "60.0.0.1/32"), "20.0.0.0/24, 30.0.0.0/24, 40.0.0.0/24 and 257 addresses more"),
        (_of("0.0.0.0/0"), "the internet"),
        (PUBLIC - HOST, "the internet"),
        (PUBLIC - _of("20.0.0.0/8"), "the internet but for 16777216 addresses"),
        (PUBLIC - HOST - _of("20.0.0.1/32"), "the internet but for 1 address"),
        (IPV6, "the internet (IPv6)"),
    ],
)
def test_addresses_in_words(addresses: IntervalSet, words: str) -> None:
    assert addresses_words(addresses) == words
