"""mlsec.toml: what the user knows about the estate.

[roles]
aml_vnets = ["vnet-ml"]                     # names or ids; they override detection
access_vnets = ["vnet-bastion"]

[agents]
allowed_ip_ranges = ["203.0.113.0/24"]      # public ranges from which access is accepted
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from scanner.errors import UsageError, one_line
from scanner.model.fields import Network
from scanner.names import require_known

_KEYS = {"roles": ("aml_vnets", "access_vnets"), "agents": ("allowed_ip_ranges",)}


@dataclass(frozen=True, slots=True)
class Config:
    """The contents of mlsec.toml."""

    aml_vnets: tuple[str, ...] = ()
    access_vnets: tuple[str, ...] = ()
    allowed_ip_ranges: tuple[Network, ...] = ()


def read_config(path: Path) -> Config:
    """Read mlsec.toml. Raises UsageError for a file that is missing, no TOML, or says what nobody understands."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {one_line(error)}") from error
    require_known(f"section in {path} called", content, _KEYS, f"sections are {', '.join(_KEYS)}")
    return Config(
        _texts(content, "roles", "aml_vnets", path),
        _texts(content, "roles", "access_vnets", path),
        tuple(_range(each, path) for each in _texts(content, "agents", "allowed_ip_ranges", path)),
    )


def _texts(content: dict[str, Any], section: str, key: str, path: Path) -> tuple[str, ...]:
    table = content.get(section, {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [{section}] is not a table")
    require_known(
        f"key in [{section}] of {path} called", table, _KEYS[section], f"keys are {', '.join(_KEYS[section])}"
    )
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise UsageError(f"{path}: {section}.{key} is not a list of texts")
    return tuple(values)


def _range(text: str, path: Path) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageError(f"{path}: agents.allowed_ip_ranges: {one_line(error)}") from error
