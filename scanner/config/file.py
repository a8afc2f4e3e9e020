"""mlsec.toml: what the user knows about the estate, and how a scan is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from scanner.config.defaults import Defaults, read_defaults
from scanner.config.names import require_known
from scanner.config.policy import Policy, read_policy
from scanner.config.table import Table
from scanner.config.toml import read_toml
from scanner.engine import Severity
from scanner.engine.severity import SeverityOverride
from scanner.engine.waivers import Waiver
from scanner.errors import UsageError, one_line
from scanner.model.fields import Network

DEFAULT = Path("mlsec.toml")

_NOTHING = Defaults()
_SECTIONS = ("scan", "roles", "agents", "private_link", "waiver", "severity", "policy")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WAIVER_KEYS = ("rule", "subject", "reason", "expires")


@dataclass(frozen=True, slots=True)
class Config:
    """The contents of mlsec.toml; `file` is None where there is none. `sha256` is of its bytes as read, in hex."""

    file: Path | None = None
    defaults: Defaults = _NOTHING
    aml_vnets: tuple[str, ...] | None = None
    access_vnets: tuple[str, ...] | None = None
    allowed_ip_ranges: tuple[Network, ...] | None = None
    trusted_subscriptions: tuple[str, ...] | None = None
    waivers: tuple[Waiver, ...] = ()
    severities: tuple[SeverityOverride, ...] = ()
    policy: Policy | None = None
    sha256: str = field(default="", compare=False)


def find_config(path: Path | None, *, ignored: bool = False) -> Config:
    """Read the file that was named, else ./mlsec.toml if there is one and it is not `ignored`. Raises UsageError."""
    if path is not None and ignored:
        raise UsageError("--no-config ignores what --config names; leave one of them out")
    if path is not None:
        return read_config(path)
    return read_config(DEFAULT) if not ignored and (DEFAULT.exists() or DEFAULT.is_symlink()) else Config()


def read_config(path: Path) -> Config:
    """Read mlsec.toml. Raises UsageError for a file that is missing, no TOML, or says what nobody understands.

    One that is named may be a pipe; the one that is just found in a folder may not.
    """
    return config_of(path, *read_toml(path, pipes=path != DEFAULT))


def config_of(path: Path, values: dict[str, object], digest: str) -> Config:
    """Check what a file holds; `digest` is of its bytes. Raises UsageError for what nobody understands."""
    content = Table(path, "the file", values)
    where = f"sections are {', '.join(_SECTIONS)}"
    require_known(f"section in {path} called", content.values, _SECTIONS, where, exact=True)
    roles, agents = _section(content, "roles"), _section(content, "agents")
    roles.require_keys(("aml_vnets", "access_vnets"))
    agents.require_keys(("allowed_ip_ranges",))
    private_link = _section(content, "private_link")
    private_link.require_keys(("trusted_subscriptions",))
    return Config(
        path,
        read_defaults(_section(content, "scan")),
        roles.texts("aml_vnets"),
        roles.texts("access_vnets"),
        _ranges(agents),
        _trusted(private_link),
        tuple(_waiver(each) for each in _waiver_tables(content)),
        _severities(_section(content, "severity")),
        read_policy(_section(content, "policy"), digest) if "policy" in content.values else None,
        digest,
    )


def policy_in(path: Path) -> Policy:
    """Read a file that holds a [policy] and nothing else. Raises UsageError."""
    values, digest = read_toml(path, pipes=True)
    content = Table(path, "the file", values)
    what = f"section of a policy in {path} called"
    require_known(what, content.values, ("policy",), "its section is [policy]", exact=True)
    if "policy" not in content.values:
        raise UsageError(f"{path} holds no [policy]")
    return read_policy(_section(content, "policy"), digest)


def _section(content: Table, name: str) -> Table:
    value = content.values.get(name, {})
    if not isinstance(value, dict):
        raise content.wrong(name, f"a table, [{name}]")
    return Table(content.file, f"[{name}]", value)


def _ranges(agents: Table) -> tuple[Network, ...] | None:
    texts = agents.texts("allowed_ip_ranges")
    return tuple(_range(each, agents) for each in texts) if texts is not None else None


def _range(text: str, agents: Table) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"{agents.file}: {agents.name} allowed_ip_ranges: expected ranges such as 203.0.113.0/24: {one_line(error)}"
        ) from error


def _trusted(private_link: Table) -> tuple[str, ...] | None:
    texts = private_link.texts("trusted_subscriptions")
    if not all(_GUID.fullmatch(each) for each in texts or ()):
        raise private_link.wrong("trusted_subscriptions", "ids of subscriptions, 00000000-0000-0000-0000-000000000000")
    return tuple(each.lower() for each in texts) if texts is not None else None


def _waiver_tables(content: Table) -> Iterator[Table]:
    value = content.values.get("waiver", [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise content.wrong("waiver", "tables, each under [[waiver]]")
    for number, each in enumerate(value, 1):
        yield Table(content.file, f"[[waiver]] {number}", each)


def waiver_of(path: Path, values: dict[str, object]) -> Waiver:
    """Check the values of a waiver as those of a file are. Raises UsageError."""
    return _waiver(Table(path, "the waiver:", values))


def _waiver(table: Table) -> Waiver:
    table.require_keys(_WAIVER_KEYS)
    expires = table.day("expires")
    if expires is None:
        raise table.missing("expires", "the last day it holds, YYYY-MM-DD")
    return Waiver(
        _required(table, "rule", "the id of a rule").lower(),
        _subject(table),
        _required(table, "reason", "why the failure is accepted"),
        expires,
    )


def _required(table: Table, key: str, expected: str) -> str:
    text = table.text(key)
    if text is None:
        raise table.missing(key, expected)
    return text.strip()


def _subject(table: Table) -> str:
    """Return an ARM id or a glob of one; a bare name would match nothing."""
    text = _required(table, "subject", "an ARM id, or a glob of one")
    if text[0] not in "/*?[":
        raise table.wrong("subject", "an ARM id, or a glob of one such as */storageAccounts/NAME")
    return text


def _severities(table: Table) -> tuple[SeverityOverride, ...]:
    words = ((rule, table.choice(rule, Severity)) for rule in table.values)
    return tuple(SeverityOverride(rule.lower(), Severity(word)) for rule, word in words if word is not None)
