"""Drift: what differs from the state of code is found, explained and told, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.collect.collected import Collected, Progress, Silent
from scanner.collect.iac.what_if_source import WhatIfSource
from scanner.collect.redaction.redact import redact
from scanner.engine.evaluate import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.evidence import Gap
from scanner.graph.settings import Settings
from scanner.report.html import as_html
from scanner.report.json_v1 import as_json
from scanner.report.markdown import as_markdown
from scanner.report.text import as_text
from scanner.report.view import DEFAULT
from scanner.scan.gate import Gate
from scanner.scan.outcome import Scan
from scanner.scan.request import ScanRequest
from scanner.scan.scanning import scan
from tests.cases import FIXTURES, KEYS, Resource, changed
from tests.collect.iac.support import plan_of, raw_estate, state_of
from tests.fuzz.support import collected

RULES = tuple(
    each
    for each in load_packs([built_in_pack()])
    if each.id
    in {
        "storage-public-access-disabled",
        "compute-nsg-inbound-from-internet-denied",
        "private-dns-zone-exists",
        "registry-admin-user",
    }
)
SCHEMA = json.loads((Path(__file__).parents[2] / "scanner" / "report" / "mlsec-scan-1.schema.json").read_text())


class _Live:
    """An estate as it was read, perhaps without something."""

    def __init__(self, rows: list[Resource], *gaps: Gap) -> None:
        self._rows, self._gaps = rows, gaps

    def collect(self, _: Progress) -> Collected:
        found = collected([dict(redact(each)) for each in self._rows])
        return replace(found, gaps=self._gaps)


@pytest.fixture(scope="module")
def state_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("state") / "state.json"
    path.write_text(json.dumps(state_of(raw_estate("reference"))))
    return path


def _scanned(live: _Live, **files: Any) -> Scan:  # noqa: ANN401 - paths
    source = WhatIfSource(live, **files)
    return scan(ScanRequest(source, RULES, Settings(), Gate(date(2026, 11, 29)), evaluate=evaluate))


def test_roles_that_nobody_asked_for_are_not_gone_and_whom_one_asked_for_is_no_difference(state_file: Path) -> None:
    kind = "Microsoft.Authorization/roleAssignments"
    rows = raw_estate("reference")
    first, *others = [each for each in rows if each["type"] == kind]
    first["properties"] |= {"assignedTo": [first["properties"]["principalId"]]}
    found = _scanned(_Live([each for each in rows if each not in others]), states=(state_file,)).drift

    assert found is not None
    assert found.resources == ()
    assert {str(each) for each in found.unread} == {each["id"] for each in others}


def _damaged(name: str) -> list[Resource]:
    content = json.loads((FIXTURES / "damages" / f"{name}.json").read_text())
    return changed(raw_estate("reference"), {key: content[key] for key in KEYS & content.keys()})


def _found(finished: Scan) -> dict[str, list[tuple[str, Any, Any]]]:
    assert finished.drift is not None
    return {
        each.id.name: [(one.path, one.one, one.other) for one in each.differences] for each in finished.drift.resources
    }


def test_estate_as_the_code_left_it_has_no_drift(state_file: Path) -> None:
    finished = _scanned(_Live(raw_estate("reference")), states=(state_file,))

    assert finished.drift is not None
    assert finished.drift.compared > 100
    assert _found(finished) == {}
    assert finished.drift.explains.changes == ()


def test_what_somebody_changed_is_told_with_the_verdicts_that_it_explains(state_file: Path) -> None:
    finished = _scanned(_Live(_damaged("storage-open")), states=(state_file,))
    assert finished.drift is not None
    (change,) = finished.drift.explains.changes
    report = json.loads(as_json(finished))
    jsonschema.validate(report, SCHEMA)
    said = "properties.publicNetworkAccess: Disabled in the state, Enabled now"

    assert _found(finished) == {
        "stmlreference": [
            ("properties.publicNetworkAccess", "Disabled", "Enabled"),
            ("properties.networkAcls.defaultAction", "Deny", "Allow"),
        ]
    }
    assert (change.kind, change.latest.rule) == ("new", "storage-public-access-disabled")
    assert said in as_text(finished)
    assert said in as_text(finished, view=replace(DEFAULT, whole=True))
    assert "### Drift" in as_markdown(finished)
    assert said in as_html(finished)
    assert 'id="drift"' in as_html(finished)
    assert report["drift"]["resources"][0]["differences"][0] == {
        "path": "properties.publicNetworkAccess",
        "code": "Disabled",
        "live": "Enabled",
    }


def test_what_is_gone_or_was_added_inside_what_the_code_manages_is_told(state_file: Path) -> None:
    rows = _damaged("zone-deleted")
    group = next(each for each in rows if each["id"].endswith("/networkSecurityGroups/nsg-compute"))
    rule = {"name": "by-hand", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow"}}
    group["properties"]["securityRules"].append(rule)
    finished = _scanned(_Live(rows), states=(state_file,))
    assert finished.drift is not None
    gone = {each.id.name for each in finished.drift.resources if each.is_missing}

    assert gone == {"privatelink.table.core.windows.net", "link-vnet-ml", "link-vnet-access"}
    assert [each[0] for each in _found(finished)["nsg-compute"]] == ["properties.securityRules[by-hand]"]
    assert "private-dns-zone-exists" in {each.latest.rule for each in finished.drift.explains.changes}


def test_what_could_not_be_read_is_not_taken_for_gone(state_file: Path) -> None:
    rows = [each for each in raw_estate("reference") if not each["id"].endswith("/registries/crmlreference")]
    subscription = "/subscriptions/" + rows[0]["id"].split("/")[2]
    gap = Gap("Microsoft.ContainerRegistry/registries", subscription, "it was refused", 403)
    finished = _scanned(_Live(rows, gap), states=(state_file,))
    assert finished.drift is not None

    assert [each.name for each in finished.drift.unread] == ["crmlreference"]
    assert _found(finished) == {}
    assert "1 could not be compared, since they were not read" in " ".join(as_text(finished).split())


def test_plan_tells_drift_by_the_state_that_it_starts_from(tmp_path: Path) -> None:
    before = state_of(raw_estate("reference"))
    plan = {**plan_of(raw_estate("reference")), "resource_changes": [], "prior_state": before}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    finished = _scanned(_Live(_damaged("storage-open")), plans=(tmp_path / "plan.json",))

    assert list(_found(finished)) == ["stmlreference"]
    assert finished.change is not None


def test_state_with_a_secret_does_not_show_it(tmp_path: Path) -> None:
    content = state_of(raw_estate("reference"))
    for each in content["values"]["root_module"]["resources"]:
        each["values"]["primary_access_key"] = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    (tmp_path / "state.json").write_text(json.dumps(content))
    finished = WhatIfSource(_Live(raw_estate("article")), states=(tmp_path / "state.json",)).collect(Silent())

    assert finished.code is not None
    assert "c2VjcmV0" not in repr(finished.code)
