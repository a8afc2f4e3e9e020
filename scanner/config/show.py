"""The effective configuration, as `mlsec-scan config` prints it: each value, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from scanner.config.file import Config
from scanner.engine.waivers import Waiver

Value: TypeAlias = str | bool | int | float | tuple[str, ...] | None
"""What a key can hold; None stands for nothing."""

BUILT_IN = "built-in"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a section with its value and where that came from: the command line, a file, or built-in."""

    section: str
    key: str
    value: Value
    origin: str


@dataclass(frozen=True, slots=True)
class Effective:
    """Everything that a scan would go by."""

    file: Path | None
    settings: tuple[Setting, ...]
    waivers: tuple[Waiver, ...]


def of_file(config: Config) -> Iterator[Setting]:
    """Yield what only a file can say: roles, agents, whom private link is for, severities and a policy."""
    file = str(config.file)
    ranges = config.allowed_ip_ranges
    for section, key, value in (
        ("roles", "aml_vnets", config.aml_vnets),
        ("roles", "access_vnets", config.access_vnets),
        ("agents", "allowed_ip_ranges", tuple(map(str, ranges)) if ranges is not None else None),
        ("private_link", "trusted_subscriptions", config.trusted_subscriptions),
    ):
        yield Setting(section, key, value or (), file if value is not None else BUILT_IN)
    for each in config.severities:
        yield Setting("severity", each.rule, each.severity.value, file)
    if config.policy is not None:
        yield from (Setting("policy", key, value, file) for key, value in config.policy.said())


# TOML


def as_toml(effective: Effective) -> str:
    """Return the configuration in the words of the file, each value with its origin behind it."""
    name = str(effective.file) if effective.file is not None else "no file"
    lines = [f"# What a scan goes by: built-in values, {_plain(name)}, the command line", ""]
    for section, settings in groupby(effective.settings, key=lambda each: each.section):
        lines += [f"[{section}]", *(_toml_line(each) for each in settings), ""]
    for each in effective.waivers:
        lines += [*_waiver_lines(each), ""]
    return "\n".join(lines)


def _toml_line(setting: Setting) -> str:
    origin = f"# {_plain(setting.origin)}"
    if setting.value is None:
        return f"# {setting.key} is not set"
    return f"{_key(setting.key)} = {_toml(setting.value)}  {origin}"


def _waiver_lines(waiver: Waiver) -> Iterator[str]:
    yield "[[waiver]]"
    for key, value in (("rule", waiver.rule), ("subject", waiver.subject), ("reason", waiver.reason)):
        yield f"{key} = {_toml(value)}"
    yield f"expires = {waiver.expires}"


def _toml(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _quoted(value)
        case tuple():
            return f"[{', '.join(map(_quoted, value))}]"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, and DEL needs one too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    return text if text.replace("-", "").replace("_", "").isalnum() and text.isascii() else _quoted(text)


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


# JSON


def as_json(effective: Effective) -> str:
    """Return {file, scan, roles, agents, private_link, severity, waiver}; each key of a section holds {value, from}."""
    shown: dict[str, Any] = {"file": str(effective.file) if effective.file is not None else None}
    shown |= {section: {} for section in ("scan", "roles", "agents", "private_link", "severity")}
    shown |= {"policy": {}} if any(each.section == "policy" for each in effective.settings) else {}
    for each in effective.settings:
        shown[each.section][each.key] = {"value": each.value, "from": each.origin}
    shown["waiver"] = [_waiver(each) for each in effective.waivers]
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {
        "rule": waiver.rule,
        "subject": waiver.subject,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
    }


def in_order(config: Config, today: date) -> str:
    """Return one line: that the file is in order, and what it holds; waivers that have expired are told of."""
    expired = expired_in(config.waivers, today)
    late = f" ({expired} expired)" if expired else ""
    return f"{config.file}: in order, waivers: {len(config.waivers)}{late}, severities: {len(config.severities)}\n"


def expired_in(waivers: Iterable[Waiver], today: date) -> int:
    """Count the waivers that no longer hold."""
    return sum(each.expires < today for each in waivers)
