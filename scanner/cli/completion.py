"""What the shell offers behind TAB where click cannot know: rules, controls, frameworks, currencies, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scanner.engine import Rule, Subject


def rule_ids(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of our own rules that begin so."""
    return [each.id for each in _rules() if each.id.startswith(incomplete.lower())]


def controls(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the controls that begin so, in checklist order."""
    found = dict.fromkeys(each.control for each in _rules())
    return [each for each in found if each.lower().startswith(incomplete.lower())]


def frameworks(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of frameworks that begin so."""
    from scanner.frameworks.shipped import names  # noqa: PLC0415 - help must not wait for imports

    return [each for each in names() if each.startswith(incomplete.lower())]


def currencies(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the currencies that begin so."""
    from scanner.cost.regions import CURRENCIES  # noqa: PLC0415 - help must not wait for imports

    return [each for each in CURRENCIES if each.startswith(incomplete.upper())]


def regions(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    """Return the regions that begin so."""
    from scanner.cost.regions import REGIONS  # noqa: PLC0415 - help must not wait for imports

    return sorted(each for each in REGIONS if each.startswith(incomplete.lower()))


def _rules() -> tuple[Rule[Subject], ...]:
    from scanner.engine.pack import built_in_pack, load_packs  # noqa: PLC0415 - help must not wait for imports

    return load_packs([built_in_pack()])
