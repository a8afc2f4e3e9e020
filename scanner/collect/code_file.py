"""Files of code that programs printed: read in the encodings that shells write, and told what they are instead."""

from __future__ import annotations

from json import detect_encoding
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import CodeError
from scanner.system.reading import read_bounded

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_FEW = 1 << 16
"""Bytes that are looked at to tell what a file is that is not what it was taken for."""


def read_code(path: Path, most: int) -> bytes:
    """Return a file's text as UTF-8 without a byte order mark: PowerShell's > writes one, and UTF-16 as well.

    Raises CodeError for what cannot be read, has more than `most` bytes, is empty or packed.
    """
    try:
        found = read_bounded(path, most)
    except OSError as error:
        raise CodeError(f"{path} cannot be read: {error.strerror or error}") from error
    if found.startswith(_GZIP):
        raise CodeError(f"{path} is packed by gzip; unpack it first")
    if found.startswith(_ZIP):
        raise CodeError(f"{path} is a plan as Terraform keeps it; print it: `terraform show -json FILE > plan.json`")
    encoding = detect_encoding(found)
    text = found if encoding == "utf-8" else found.decode(encoding, "replace").encode("utf-8", "replace")
    if not text.strip():
        raise CodeError(f"{path} is empty")
    return text


def kind_of(text: bytes, *, terraform: bool = True) -> str:
    """Say what a text is that is not what it was named as, and how to name it; "" if nothing is known of it.

    Without `terraform` it was named as a plan or state, and that it is one is no news.
    """
    head = text[:_FEW].lstrip()
    if head.startswith(b'{"@level"'):
        return "the log of `terraform plan -json`; a plan is printed by `terraform show -json FILE`"
    if not head.startswith((b"{", b"[", b'"')) and b"\0" in head:
        return "neither text nor JSON"
    try:
        return kind_of_value(msgspec.json.decode(text), terraform=terraform)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def named(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return what a value is in JSON that is no object, as in "a list and not an object"."""
    kinds = ((list, "a list"), (str, "a text"), (bool, "true or false"), (type(None), "null"))
    return f"{next((name for kind, name in kinds if isinstance(value, kind)), 'a number')} and not an object"


def kind_of_value(value: Any, *, terraform: bool = True) -> str:  # noqa: ANN401 - JSON
    """Say what JSON is that is not what it was named as, as `kind_of` does."""
    if not isinstance(value, dict):
        return f"JSON, but {named(value)}"
    schema = str(value.get("$schema", "")).lower()
    if "deploymenttemplate" in schema:
        return "an ARM template; name it with --template"
    if "deploymentparameters" in schema:
        return "a file of parameters; name it with --parameters, and its template with --template"
    return _terraform(value) if terraform else ""


def _terraform(value: dict[str, Any]) -> str:
    if "planned_values" in value or "resource_changes" in value:
        return "a Terraform plan; name it with --plan"
    if "format_version" in value or "terraform_version" in value:
        return "Terraform state; name it with --state"
    return ""
