"""The name that was meant."""

from __future__ import annotations

import pytest

from scanner.system.near import meant, near

KNOWN = ("iso-27001-2022", "soc-2", "cis-azure-2.0.0", "cis-azure-2.1.0", "cis-azure-3.0.0", "cis-azure-4.0.0", "mcsb")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("iso-27", "did you mean iso-27001-2022?"),
        ("iso", "did you mean iso-27001-2022?"),
        ("soc", "did you mean soc-2?"),
        ("sco-2", "did you mean soc-2?"),
        ("cis-azure-2", "did you mean cis-azure-2.0.0 or cis-azure-2.1.0?"),
        ("cis", "did you mean cis-azure-2.0.0, cis-azure-2.1.0, cis-azure-3.0.0 or one of 1 more?"),
        ("nothing-like-it", ""),
        ("", ""),
    ],
)
def test_what_begins_so_is_meant_before_what_looks_like_it(name: str, said: str) -> None:
    assert meant(near(name, KNOWN)) == said
