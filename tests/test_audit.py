"""The audit of dependencies: a vulnerability fails it, and what was not looked up is never called safe."""

from __future__ import annotations

import json

import pytest

from tests.audit import finding_in

SAFE = {"name": "click", "version": "8.5.1", "vulns": []}
SKIPPED = {"name": "rich", "skip_reason": "Dependency not found on PyPI and could not be audited: rich (15.0.0)"}
BAD = {
    "name": "jinja2",
    "version": "2.4.1",
    "vulns": [
        {"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"], "description": "x", "aliases": ["CVE-2019-10906"]},
        {"id": "PYSEC-2099-1", "fix_versions": []},
    ],
}


def answer(*dependencies: object) -> bytes:
    """Return what pip-audit writes."""
    return json.dumps({"dependencies": dependencies, "fixes": []}).encode()


def test_a_vulnerability_fails() -> None:
    finding = finding_in(answer(SAFE, SKIPPED, BAD))

    assert finding.vulnerable
    assert finding.says.splitlines() == [
        "known vulnerabilities:",
        "  jinja2 2.4.1: PYSEC-2019-217, fixed in 2.10.1",
        "  jinja2 2.4.1: PYSEC-2099-1, not fixed yet",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (answer(SAFE), "1 dependencies have no known vulnerability"),
        (answer(SAFE, SKIPPED), "1 dependencies have no known vulnerability; 1 NOT AUDITED"),
        (answer(SKIPPED), "NOT AUDITED: the package index has no advisories for any of the 1 dependencies"),
        (answer(), "NOT AUDITED: the package index has no advisories for any of the 0 dependencies"),
        (b"", "NOT AUDITED: the advisory database could not be reached"),
        (b"\xedTraceback", "NOT AUDITED: the advisory database could not be reached"),
        (b'{"detail": 1}', "NOT AUDITED: the advisory database could not be reached"),
    ],
)
def test_what_was_not_looked_up_is_said(given: bytes, says: str) -> None:
    finding = finding_in(given)

    assert (finding.says, finding.vulnerable) == (says, False)
