"""The sample scan held against frameworks: one that comes with us in kind, and one with hostile words."""

from __future__ import annotations

from dataclasses import replace

from scanner.engine.mapping import Basis, Fit
from scanner.frameworks.framework import Control, Framework, Link, mapped
from scanner.scan.outcome import Scan
from tests.report.sample import sample

FRAMEWORK = Framework(
    "nist-800-53-r5",
    "NIST SP 800-53",
    "Rev. 5",
    "NIST",
    "somewhere@0123456",
    (
        Control("AC-4", "Information Flow Enforcement"),
        Control("CM-6", "Configuration Settings"),
        Control("SC-7", "Boundary Protection"),
        Control("SC-7(3)", "Boundary Protection | Access Points"),
        Control("SC-22", "Name Resolution"),
    ),
    (
        Link("storage-closed", "SC-7", Fit.PARTIAL, Basis.POLICY),
        Link("storage-closed", "SC-7(3)", Fit.DIRECT, Basis.POLICY),
        Link("private-path", "SC-7", Fit.DIRECT, Basis.DERIVED),
        Link("agents-private", "AC-4", Fit.DIRECT, Basis.DERIVED),
        Link("storage-closed", "CM-6", Fit.SUPPORTING, Basis.DERIVED),
        Link("left-out", "SC-22", Fit.DIRECT, Basis.DERIVED),
    ),
)
"""SC-7 and SC-7(3) fail; AC-4 is not applicable, SC-22 was not run, and nothing decides CM-6: not assessed."""

OWN = Framework(
    "acme",
    "ACME",
    "",
    "",
    "acme.toml, SHA-256 00",
    (Control("A-1"),),
    (Link("storage-closed", "A-1", Fit.DIRECT, Basis.OWN),),
)


def against(scan: Scan, *frameworks: Framework) -> Scan:
    """Return a scan that was asked for frameworks."""
    rules = {each.rule.id: each.rule for each in scan.results}
    named = {each.id: each for each in mapped(rules.values(), frameworks)}
    results = tuple(replace(each, rule=named[each.rule.id]) for each in scan.results)
    return replace(scan, results=results, frameworks=frameworks)


def mapped_sample() -> Scan:
    """Return the sample scan, held against both."""
    return against(sample(), FRAMEWORK, OWN)


def hostile_framework(words: str) -> Framework:
    """Return a framework that has some words wherever a file of the user's can have them."""
    return replace(OWN, title=words, version=words, publisher=words, source=words, controls=(Control("A-1", words),))
