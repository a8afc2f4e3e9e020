"""The configuration: mlsec.toml, and what it and the command line come to together."""

from scanner.config.file import DEFAULT, Config, find_config, read_config

__all__ = ["DEFAULT", "Config", "find_config", "read_config"]
