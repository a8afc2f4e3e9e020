"""What a scan is judged by: rules, settings and gate, from the options and the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scanner.config import Config
from scanner.engine import Rule, Subject
from scanner.errors import UsageError
from scanner.gate import Gate, reweighed
from scanner.names import require_known
from scanner.options import Options
from scanner.pack import built_in_pack, load_packs
from scanner.report.earlier import failed_in
from scanner.scan import chosen
from scanner.settings import Profile, Scope, Settings

_LISTED = "`mlsec-scan rules` lists them"


@dataclass(frozen=True, slots=True)
class Judging:
    """Rules with the user's severities, the choices that verdicts depend on, and what failures are held against."""

    rules: tuple[Rule[Subject], ...]
    settings: Settings
    gate: Gate


def judging(options: Options, config: Config) -> Judging:
    """Put together what a scan is judged by. Raises UsageError, RulePackError or ReportError."""
    rules = load_packs([built_in_pack(), *options.rules])
    require_rules(config, rules)
    baseline = failed_in(options.baseline) if options.baseline is not None else frozenset()
    return Judging(
        reweighed(_asked_for(options, rules), config.severities),
        _settings(options, config),
        Gate(today(), config.waivers, baseline),
    )


def today() -> date:
    """Return the day by UTC, which waivers go by."""
    return datetime.now(UTC).date()


def require_rules(config: Config, rules: Iterable[Rule[Subject]]) -> None:
    """Raise UsageError for a rule that the file names and nobody knows."""
    ids = [rule.id for rule in rules]
    waived = (each.rule for each in config.waivers)
    require_known(f"rule in [[waiver]] of {config.file} called", waived, ids, _LISTED)
    weighed = (each.rule for each in config.severities)
    require_known(f"rule in [severity] of {config.file} called", weighed, ids, _LISTED)


def _asked_for(options: Options, rules: tuple[Rule[Subject], ...]) -> tuple[Rule[Subject], ...]:
    only, without = _lower(options.rule), _lower(options.skip_rule)
    require_known("rule", (*only, *without), (rule.id for rule in rules), _LISTED)
    controls = dict.fromkeys(rule.control for rule in rules)
    require_known("control", options.control, controls, _LISTED)
    found = chosen(rules, only, without, options.control)
    if not found:
        raise UsageError("no rule is left to judge by; widen --rule, --skip-rule and --control")
    return found


def _lower(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.lower() for each in ids)


def _settings(options: Options, config: Config) -> Settings:
    scope = Scope(
        options.subscription,
        options.context_subscription,
        options.resource_group,
        options.workspace,
    )
    return Settings(
        Profile(options.profile),
        scope=scope,
        allowed_ip_ranges=config.allowed_ip_ranges or (),
        aml_vnets=config.aml_vnets or (),
        access_vnets=config.access_vnets or (),
    )
