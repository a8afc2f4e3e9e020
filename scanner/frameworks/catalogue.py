"""The list of the frameworks that come with the scanner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scanner.frameworks.shipped import EVERY, Entry, Mapped, RuleFile, entries, rule_files
from scanner.system.counting import counted


def as_list() -> str:
    """Return the frameworks, a line each: id, title, version, controls and rules, shorter names."""
    widest = max(len(each.id) for each in entries())
    return "".join(f"{each.id:<{widest}}  {_says(each)}\n" for each in entries())


def as_json() -> str:
    """Return the frameworks as a JSON array, with every mapping and its reason, and the rules without one."""
    return json.dumps([_object(each) for each in entries()], indent=2, ensure_ascii=False) + "\n"


def _says(entry: Entry) -> str:
    rules = {each["rule"] for each in _mappings(entry)}
    also = f"; also {', '.join(entry.aliases)}" if entry.aliases else ""
    return (
        f"{entry.title} {entry.version}: {counted(len(rules), 'rule')} on {len(entry.controls)} of its controls{also}"
    )


def _object(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "aliases": list(entry.aliases),
        "title": entry.title,
        "version": entry.version,
        "publisher": entry.publisher,
        "source": entry.source,
        "controls": [{"id": each.id, "title": each.title or None} for each in entry.controls],
        "mappings": [*_mappings(entry)],
        "unmapped": [*_unmapped(entry)],
    }


def _mappings(entry: Entry) -> Iterator[dict[str, Any]]:
    for rule, file in rule_files().items():
        for each in file.mappings:
            if each.framework == entry.id:
                yield _mapping(rule, each, file)


def _mapping(rule: str, mapped: Mapped, file: RuleFile) -> dict[str, Any]:
    return {
        "rule": rule,
        "controls": list(mapped.controls),
        "fit": mapped.fit.value,
        "basis": mapped.basis.value,
        "why": mapped.why,
        "profile": mapped.profile or None,
        "policies": [
            {"id": each.id, "name": each.name, "relation": each.relation, "why": each.why}
            for each in file.policies
            if each.id in mapped.policies
        ],
        "corroborated": list(mapped.corroborated),
    }


def _unmapped(entry: Entry) -> Iterator[dict[str, str]]:
    for rule, file in rule_files().items():
        for each in file.unmapped:
            if {entry.id, EVERY} & {*each.frameworks}:
                yield {"rule": rule, "why": each.why}
