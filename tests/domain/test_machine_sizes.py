from __future__ import annotations

import pytest

from scanner.domain.machine_sizes import has_accelerator


@pytest.mark.parametrize("size", ["Standard_NC6s_v3", "STANDARD_ND96ISR_H100_V5", "standard_nv6", "Standard_NP10s"])
def test_n_family_has_an_accelerator(size: str) -> None:
    assert has_accelerator(size)


@pytest.mark.parametrize("size", ["Standard_DS3_v2", "STANDARD_D2", "Standard_E4ds_v4", "Basic_A1", "Standard_M64"])
def test_other_families_have_none(size: str) -> None:
    assert not has_accelerator(size)
