"""What outbound rules of a managed network open, and when."""

from __future__ import annotations

import pytest

from scanner.domain.outbound_rules import is_active, is_endpoint_for, state_of
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.machine_learning import OutboundRule, RuleStatus

GROUP = "/subscriptions/1/resourceGroups/rg/providers"
RULE = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ws/outboundRules/to-storage"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/st"
BLOB = {"serviceResourceId": ACCOUNT, "subresourceTarget": "blob"}


def outbound(properties: object) -> OutboundRule:
    return decode(OutboundRule, {"id": RULE, "properties": properties})


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Active", True),
        ("active", True),
        ("Inactive", False),
        ("Provisioning", False),
        ("Deleting", False),
        ("Failed", False),
    ],
)
def test_only_an_active_rule_is_in_force(status: str, expected: bool) -> None:
    found = outbound({"type": "FQDN", "destination": "pypi.org", "status": status})

    assert is_active(found) is expected
    assert state_of(found) is RuleStatus(status.capitalize())


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"type": "PrivateEndpoint", "status": "Failed", "destination": BLOB}, True),
        ({"type": "privateendpoint", "destination": BLOB | {"subresourceTarget": "Blob"}}, True),
        ({"type": "PrivateEndpoint", "destination": BLOB | {"serviceResourceId": ACCOUNT.upper()}}, True),
        ({"type": "PrivateEndpoint", "destination": BLOB | {"subresourceTarget": "dfs"}}, False),
        ({"type": "PrivateEndpoint", "destination": {"serviceResourceId": ACCOUNT}}, False),
        ({"type": "PrivateEndpoint", "destination": BLOB | {"serviceResourceId": f"{ACCOUNT}2"}}, False),
        ({"type": "FQDN", "destination": "st.blob.core.windows.net"}, False),
        ({"type": "ServiceTag", "destination": {"serviceTag": "Storage"}}, False),
    ],
)
def test_endpoint_is_told_by_resource_and_sub_resource_in_whatever_state(properties: object, expected: bool) -> None:
    assert is_endpoint_for(outbound(properties), ArmId(ACCOUNT), "blob") is expected


@pytest.mark.parametrize(
    "properties",
    [
        None,
        {"destination": BLOB},
        {"type": "PrivateEndpoint"},
        {"type": "PrivateEndpoint", "destination": {"subresourceTarget": "blob"}},
        {"type": "PrivateEndpoint", "destination": BLOB | {"subresourceTarget": {"$unknown": "known after apply"}}},
    ],
)
def test_what_was_not_returned_is_missing_and_names_the_rule(properties: object) -> None:
    with pytest.raises(MissingEvidence, match="outbound rule to-storage: "):
        is_endpoint_for(outbound(properties), ArmId(ACCOUNT), "blob")


def test_state_that_was_not_returned_is_missing() -> None:
    with pytest.raises(MissingEvidence, match=r"outbound rule to-storage: status is not there"):
        is_active(outbound({"type": "FQDN"}))
