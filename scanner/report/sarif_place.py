"""Where a SARIF result is: a live resource gets the path of a file that could hold it, the same in every run."""

from __future__ import annotations

import hashlib
from typing import Any, TypeAlias
from urllib.parse import quote

from scanner.model.arm import ArmId
from scanner.model.place import Place
from scanner.system.plain import plain

Sarif: TypeAlias = dict[str, Any]
"""A SARIF object, ready to be written as JSON."""

_LONGEST_SEGMENT = 100
_LONGEST_TEXT = 4000
_REGION = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
"""Line 1, with the four numbers that GitHub requires.

docs.github.com, "SARIF support for code scanning", physicalLocation, read 2026-11-23.
"""


def place(arm_id: ArmId | None, at: Place | None = None) -> Sarif:
    """Return the location of a resource; without one, of the scan as a whole. `at` is where it stands in code."""
    uri, region = (uri_of(arm_id), _REGION) if at is None else (file_uri(at.file), _region(at))
    physical = {"artifactLocation": {"uri": uri}, "region": region}
    return {"physicalLocation": physical, "logicalLocations": [_logical(arm_id)]}


def _region(at: Place) -> Sarif:
    return {"startLine": at.line, "startColumn": at.column, "endLine": at.line, "endColumn": at.column}


def file_uri(file: str) -> str:
    """Return a file as a URI: relative, as it is named below the working folder, or absolute outside of it."""
    quoted = quote(file, safe="/", errors="backslashreplace")
    if file.startswith("/"):
        return f"file://{quoted}"
    return f"file:///{quoted}" if file[1:2] == ":" else quoted


def uri_of(arm_id: ArmId | None) -> str:
    """Return `azure/<subscription>/<resource group>/<type>/<name>.json` in lower case, a relative URI that stays below.

    What a URI does not take is percent-encoded; an empty part becomes `_`, and one of dots alone gets one before it.
    """
    if arm_id is None:
        return "azure/scope.json"
    lower = ArmId(arm_id.key)
    parts = [lower.subscription, lower.resource_group, *lower.type.split("/"), *lower.names]
    return "/".join(["azure", *(segment(each) for each in parts)]) + ".json"


def segment(text: str) -> str:
    """Return one step of a path: a long one keeps its beginning and gets a digest of the whole."""
    if len(text) > _LONGEST_SEGMENT:
        digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        text = f"{text[:_LONGEST_SEGMENT]}-{digest}"
    safe = quote(text, safe="", errors="backslashreplace")
    return safe if safe.strip(".") else f"_{safe}"


def _logical(arm_id: ArmId | None) -> Sarif:
    if arm_id is None:
        return {"name": "scope", "fullyQualifiedName": "what was scanned", "kind": "scope"}
    return {"name": plain(arm_id.name), "fullyQualifiedName": plain(str(arm_id)), "kind": "resource"}


def message(text: str) -> Sarif:
    """Return a message. Its text is harmless already; what would read as a Markdown link gets its bracket escaped.

    SARIF 2.1.0 (OASIS, errata 01), section 3.11.6.
    """
    return {"text": cut(text.replace("](", r"]\("), _LONGEST_TEXT)}


def cut(text: str, longest: int) -> str:
    """Shorten a text to so many characters, with an ellipsis as the last."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
