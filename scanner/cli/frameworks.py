"""Which frameworks a scan is held against: those that come with us, by name, and the user's own, from files."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.cli.options import Options
from scanner.config.frameworks import read_framework
from scanner.config.names import require_known
from scanner.engine import Rule, Subject
from scanner.errors import UsageError
from scanner.frameworks.framework import Framework

_NEED = frozenset({"csv-controls"})
"""Formats that show nothing without a framework."""


def frameworks_asked_for(options: Options, rules: Iterable[Rule[Subject]]) -> tuple[Framework, ...]:
    """Return the frameworks that options name, bound to their profile. Raises UsageError."""
    if not options.framework and not options.framework_file:
        return ()
    from scanner.frameworks.shipped import names, shipped  # noqa: PLC0415 - hundreds of kB that most scans do not need

    known = names()
    require_known("framework", options.framework, known, "`mlsec-scan frameworks` lists them")
    found = [*shipped(known[each.lower()] for each in options.framework)]
    ids, taken = [each.id for each in rules], set(known)
    for path in options.framework_file:
        found.append(read_framework(path, ids, taken))
        taken.add(found[-1].id)
    return tuple(each.under(options.profile) for each in found)


def require_frameworks(formats: Iterable[str], frameworks: tuple[Framework, ...]) -> None:
    """Raise UsageError for a report that is about frameworks where none is named."""
    for each in formats:
        if each in _NEED and not frameworks:
            raise UsageError(f"{each} is about controls of a framework; name one with --framework or --framework-file")
