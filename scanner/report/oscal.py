"""OSCAL assessment results 1.1.3, for those who assess by NIST SP 800-53 or FedRAMP.

An observation for each result, and a finding only where a rule that decides a control failed. What is unknown is an
observation without a finding. No finding says "satisfied": that no rule failed is less than that a control is met.
pages.nist.gov/OSCAL/resources/concepts/layer/assessment/assessment-results, read 2026-11-29.
"""

from __future__ import annotations

from base64 import b64encode

from scanner.frameworks.framework import Framework
from scanner.frameworks.shipped import shipped
from scanner.report.json_text import json_text, utc
from scanner.report.oscal_names import Oscal, uuid_of, words
from scanner.report.oscal_result import result_object
from scanner.report.sarif import category_of
from scanner.scan.outcome import Scan

VERSION = "1.1.3"
_OF_800_53 = ("nist-800-53-r5", "fedramp-moderate", "fedramp-high")
"""Frameworks whose controls have the ids of NIST's catalogue."""


def as_oscal(scan: Scan) -> str:
    """Return one document, with a result for each framework of SP 800-53 ids; for SP 800-53 itself without any."""
    scope = category_of(scan)
    run = (scope, utc(scan.header.finished))
    plan = uuid_of("plan", scope)
    document = {
        "uuid": uuid_of("document", *run),
        "metadata": _metadata(scan),
        "import-ap": {"href": f"#{plan}"},
        "results": [result_object(each, scan, scope) for each in _frameworks(scan)],
        "back-matter": {"resources": [_plan(plan)]},
    }
    return json_text({"assessment-results": document})


def _frameworks(scan: Scan) -> list[Framework]:
    found = [each for each in scan.frameworks if each.id in _OF_800_53]
    return found or [each.under(scan.header.profile) for each in shipped(_OF_800_53[:1])]


def _metadata(scan: Scan) -> Oscal:
    finished = utc(scan.header.finished)
    scanned = ", ".join(scan.header.subscriptions) or "no subscription"
    return {
        "title": words(f"mlsec-scan of {scanned}"),
        "last-modified": finished,
        "version": finished,
        "oscal-version": VERSION,
    }


_NO_PLAN = "The scan was run without an assessment plan in OSCAL; `mlsec-scan rules` lists its rules."


def _plan(uuid: str) -> Oscal:
    """Return what stands for an assessment plan: an import must lead somewhere, and a scan has no plan of its own."""
    content = {"filename": "plan.txt", "media-type": "text/plain", "value": b64encode(_NO_PLAN.encode()).decode()}
    return {"uuid": uuid, "title": "No assessment plan", "description": _NO_PLAN, "base64": content}
