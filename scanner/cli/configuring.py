"""`mlsec-scan config`: show what a scan would go by, or check files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.cli.frameworks import frameworks_asked_for
from scanner.cli.options import Options, effective, origin_of, settled
from scanner.cli.rule_choice import rules_asked_for
from scanner.cli.wiring import today
from scanner.config.defaults import KEYS
from scanner.config.file import DEFAULT, Config, find_config, read_config
from scanner.config.show import Effective, Setting, Value, as_json, as_toml, in_order, of_file
from scanner.errors import UsageError
from scanner.history.address import masked
from scanner.system.streams import to_stdout


def show_config(options: Options, file: Path | None, kind: str) -> None:
    """Print the effective configuration as "toml" or "json". Raises UsageError for a file that is not in order."""
    config = find_config(file or options.config, ignored=options.no_config)
    _require_usable(config, options)
    writers = {"toml": as_toml, "json": as_json}
    to_stdout(writers[kind](_effective(options, config)), exact=kind == "json")


def check_configs(options: Options, files: tuple[Path, ...]) -> None:
    """Print a line for each file that is in order. Raises UsageError for the first that is not."""
    for file in files or (options.config or DEFAULT,):
        config = read_config(file)
        _require_usable(config, options)
        to_stdout(in_order(config, today()))


def require_one(files: tuple[Path, ...]) -> Path | None:
    """Return the one file that was named, if any. Raises UsageError for more."""
    if len(files) > 1:
        raise UsageError("name one file to show; --check takes several")
    return files[0] if files else None


def _require_usable(config: Config, options: Options) -> None:
    """Raise UsageError for what a scan with this file would refuse.

    These are rules, controls, frameworks and subscriptions that are none.
    """
    options = settled(options, config)
    frameworks_asked_for(options, rules_asked_for(options, config).every)


def _effective(options: Options, config: Config) -> Effective:
    return Effective(config.file, (*_options(options, config), *of_file(config)), config.waivers)


def _options(options: Options, config: Config) -> Iterator[Setting]:
    merged = effective(options, config)
    for key in KEYS:
        value = getattr(merged, key)
        shown = masked(value) if key == "history" and value is not None else value
        yield Setting("scan", key, _value(shown), origin_of(key, options, config))


def _value(value: Value | Path | tuple[Path, ...]) -> Value:
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return str(value) if isinstance(value, Path) else None if value == "" else value
