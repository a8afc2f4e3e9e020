"""What OSCAL names things by: ids of controls, UUIDs, and texts that stay text."""

from __future__ import annotations

import re
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from scanner.system.plain import plain

Oscal: TypeAlias = dict[str, Any]
"""An OSCAL object, ready to be written as JSON."""

NAMESPACE = "urn:mlsec-scan:oscal"
"""Of properties that are ours."""

_OURS = UUID("5a1c6a52-1f0d-5d6e-8f25-3c7b8b0e0538")
_SYNTAX = re.compile(r"([\\`*_\[\]<>{}~^|$\"])")
_ENHANCEMENT = re.compile(r"\((\d+)\)")


def uuid_of(*parts: str) -> str:
    """Return a UUID v5 of what these parts name: the same in every run."""
    return str(uuid5(_OURS, plain("\n".join(parts), longest=10_000)))


def control_id(control: str) -> str:
    """Return how NIST's OSCAL catalogue of SP 800-53 writes a control: "SC-7(3)" is "sc-7.3"."""
    return _ENHANCEMENT.sub(r".\1", control.lower())


def statement_id(control: str) -> str:
    """Return the id of a control's top-level statement, which stands for the whole control.

    OSCAL 1.1.3, assessment-common metaschema, finding-target/type, remarks.
    """
    return f"{control_id(control)}_smt"


def words(text: str) -> str:
    """Return one line of Markdown that reads as the text itself; never empty."""
    return _SYNTAX.sub(r"\\\1", plain(text).strip()) or "-"


def prop(name: str, value: str, *, ours: bool = True) -> Oscal:
    """Return a property: `ours` is in our namespace, else NIST's own name."""
    return {"name": name, **({"ns": NAMESPACE} if ours else {}), "value": plain(value).strip() or "-"}
