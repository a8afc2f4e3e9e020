"""The frameworks that come with the scanner, read from `data/` when one is asked for.

Ids and mappings were collected in November 2026 from the sources that each framework names, by commit. Titles are
carried where the publisher allows for it (NIST, FedRAMP: public domain; Microsoft: CC BY 4.0), and ids alone elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from scanner.engine.mapping import Basis, Fit
from scanner.frameworks.framework import Control, Framework, Link

EVERY = "*"
DATA = Path(__file__).parent / "data"


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Controls of one framework that a rule is about, and why. `policies` are ids of built-in definitions.

    `corroborated` names crosswalks that say the same; `profile` is the only one under which it holds.
    """

    framework: str
    controls: tuple[str, ...]
    fit: Fit
    basis: Basis
    why: str
    policies: tuple[str, ...] = ()
    corroborated: tuple[str, ...] = ()
    profile: str = ""


class Unmapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Frameworks that ask for nothing a rule judges, and why; "*" is every one."""

    frameworks: tuple[str, ...]
    why: str


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A built-in Azure Policy definition, and how it differs from the rule: same, looser, stricter or other-subject."""

    id: str
    name: str
    version: str
    relation: str
    why: str


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/rules/<rule id>.json`."""

    mappings: tuple[Mapped, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    policies: tuple[Policy, ...] = ()


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A control in `data/frameworks.json`."""

    id: str
    title: str = ""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework in `data/frameworks.json`. `aliases` are shorter names that mean it."""

    id: str
    aliases: tuple[str, ...]
    title: str
    version: str
    publisher: str
    source: str
    controls: tuple[Named, ...]


@cache
def entries() -> tuple[Entry, ...]:
    """Return what there is, in the order of the file."""
    return msgspec.json.decode((DATA / "frameworks.json").read_bytes(), type=tuple[Entry, ...])


@cache
def rule_files() -> dict[str, RuleFile]:
    """Return what is known of each rule, by its id."""
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=RuleFile)
        for path in sorted((DATA / "rules").glob("*.json"))
    }


def names() -> dict[str, str]:
    """Return every name that `--framework` takes, with the id that it means."""
    return {name: each.id for each in entries() for name in (each.id, *each.aliases)}


def shipped(ids: Iterable[str]) -> tuple[Framework, ...]:
    """Return frameworks by id, each once; the ids are known to be right."""
    known = {each.id: each for each in entries()}
    return tuple(_framework(known[each]) for each in dict.fromkeys(ids))


def _framework(entry: Entry) -> Framework:
    links = (
        Link(rule, control, each.fit, each.basis, each.profile)
        for rule, file in rule_files().items()
        for each in file.mappings
        if each.framework == entry.id
        for control in each.controls
    )
    order = {each.id: at for at, each in enumerate(entry.controls)}
    return Framework(
        entry.id,
        entry.title,
        entry.version,
        entry.publisher,
        entry.source,
        tuple(Control(each.id, each.title) for each in entry.controls),
        tuple(sorted(links, key=lambda link: (link.rule, order[link.control]))),
    )
