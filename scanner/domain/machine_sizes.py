"""What the name of an Azure machine size says."""

from __future__ import annotations

import re

# The N family has the accelerators: NC, ND, NG, NV with GPUs, NP with FPGAs
# (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions, 2025-04-28).
_ACCELERATED = re.compile(r"(standard_|basic_)?n", re.IGNORECASE)


def has_accelerator(size: str) -> bool:
    """Tell whether a size such as Standard_NC6s_v3 has a GPU or another accelerator."""
    return _ACCELERATED.match(size) is not None
