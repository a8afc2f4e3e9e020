"""[policy]: what those who answer for the estate do not let a scan's own configuration decide.

It holds only from a file that was named on the command line. One that is found in the working folder comes with the
change that is being judged, and a change must not be able to let itself pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.config.choices import FAIL_ON
from scanner.config.table import Table

LONGEST_WAIVER = 365
"""Days that a waiver may last from today, where a policy does not say."""

EVERY = "*"

LOOSENING = (
    "subscription",
    "management_group",
    "all_subscriptions",
    "context_subscription",
    "no_neighbours",
    "timeout",
    "answer_mib",
    "resource_group",
    "workspace",
    "cloud",
    "profile",
    "rule",
    "skip_rule",
    "control",
    "baseline",
    "fail_on",
    "allow_unknown",
    "allow_empty",
    "roles",
    "agents",
    "private_link",
    "severity",
)
"""What a configuration can say by which less is judged or less fails: keys of [scan], and whole sections."""

_KEYS = ("longest_waiver", "required_rules", "fail_on", "allow_unknown", "allow_empty", "file_may_set")


@dataclass(frozen=True, slots=True)
class Policy:
    """What binds a scan. `sha256` is of the bytes of the file that says so.

    `longest_waiver` is in days from today. `required_rules` are ids, or "*" for all: they may be neither left out nor
    waived nor weighed less. `fail_on` is the highest that may be asked for. False for `allow_unknown` or `allow_empty`
    forbids the option. Of LOOSENING, a configuration may say what `file_may_set` lists.
    """

    file: Path
    sha256: str
    longest_waiver: int = LONGEST_WAIVER
    required_rules: tuple[str, ...] = ()
    fail_on: str | None = None
    allow_unknown: bool = True
    allow_empty: bool = True
    file_may_set: tuple[str, ...] = ()

    def requires(self, rule: str) -> bool:
        """Tell whether a rule must run and count."""
        return EVERY in self.required_rules or rule in self.required_rules

    def said(self) -> Iterator[tuple[str, int | str | bool | tuple[str, ...] | None]]:
        """Yield its keys and values as a file has them."""
        yield from ((key, getattr(self, key)) for key in _KEYS)


def read_policy(table: Table, sha256: str) -> Policy:
    """Read [policy]. Raises UsageError."""
    table.require_keys(_KEYS)
    longest = table.whole("longest_waiver", 0, 36_500)
    may_set = table.texts("file_may_set") or ()
    if not {*may_set} <= {*LOOSENING}:
        raise table.wrong("file_may_set", f"some of {', '.join(LOOSENING)}")
    return Policy(
        table.file,
        sha256,
        LONGEST_WAIVER if longest is None else longest,
        tuple(each.lower() for each in table.texts("required_rules") or ()),
        table.choice("fail_on", FAIL_ON),
        table.flag("allow_unknown") is not False,
        table.flag("allow_empty") is not False,
        may_set,
    )
