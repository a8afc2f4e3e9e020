"""axe-core in a page: what keeps somebody out who cannot see, hear or point."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.browser import Browser

_SCRIPT = Path(__file__).parents[3] / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_WANTED = "no axe-core: `make` installs it beside the tests where there is npm (rm .venv/.installed to try again)"

_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice']}).then((found) => done(found.violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.html.slice(0, 160)}`))),
  (error) => done([String(error)]));
"""


def violations(opened: Browser) -> list[str]:
    """Return what axe-core finds wrong in the page, a line each: the rule and where. Skips without axe-core."""
    if not _SCRIPT.exists():
        pytest.skip(_WANTED)
    opened.run(_SCRIPT.read_text("utf-8"))
    found: list[str] = opened.wait(_RUN)
    return found
