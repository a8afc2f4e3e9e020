"""Holding options and a configuration to a policy: the first thing that it does not allow ends the scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from scanner.cli.complaints import complain
from scanner.cli.narrowing import left_out, weighed
from scanner.cli.options import Options, from_file
from scanner.cli.rule_choice import RuleChoice
from scanner.config.choices import FAIL_ON, PROFILES
from scanner.config.file import Config, policy_in
from scanner.config.names import require_known
from scanner.config.policy import EVERY, LOOSENING, Policy
from scanner.engine.waivers import Waiver
from scanner.errors import UsageError, one_line
from scanner.scan.narrowing import Weighed

_USUAL: dict[str, tuple[Any, ...]] = {
    "fail_on": FAIL_ON[: FAIL_ON.index("low") + 1],
    "profile": PROFILES[:1],
    "allow_unknown": (False,),
    "allow_empty": (False,),
    "no_neighbours": (False,),
    "all_subscriptions": (True,),
}
"""Values of options by which nothing is lost."""


def policy_of(options: Options, config: Config) -> Policy | None:
    """Return the policy that binds a scan: of --policy, else of the file that --config names. Raises UsageError."""
    if options.policy is not None:
        return policy_in(options.policy)
    if options.config is None and config.policy is not None:
        complain(
            f"[policy] of {config.file} does not count: a file that is found in the working folder cannot bind itself; "
            "name one with --policy"
        )
        return None
    return config.policy


def require_allowed(  # noqa: PLR0913, PLR0917 - what a policy may bind
    policy: Policy | None,
    options: Options,
    config: Config,
    choice: RuleChoice,
    today: date,
    in_code: tuple[Waiver, ...] = (),
) -> None:
    """Raise UsageError for the first thing that a policy does not allow; it names both."""
    if policy is None:
        return
    rules = (each for each in policy.required_rules if each != EVERY)
    require_known(f"rule in [policy] of {policy.file} called", rules, (each.id for each in choice.every), "see `rules`")
    for found in (
        _rules(policy, options, config, choice),
        _waivers(policy, config, today, in_code),
        _gate(policy, options),
        _loosened(policy, options, config, choice),
    ):
        for key, offence in found:
            raise UsageError(f"{policy.file}: [policy] {key}: {one_line(offence)}")


def _rules(policy: Policy, options: Options, config: Config, choice: RuleChoice) -> Iterator[tuple[str, str]]:
    for each in left_out(options, config, choice):
        if policy.requires(each.rule):
            yield "required_rules", f"{each.rule} may not be left out, as {each.option} ({each.origin}) does"
    for weight in weighed(choice):
        if policy.requires(weight.rule) and _is_less(weight):
            says = f"{weight.rule} may not be weighed {weight.severity} instead of {weight.usual}"
            yield "required_rules", f"{says}, as [severity] of {config.file} does"


def _waivers(policy: Policy, config: Config, today: date, in_code: tuple[Waiver, ...]) -> Iterator[tuple[str, str]]:
    named = [(f"[[waiver]] {number} of {config.file}", each) for number, each in enumerate(config.waivers, 1)]
    named += [(f"mlsec:waive at {each.place}", each) for each in in_code]
    for where, each in named:
        if policy.requires(each.rule):
            yield "required_rules", f"{each.rule} may not be waived, as {where} does"
        if (each.expires - today).days > policy.longest_waiver:
            longest = f"longer than {policy.longest_waiver} days from today"
            yield "longest_waiver", f"{where} lasts until {each.expires}, {longest}"


def _gate(policy: Policy, options: Options) -> Iterator[tuple[str, str]]:
    if policy.fail_on is not None and FAIL_ON.index(options.fail_on) > FAIL_ON.index(policy.fail_on):
        yield "fail_on", f"--fail-on {options.fail_on} lets pass what {policy.fail_on} does not"
    if options.allow_unknown and not policy.allow_unknown:
        yield "allow_unknown", "--allow-unknown is not allowed"
    if options.allow_empty and not policy.allow_empty:
        yield "allow_empty", "--allow-empty is not allowed"


def _loosened(policy: Policy, options: Options, config: Config, choice: RuleChoice) -> Iterator[tuple[str, str]]:
    """Yield what a configuration says by which less fails; a file that holds the policy itself may."""
    if config.file is None or config.policy is policy:
        return
    said = {
        "roles": config.aml_vnets is not None or config.access_vnets is not None,
        "agents": config.allowed_ip_ranges is not None,
        "private_link": config.trusted_subscriptions is not None,
        "severity": any(map(_is_less, weighed(choice))),
    }
    keys = {key: f"[scan] {key}" for key in from_file(options, config) if _loosens(key, config)}
    sections = {name: f"[{name}]" for name, is_said in said.items() if is_said}
    for key, name in {**keys, **sections}.items():
        if key in LOOSENING and key not in policy.file_may_set:
            yield "file_may_set", f"{name} of {config.file} is not for that file to say"


def _loosens(key: str, config: Config) -> bool:
    return getattr(config.defaults, key) not in _USUAL.get(key, ())


def _is_less(weight: Weighed) -> bool:
    return weight.severity.rank < weight.usual.rank
