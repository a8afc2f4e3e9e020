"""An approved endpoint of somebody else's is told by its own rule, and changes what no other rule says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.engine import Verdict, evaluate
from tests.cases import FIXTURES, graph_of
from tests.soundness.worlds import RULES
from tests.verdicts import Judged, by_subject

OTHERS = "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/vnet-0a1b2c3d-westeurope-31-rg"
ENDPOINT = f"{OTHERS}/providers/Microsoft.Network/privateEndpoints/factory-ml.training-data"
RULE = "foreign-private-endpoint-connections"


def refused(kind: str, scope: str) -> dict[str, Any]:
    why = "HTTP 403 AuthorizationFailed"
    return {"kind": kind, "scope": scope, "why": why, "status": 403, "permission": f"{kind}/read"}


def judged(gaps: list[dict[str, Any]]) -> Judged:
    damage = json.loads((FIXTURES / "damages" / "foreign-endpoint-connection.json").read_text())
    return by_subject(evaluate(RULES.values(), graph_of({"patch": damage["patch"], "gaps": gaps})))


@pytest.mark.parametrize("gaps", [[], [refused("Microsoft.Network/privateEndpoints", ENDPOINT)]], ids=["", "refused"])
def test_an_endpoint_of_a_subscription_that_nothing_leads_to_is_told_once(gaps: list[dict[str, Any]]) -> None:
    told = [rule for (rule, _), verdict in judged(gaps).items() if verdict in {Verdict.FAIL, Verdict.UNKNOWN}]

    assert told == [RULE]


def test_an_endpoint_may_be_the_customers_where_something_else_of_its_subscription_is_referred_to() -> None:
    network = f"{OTHERS}/providers/Microsoft.Network/virtualNetworks/vnet-hub"
    found = judged([refused("Microsoft.Network/virtualNetworks", network)])

    assert Verdict.UNKNOWN in {
        verdict for (rule, _), verdict in found.items() if rule == "private-endpoint-dns-zone-group"
    }
