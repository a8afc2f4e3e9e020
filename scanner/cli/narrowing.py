"""How options and a file narrow a scan, for its reports."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cli.options import Options, origin_of
from scanner.cli.rule_choice import RuleChoice, meant
from scanner.config.file import Config
from scanner.config.policy import Policy
from scanner.scan.narrowing import Choice, File, LeftOut, Narrowing, Weighed

_SCOPE = ("resource_group", "workspace", "no_neighbours", "timeout")
_GATE = ("fail_on", "allow_unknown", "allow_empty", "baseline")


def narrowing_of(options: Options, config: Config, choice: RuleChoice, policy: Policy | None) -> Narrowing:
    """Return what settled options and their file leave out, weigh otherwise and let pass."""
    return Narrowing(
        len(choice.every),
        tuple(left_out(options, config, choice)),
        tuple(weighed(choice)),
        tuple(_choices(_SCOPE, options, config)),
        tuple(_choices(_GATE, options, config)),
        File(str(config.file), config.sha256) if config.file is not None else None,
        File(str(policy.file), policy.sha256) if policy is not None else None,
    )


def left_out(options: Options, config: Config, choice: RuleChoice) -> Iterator[LeftOut]:
    """Yield the rules that do not run, each with the first option that leaves it out."""
    running = {each.id for each in choice.judging}
    without, only = ({*meant(said, choice.every)} for said in (options.skip_rule, options.rule))
    for rule in choice.every:
        if rule.id not in running:
            key = "skip_rule" if rule.id in without else "rule" if only and rule.id not in only else "control"
            yield LeftOut(rule.id, _option(key), origin_of(key, options, config))


def weighed(choice: RuleChoice) -> Iterator[Weighed]:
    """Yield the rules that run and whose severity was changed."""
    usual = {each.id: each.severity for each in choice.every}
    for each in choice.judging:
        if each.severity is not usual[each.id]:
            yield Weighed(each.id, usual[each.id], each.severity)


def _choices(keys: tuple[str, ...], options: Options, config: Config) -> Iterator[Choice]:
    for key in keys:
        value = getattr(options, key)
        told = ", ".join(value) if isinstance(value, tuple) else value
        shown = told if isinstance(told, bool) else str(told) if told else None
        yield Choice(_option(key), shown, origin_of(key, options, config))


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"
