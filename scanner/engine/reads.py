"""Which resource types each of our own rules reads: recorded over every estate and case, and kept beside the rules.

A rule of a user's pack is in no such file: what it reads is not known before it runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from scanner.engine.pack import built_in_pack

NAME = "reads.json"


def reads_of_rules() -> Mapping[str, tuple[str, ...]]:
    """Return the types by rule id, sorted, each as it is listed: of a subnet, the virtual network."""
    content: dict[str, list[str]] = json.loads((built_in_pack() / NAME).read_text("utf-8"))
    return {rule: tuple(types) for rule, types in content.items()}


def as_file(reads: Mapping[str, list[str]]) -> str:
    """Return the file, one rule a line."""
    lines = (f"  {json.dumps(rule)}: {json.dumps(types)}" for rule, types in sorted(reads.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"
