"""The options of a scan as click holds them, for the command that runs: those before its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from scanner.cli.behind import is_of_a_scan

if TYPE_CHECKING:
    from scanner.cli.options import Options


def options_of(context: click.Context) -> Options:
    """Return the options of the scan, and which of them were given on the command line."""
    from scanner.cli.options import Options  # noqa: PLC0415 - help must not wait for imports

    scan = context.find_root()
    return Options(**scan.params, given=frozenset(_given(scan)))


def options_here(context: click.Context) -> Options:
    """Return the options of the scan where a command takes them itself: what stands behind its name counts."""
    taken = {each.name for each in context.command.params if is_of_a_scan(each)}
    here = {key: context.params[key] for key in _given(context) if key in taken}
    before = options_of(context)
    return replace(before, **here, given=before.given | here.keys())


def _given(context: click.Context) -> Iterator[str]:
    """Yield the options that were given on the command line."""
    yield from (key for key in context.params if context.get_parameter_source(key) is ParameterSource.COMMANDLINE)
