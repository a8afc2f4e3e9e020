"""Which rules a scan judges by: our own and the user's, narrowed and weighed as they asked."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.cli.options import Options
from scanner.config.file import Config
from scanner.config.names import require_known
from scanner.engine.choice import chosen, reweighed
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.rule import Rule, Subject
from scanner.errors import UsageError, one_line

_SPECIAL = frozenset("*?[")
_LISTED = "`mlsec-scan rules` lists them"


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Every rule as its pack has it, and those that judge, with the user's severities."""

    every: tuple[Rule[Subject], ...]
    judging: tuple[Rule[Subject], ...]


def rules_asked_for(options: Options, config: Config) -> RuleChoice:
    """Choose the rules. Raises UsageError or RulePackError."""
    rules = load_packs([built_in_pack(), *options.rules])
    require_rules(config, rules)
    return RuleChoice(rules, reweighed(_narrowed(options, rules), config.severities))


def require_rules(config: Config, rules: Iterable[Rule[Subject]]) -> None:
    """Raise UsageError for a rule that the file names and nobody knows."""
    ids = [rule.id for rule in rules]
    waived = (each.rule for each in config.waivers)
    require_known(f"rule in [[waiver]] of {config.file} called", waived, ids, _LISTED)
    weighed = (each.rule for each in config.severities)
    require_known(f"rule in [severity] of {config.file} called", weighed, ids, _LISTED)


def _narrowed(options: Options, rules: tuple[Rule[Subject], ...]) -> tuple[Rule[Subject], ...]:
    only, without = meant(options.rule, rules), meant(options.skip_rule, rules)
    require_known("rule", (*only, *without), (rule.id for rule in rules), _LISTED)
    controls = dict.fromkeys(rule.control for rule in rules)
    require_known("control", options.control, controls, _LISTED)
    found = chosen(rules, only, without, options.control)
    if not found:
        raise UsageError("no rule is left to judge by; widen --rule, --skip-rule and --control")
    return found


def meant(named: Iterable[str], rules: Iterable[Rule[Subject]]) -> tuple[str, ...]:
    """Return the ids that names stand for, globs spelled out. Raises UsageError for a glob that fits none."""
    ids = [rule.id for rule in rules]
    return tuple(each for name in named for each in _fitting(name.lower(), ids))


def _fitting(name: str, ids: list[str]) -> list[str]:
    if not _SPECIAL & {*name}:
        return [name]
    found = fnmatch.filter(ids, name)
    if not found:
        raise UsageError(f"there is no rule that fits {one_line(name)!r}; {_LISTED}")
    return found
