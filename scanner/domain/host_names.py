"""Names of hosts as firewalls know them: one name, or all below one, written `*.example.com`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

_ANY = "*"


@dataclass(frozen=True)
class HostName:
    """A name, or with `*` in front every name with that ending. Compares without case and prints as it was written.

    `*.example.com` does not hold example.com itself, `*example.com` does, and `*` holds every name
    (https://learn.microsoft.com/azure/firewall/firewall-faq, "how do wildcards work", 2025).
    """

    name: str

    @cached_property
    def key(self) -> str:
        """The name in lower case, without the dot of the root."""
        return self.name.strip().lower().rstrip(".")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HostName) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.name

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for more than one name."""
        return _ANY in self.key

    @property
    def is_every_name(self) -> bool:
        """Whether it holds every name."""
        return self.key == _ANY

    def holds(self, other: HostName) -> bool:
        """Tell whether every name of the other is one of this one's."""
        if self.key == other.key:
            return True
        ending = self.key.removeprefix(_ANY)
        # A star elsewhere is not documented: what it holds is not known.
        return self.key.startswith(_ANY) and _ANY not in ending and other.key.removeprefix(_ANY).endswith(ending)

    def is_apart(self, other: HostName) -> bool:
        """Tell whether the two surely have no name in common."""
        odd = any(_ANY in each.key.removeprefix(_ANY) for each in (self, other))
        return not (odd or self.holds(other) or other.holds(self))


class Keeper(StrEnum):
    """How a rule of a firewall names hosts of which Microsoft keeps the list."""

    TAG = "FQDN tag"
    CATEGORY = "web category"


@dataclass(frozen=True, slots=True)
class KeptNames:
    """Names that Microsoft lists, and changes: of an FQDN tag or of a web category."""

    keeper: Keeper
    name: str

    def __str__(self) -> str:
        return f"the {self.keeper} {self.name}"

    @property
    def is_of_windows(self) -> bool:
        """Whether it holds nothing but hosts that Windows calls for updates and diagnostics, none of a cloud service.

        https://learn.microsoft.com/azure/firewall/fqdn-tags (2025)
        """
        return self.keeper is Keeper.TAG and self.name.lower().replace(" ", "") in _OF_WINDOWS


_OF_WINDOWS = frozenset({"windowsupdate", "windowsdiagnostics", "microsoftactiveprotectionservice"})
