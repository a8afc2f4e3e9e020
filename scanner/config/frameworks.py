"""A framework of the user's own: a TOML file that says which rules its controls ask for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from scanner.config.choices import PROFILES
from scanner.config.names import require_known
from scanner.config.table import Table
from scanner.config.toml import read_toml
from scanner.engine.mapping import Basis, Fit
from scanner.errors import UsageError
from scanner.frameworks.framework import Control, Framework, Link

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LONGEST_ID = 64
_LONGEST_TITLE = 300
_FITS = {"rules": Fit.DIRECT, "partial": Fit.PARTIAL, "supporting": Fit.SUPPORTING}
_KEYS = ("id", "title", "version", "publisher", "control")
_CONTROL_KEYS = ("id", "title", "profile", *_FITS)


def read_framework(path: Path, rules: Collection[str], taken: Collection[str]) -> Framework:
    """Read one framework. `rules` are the ids of all rules, `taken` those of other frameworks.

    Raises UsageError for a file that is missing, no TOML, or says what nobody understands.
    """
    values, digest = read_toml(path, pipes=True)
    table = Table(path, "the framework", values)
    table.require_keys(_KEYS)
    framework = _id(table, _ID, "an id such as acme-net-2: small letters, digits, hyphens and dots")
    if framework in taken:
        raise UsageError(f"{path}: there is another framework called {framework!r}; choose another id")
    controls = [*_controls(table)]
    return Framework(
        framework,
        _short(table, "title") or framework,
        _short(table, "version"),
        _short(table, "publisher"),
        f"{path}, SHA-256 {digest}",
        tuple(Control(name, _short(each, "title")) for name, each in controls),
        tuple(link for name, each in controls for link in _links(name, each, rules)),
    )


def _id(table: Table, pattern: re.Pattern[str], expected: str) -> str:
    text = table.text("id")
    if text is None:
        raise table.missing("id", expected)
    if len(text) > _LONGEST_ID or not pattern.fullmatch(text):
        raise table.wrong("id", expected)
    return text


def _short(table: Table, key: str) -> str:
    text = table.text(key) or ""
    if len(text) > _LONGEST_TITLE or not text.isprintable():
        raise table.wrong(key, f"a text of one line and at most {_LONGEST_TITLE} characters")
    return text


_CONTROL_ID = re.compile(r"[^\s\W](?:[\w .:/()&+-]*[\w)])?", re.ASCII)


def _controls(table: Table) -> Iterator[tuple[str, Table]]:
    """Yield each control by its id. Raises UsageError for what is no list of controls, or none or two of one id."""
    found = table.values.get("control")
    if found is None:
        raise table.missing("control", "tables, each under [[control]]")
    if not isinstance(found, list) or not found or not all(isinstance(each, dict) for each in found):
        raise table.wrong("control", "tables, each under [[control]]")
    seen = set[str]()
    for number, each in enumerate(found, 1):
        control = Table(table.file, f"[[control]] {number}", each)
        control.require_keys(_CONTROL_KEYS)
        name = _id(control, _CONTROL_ID, "an id of letters, digits, spaces and .:/()&+-")
        if name in seen:
            raise control.wrong("id", "one that no other control has")
        seen.add(name)
        yield name, control


def _links(name: str, control: Table, rules: Collection[str]) -> Iterator[Link]:
    """Yield the rules of a control; each can be said once. A control without any is not assessed."""
    profile, said = control.choice("profile", PROFILES) or "", set[str]()
    for key, fit in _FITS.items():
        ids = [each.lower() for each in control.texts(key) or ()]
        what = f"rule in {control.name} {key} of {control.file} called"
        require_known(what, ids, rules, "`mlsec-scan rules` lists them")
        for each in ids:
            if each in said:
                raise control.wrong(key, f"{each} once in a control")
            said.add(each)
            yield Link(each, name, fit, Basis.OWN, profile)
