"""Ranges of a virtual network that no subnet has."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from scanner.model.fields import Network


def free_range(spaces: Iterable[Network], taken: Iterable[Network], length: int) -> IPv4Network | None:
    """Return the first range of a prefix length in a network's IPv4 spaces that overlaps none taken; None without."""
    held = sorted((int(each[0]), int(each[-1])) for each in taken if isinstance(each, IPv4Network))
    size = 1 << (32 - length)
    for space in spaces:
        if not isinstance(space, IPv4Network):
            continue
        first = int(space[0])
        for begin, end in held:
            if begin < first + size and end >= first:
                first = -(-(end + 1) // size) * size  # the next multiple: a range begins at one of its size
        if first + size - 1 <= int(space[-1]):
            return IPv4Network((first, length))
    return None
