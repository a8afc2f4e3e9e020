"""Addresses that Azure has yet to choose: what a plan or template knows of them is their holder and their subnet."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address

ADDRESS_KEY = "$address"
"""In ARM JSON `{"$address": "10.0.1.254", "of": "pe-blob"}` stands for an address that Azure will choose for a holder.

The number only stands in for it: it equals itself, differs from every other, and lies in the holder's subnet.
"""


class PlannedAddress(IPv4Address):
    """An address that stands in for the one that Azure will choose. It prints as whose it will be, never as a number.

    `stand_in` is an address in dotted form that nothing else in the estate has or cuts off from its subnet.
    """

    __slots__ = ("of",)

    def __init__(self, stand_in: str, of: str) -> None:
        super().__init__(stand_in)
        self.of = of

    def __str__(self) -> str:
        return f"the address of {self.of}"

    def __reduce__(self) -> tuple[type[PlannedAddress], tuple[str, str]]:
        return PlannedAddress, (super().__str__(), self.of)


def planned_address(value: Mapping[str, object]) -> PlannedAddress:
    """Read one from its JSON. Raises ValueError."""
    return PlannedAddress(str(value[ADDRESS_KEY]), str(value.get("of", "")))


def is_planned(value: object) -> bool:
    """Tell whether an address is one that Azure has yet to choose."""
    return isinstance(value, PlannedAddress)
