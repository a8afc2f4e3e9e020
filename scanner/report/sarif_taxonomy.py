"""Frameworks as SARIF has them: a taxonomy each, whose taxa are the controls that rules are about.

OASIS, "SARIF Version 2.1.0", run object, taxonomies; reportingDescriptor object, relationships; result object, taxa.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from scanner.engine import Rule, Subject
from scanner.frameworks.framework import Control, Framework
from scanner.report.frameworks import REMARK
from scanner.report.sarif_place import Sarif, cut
from scanner.system.plain import plain

_OURS = UUID("3d2a3b0e-5d0f-5b0c-9b4e-6e1c2f9a7d10")
"""Under which the ids of taxonomies are made of frameworks' ids: the same in every run."""

_LONGEST = 1024


class Taxonomies:
    """The taxonomies of a run, in the order that was asked for, and references into them."""

    def __init__(self, frameworks: Sequence[Framework]) -> None:
        self._frameworks = frameworks
        self._components = [{"name": plain(each.id), "index": at} for at, each in enumerate(frameworks)]
        self._taxa = {
            (framework.id, control.id): {"id": plain(control.id), "index": at, "toolComponent": component}
            for framework, component in zip(frameworks, self._components, strict=True)
            for at, control in enumerate(framework.controls)
        }

    def of_run(self) -> Sarif:
        """Return what the run says of them; nothing without any."""
        return {"taxonomies": [_taxonomy(each) for each in self._frameworks]} if self._frameworks else {}

    def of_driver(self) -> Sarif:
        """Return what the tool says of them."""
        return {"supportedTaxonomies": self._components} if self._components else {}

    def of_rule(self, rule: Rule[Subject]) -> Sarif:
        """Return how a rule stands to its controls, with fit and basis in words."""
        found = [
            {
                "target": self._taxa[each.framework, each.control],
                "kinds": ["relevant"],
                "description": {"text": f"{each.fit}, {each.basis}"},
            }
            for each in rule.mappings
        ]
        return {"relationships": found} if found else {}

    def of_result(self, rule: Rule[Subject]) -> Sarif:
        """Return the controls that a result of a rule is about."""
        found = [self._taxa[each.framework, each.control] for each in rule.mappings]
        return {"taxa": found} if found else {}


NONE = Taxonomies(())


def _taxonomy(framework: Framework) -> Sarif:
    return {
        "name": plain(framework.id),
        "guid": _guid(framework.id),
        "fullName": plain(framework.name),
        **{key: plain(said) for key, said in _said(framework).items() if said},
        "shortDescription": {"text": cut(plain(f"{framework.name}: controls that rules are about"), _LONGEST)},
        "fullDescription": {"text": cut(plain(f"{REMARK} From: {framework.source}"), _LONGEST)},
        "isComprehensive": False,
        "taxa": [_taxon(each, framework) for each in framework.controls],
    }


def _said(framework: Framework) -> dict[str, str]:
    return {"version": framework.version, "organization": framework.publisher}


def _taxon(control: Control, framework: Framework) -> Sarif:
    title = {"shortDescription": {"text": cut(plain(control.title), _LONGEST)}} if control.title else {}
    return {"id": plain(control.id), "guid": _guid(f"{framework.id}/{control.id}"), **title}


def _guid(name: str) -> str:
    return str(uuid5(_OURS, name))
