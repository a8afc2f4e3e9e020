"""What SARIF says of a rule: its page, and how much its failures matter."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.engine import Rule, Severity, Subject
from scanner.engine.pages import Page, read_page
from scanner.report.markdown_text import fenced
from scanner.report.sarif_place import Sarif, cut
from scanner.report.sarif_taxonomy import NONE, Taxonomies

_LONGEST_NAME = 255
_LONGEST_DESCRIPTION = 1024
"""In characters: docs.github.com, "SARIF support for code scanning", reportingDescriptor, read 2026-11-23."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub: over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low; without a score no security severity, which
info means. Same page, `security-severity`.
"""


def rule_descriptor(rule: Rule[Subject], taxonomies: Taxonomies = NONE) -> Sarif:
    """Return the reportingDescriptor of a rule, with the controls that it is about."""
    page = read_page(rule)
    return {
        "id": rule.id,
        "name": cut(rule.id.title().replace("-", ""), _LONGEST_NAME),
        "shortDescription": {"text": cut(page.title, _LONGEST_DESCRIPTION)},
        "fullDescription": {"text": cut(page.why or page.title, _LONGEST_DESCRIPTION)},
        **({"helpUri": page.links[0]} if page.links else {}),
        "help": {"text": rule.page.strip() or page.title, "markdown": page_as_markdown(page)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        **taxonomies.of_rule(rule),
        "properties": _properties(rule),
    }


def _properties(rule: Rule[Subject]) -> Sarif:
    score = {"security-severity": _SCORES[rule.severity]} if rule.severity in _SCORES else {}
    return {"tags": _tags(rule), "precision": "high", **score}


def _tags(rule: Rule[Subject]) -> list[str]:
    """Return the tags of a rule: 4, where GitHub takes 20 and shows 10 (same page, "Validating your SARIF file")."""
    return ["security", "azure", "machine-learning", rule.control.lower().replace(" ", "-")]


def page_as_markdown(page: Page) -> str:
    """Return a page as Markdown, with the commands and the Terraform of its fix as they were written."""
    return "\n\n".join([f"{page.title}.", *_sections(page)])


def _sections(page: Page) -> Iterator[str]:
    for each in page.sections:
        yield f"## {each.heading}\n\n{fenced(each.text) if each.heading == 'Fix' else each.text}"
