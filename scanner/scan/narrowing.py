"""How a scan was narrowed: what it left out, weighed otherwise or let pass, and who said so."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.engine.severity import Severity


@dataclass(frozen=True, slots=True)
class File:
    """A file that a scan went by: its name as it was given, and the SHA-256 of the bytes that were read, in hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that did not run: its id, the option that left it out, and where that was said."""

    rule: str
    option: str
    origin: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule whose severity a file changed."""

    rule: str
    usual: Severity
    severity: Severity


@dataclass(frozen=True, slots=True)
class Choice:
    """What an option came to and where that was said: the command line, a file's name, or built-in."""

    option: str
    value: str | bool | None
    origin: str

    @property
    def loosens(self) -> bool:
        """Whether less fails by it than would without any choice."""
        return self.value not in {None, False, "", "info", "low"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Of how many rules (`of`) which did not run, changed severities, the gate, and the files gone by.

    `scope` holds what says which workspaces are judged, `gate` what says which results count.
    """

    of: int
    left_out: tuple[LeftOut, ...] = ()
    severities: tuple[Weighed, ...] = ()
    scope: tuple[Choice, ...] = ()
    gate: tuple[Choice, ...] = ()
    configuration: File | None = None
    policy: File | None = None

    @property
    def run(self) -> int:
        """How many rules ran."""
        return self.of - len(self.left_out)
