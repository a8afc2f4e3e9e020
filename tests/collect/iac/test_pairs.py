"""A plan is judged as the estate that it deploys: what it passes or fails, that estate passes or fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.redaction.redact import redact
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.graph import Graph
from tests.cases import FIXTURES, KEYS, Resource, changed
from tests.collect.iac.plan_json import plan_between
from tests.collect.iac.support import collected, graph_in, plan_of, raw_estate, raw_state_of, state_of
from tests.collect.iac.written import Writer
from tests.verdicts import Judged, by_subject

LAYOUTS = (
    "reference",
    "single-vnet",
    "gateway-transit",
    "hub-spoke-firewall-dns",
    "hub-spoke-private-resolver",
    "landing-zone",
    "virtual-wan",
    "managed-network",
    "article",
)

UNKNOWN = {
    # azurerm always says whether nodes get public addresses, and the estates' managed networks leave it open.
    "managed-network": {"compute-no-public-ip"}
    # Terraform does not provision a hub's network; its first compute does.
    | {"managed-network-outbound-rules-active", "managed-network-provisioned", "datastore-private-endpoint"},
    "article": set(),
}
USUALLY_UNKNOWN = {"compute-no-public-ip"}
"""What no plan tells, of each layout."""

NOT_IN_CODE = {
    "endpoint-in-an-unread-subscription": "a connection that somebody else made",
    "extension-with-token": "the fixture holds the settings without the token",
    "foreign-endpoint-connection": "a connection that somebody else made",
    "lake-record-missing": "a zone group writes the record",
    "outbound-rule-inactive": "Azure made the rule",
    "record-missing": "a zone group writes the record",
    "record-stale": "a zone group writes the record",
    "registry-replica-without-a-name": "an endpoint that is older than the replica",
    "token-in-extension-settings": "the fixture holds the settings without the token",
    "vault-endpoint-pending": "who owns the vault did not approve it",
    "workspace-endpoint-rejected": "who owns the workspace did not approve it",
}
"""Damages that are made after code was applied, with the reason why no plan shows them."""

DOUBTED = {
    "firewall-forwards-ssh": "which public address Azure gives the firewall is not in the code",
    "managed-network-not-provisioned": "the first compute may provision it",
    "reader-on-file-endpoint-removed": "Azure grants the workspace roles of its own",
    "workspace-role-removed": "Azure grants the workspace roles of its own",
    "security-admin-rule-denies-endpoints": "what a network manager brings shows once it is deployed",
    "security-admin-rule-opens-management": "what a network manager brings shows once it is deployed",
    "zone-deleted": "whether the zone that the code names is there is not in the code",
}
"""Damages of which a plan cannot tell, with the reason."""

DAMAGES = sorted(path for path in (FIXTURES / "damages").glob("*.json") if path.stem not in NOT_IN_CODE)
DECIDED = {Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE}


def _pair(rows: list[Resource], pack: dict[str, Rule[Subject]], folder: Path) -> tuple[Judged, Judged]:
    """Return the verdicts on a plan and on the estate that it deploys."""
    planned = graph_in(collected(folder, plan_of(rows)))
    deployed = Graph([redact(each) for each in rows])
    return by_subject(evaluate(pack.values(), planned)), by_subject(evaluate(pack.values(), deployed))


@pytest.mark.parametrize("write", [state_of, raw_state_of])
@pytest.mark.parametrize("name", ["reference", "landing-zone", "article"])
def test_state_of_an_estate_decides_nothing_otherwise(
    name: str,
    write: Callable[[list[Resource]], dict[str, Any]],
    pack: dict[str, Rule[Subject]],
    tmp_path: Path,
) -> None:
    rows = raw_estate(name)
    held = graph_in(collected(tmp_path, write(rows), kind="states"))
    judged = by_subject(evaluate(pack.values(), held))
    deployed = by_subject(evaluate(pack.values(), Graph([redact(each) for each in rows])))
    decided = [key for key, verdict in judged.items() if verdict in DECIDED]

    assert list(_wrong(judged, deployed)) == []
    assert len(decided) / len(judged) > 0.6


def test_plan_that_changes_nothing_decides_nothing_otherwise(pack: dict[str, Rule[Subject]], tmp_path: Path) -> None:
    rows = raw_estate("reference")
    blocks = Writer(rows).declared()
    judged = by_subject(evaluate(pack.values(), graph_in(collected(tmp_path, plan_between(blocks, blocks)))))
    deployed = by_subject(evaluate(pack.values(), Graph([redact(each) for each in rows])))

    assert list(_wrong(judged, deployed)) == []


def _wrong(planned: Judged, deployed: Judged) -> Iterator[str]:
    """Yield what a plan decides otherwise than the estate, and what fails there and is not seen in the plan."""
    for key, verdict in planned.items():
        if verdict in DECIDED and deployed.get(key) is not verdict:
            yield f"{key}: {verdict} in the plan, {deployed.get(key)} once it is deployed"
    for key in deployed.keys() - planned.keys():
        if deployed[key] is Verdict.FAIL:
            yield f"{key}: fails once it is deployed and is not in the plan"


@pytest.mark.parametrize("name", LAYOUTS)
def test_plan_of_a_layout_comes_to_what_the_layout_does(
    name: str, pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    planned, deployed = _pair(raw_estate(name), pack, tmp_path)
    unknown = {rule for (rule, _), verdict in planned.items() if verdict is Verdict.UNKNOWN}

    assert list(_wrong(planned, deployed)) == []
    assert unknown == UNKNOWN.get(name, USUALLY_UNKNOWN)


@pytest.mark.parametrize("path", DAMAGES, ids=lambda path: path.stem)
def test_plan_with_a_damage_comes_to_what_the_damaged_estate_does(
    path: Path, pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    damage = json.loads(path.read_text())
    rows = changed(raw_estate(damage.get("base", "reference")), {key: damage[key] for key in KEYS & damage.keys()})
    planned, deployed = _pair(rows, pack, tmp_path)
    failing = [key for key, verdict in deployed.items() if verdict is Verdict.FAIL]

    assert list(_wrong(planned, deployed)) == []
    assert {planned[key] for key in failing} == ({Verdict.UNKNOWN} if path.stem in DOUBTED else {Verdict.FAIL})
