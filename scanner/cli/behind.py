"""Options of a scan that commands take behind their names as well as before them."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

import click

from scanner.cli.declared import SECTIONS, Section

_SOURCE, _SCOPE, _RULES, _REPORTS, _SHOWN, _GATE, _RUNNING = SECTIONS
_OPTIONS = tuple(option for section in SECTIONS for option in section.options)


def _unlisted(option: click.Option) -> click.Option:
    """Return an option that is taken and not listed: a page of help should tell of what matters most there."""
    twin = copy(option)
    twin.hidden = True
    return twin


_UNLISTED = {option: _unlisted(option) for option in _OPTIONS}
_OF_A_SCAN = frozenset({*_OPTIONS, *_UNLISTED.values()})


def is_of_a_scan(option: click.Parameter) -> bool:
    """Tell whether an option of a command is one of a scan, not the command's own, whatever its name."""
    return option in _OF_A_SCAN


def behind(shown: Iterable[str], own: Iterable[str], sections: Iterable[Section] = ()) -> list[click.Parameter]:
    """Return the options of a scan for a command that takes them behind its name as well, in the order of `--help`.

    Some are `shown` on its page. Those that the command has one of its `own` for go before its name alone, and so do
    those of what it does not write, reports and snapshots, unless `sections` names others.
    """
    listed, without = {*shown}, {*own, *(() if sections else ("save_snapshot",))}
    options = (each for section in sections or _NOT_OF_REPORTS for each in section.options)
    taken = (each for each in options if each.name not in without and without.isdisjoint(each.opts))
    return [each if each.name in listed else _UNLISTED[each] for each in taken]


_NOT_OF_REPORTS = (_SOURCE, _SCOPE, _RULES, _GATE, _RUNNING)
_CONFIGURED = ("config", "no_config")
JUDGING = (
    *(each.name or "" for section in (_SOURCE, _SCOPE) for each in section.options if each.name != "save_snapshot"),
    *("profile", "rules", *_CONFIGURED, "policy", "via", "timeout", "quiet"),
)
"""What says what is judged, and by what."""

READING = (
    *("subscription", "management_group", "all_subscriptions", "context_subscription", "no_neighbours", "cloud"),
    *(*_CONFIGURED, "via", "timeout"),
)
"""What says where Azure is read."""

AGAIN = ("resource_group", "workspace", "profile", "rule", "skip_rule", "control", "rules", *_CONFIGURED, "policy")
"""What matters where a snapshot is judged again."""

WAIVING = ("rules", *_CONFIGURED, "policy")
"""What matters to a waiver."""
