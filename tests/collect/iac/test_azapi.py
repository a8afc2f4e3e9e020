"""Blocks of azapi that change what another block declares: what they come to, and what they leave open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.iac.overlay import overlay
from scanner.collect.iac.terraform.document import read_document
from tests.collect.iac.support import GROUP, NETWORK, SUBSCRIPTION, collected
from tests.collect.iac.test_references import RG, Code, refers

_STORAGE = "Microsoft.Storage/storageAccounts"
_ACCOUNT = f"{GROUP}/providers/{_STORAGE}/st"
_OPEN = {"properties": {"publicNetworkAccess": "Enabled"}}


def _account(code: Code) -> Code:
    values = {**RG, "name": "st", "public_network_access_enabled": False, "allow_nested_items_to_be_public": False}
    return code.instance("azurerm_storage_account", "st", values).block("azurerm_storage_account", "st", {})


def _azapi(code: Code, kind: str, **values: Any) -> Code:  # noqa: ANN401 - JSON
    expressions = {"resource_id": refers("azurerm_storage_account.st.id")}
    held = {"type": f"{_STORAGE}@2023-05-01", "method": None, "action": None, "when": "apply", **values}
    return code.instance(kind, "x", held, {"resource_id": True}).block(kind, "x", expressions)


def _properties(folder: Path, code: Code, kind: str = _STORAGE) -> Any:  # noqa: ANN401 - JSON
    rows = collected(folder, code.plan()).resources
    return next(each["properties"] for each in rows if str(each["type"]).lower() == kind.lower())


@pytest.mark.parametrize(
    ("values", "doubted"),
    [
        ({"method": "PATCH", "body": _OPEN}, {"publicNetworkAccess"}),
        ({"method": "PUT", "body": json.dumps(_OPEN)}, {"publicNetworkAccess"}),
        ({"method": "PATCH", "body": {"properties": {"publicNetworkAccess": "Disabled"}}}, set()),
        ({"method": "PATCH", "body": _OPEN, "when": "destroy"}, set()),
        ({"method": "GET"}, set()),
        ({"method": "POST", "action": "listKeys"}, set()),
        ({"action": "listKeys"}, set()),
    ],
)
def test_request_leaves_open_what_it_sets(tmp_path: Path, values: dict[str, Any], doubted: set[str]) -> None:
    found = _properties(tmp_path, _azapi(_account(Code()), "azapi_resource_action", **values))

    assert {key for key, value in found.items() if "azapi_resource_action.x sends" in str(value)} == doubted
    assert found["allowBlobPublicAccess"] is False


@pytest.mark.parametrize(
    "values", [{"method": "DELETE"}, {"action": "openToAll"}, {"method": "PUT", "action": "a/b/c"}]
)
def test_request_that_may_do_anything_leaves_all_open(tmp_path: Path, values: dict[str, Any]) -> None:
    found = _properties(tmp_path, _azapi(_account(Code()), "azapi_resource_action", **values))

    assert "azapi_resource_action.x sends" in found["$unknown"]


@pytest.mark.parametrize("kind", ["azapi_resource_action", "azapi_update_resource"])
def test_change_of_a_resource_that_is_not_known_may_be_of_each_of_its_type(tmp_path: Path, kind: str) -> None:
    code = _azapi(_account(Code()), kind, method="PATCH", body=_OPEN)
    code.root["resources"][-1]["expressions"]["resource_id"] = refers("local.account")

    assert "it may be set" in _properties(tmp_path, code)["$unknown"]


@pytest.mark.parametrize("apart", [True, False])
def test_part_is_changed_wherever_it_is_declared(tmp_path: Path, apart: bool) -> None:
    kind, rule = "azurerm_network_security_group", "azurerm_network_security_rule"
    values = {"name": "ssh", "priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "Tcp"}
    code = Code().instance(kind, "nsg", {**RG, "name": "nsg", "security_rule": [] if apart else [values]})
    code.block(kind, "nsg", {})
    if apart:
        code.instance(rule, "ssh", {**RG, **values, "network_security_group_name": "nsg"}).block(rule, "ssh", {})
    changed = {
        "resource_id": f"{NETWORK}/networkSecurityGroups/nsg/securityRules/ssh",
        "type": "Microsoft.Network/networkSecurityGroups/securityRules@2023-11-01",
        "body": {"properties": {"access": "Allow"}},
    }
    code.instance("azapi_update_resource", "x", changed).block("azapi_update_resource", "x", {})
    found = _properties(tmp_path, code, "Microsoft.Network/networkSecurityGroups")

    assert [each["properties"]["access"] for each in found["securityRules"]] == ["Allow"]


def test_part_that_is_not_declared_and_changed_leaves_what_holds_it_open(tmp_path: Path) -> None:
    kind = "azurerm_network_security_group"
    code = Code().instance(kind, "nsg", {**RG, "name": "nsg"}).block(kind, "nsg", {})
    changed = {
        "resource_id": f"{NETWORK}/networkSecurityGroups/nsg/securityRules/ssh",
        "type": "Microsoft.Network/networkSecurityGroups/securityRules@2023-11-01",
        "body": {"properties": {"access": "Allow"}},
    }
    code.instance("azapi_update_resource", "x", changed).block("azapi_update_resource", "x", {})

    assert "ssh in it is changed" in _properties(tmp_path, code, "Microsoft.Network/networkSecurityGroups")["$unknown"]


def test_rule_that_a_request_puts_is_in_the_group(tmp_path: Path) -> None:
    kind = "azurerm_network_security_group"
    code = Code().instance(kind, "nsg", {**RG, "name": "nsg"}).block(kind, "nsg", {})
    sent = {
        "resource_id": f"{NETWORK}/networkSecurityGroups/nsg",
        "type": "Microsoft.Network/networkSecurityGroups@2023-11-01",
        "method": "PUT",
        "action": "securityRules/open",
        "body": {"properties": {"access": "Allow"}},
    }
    code.instance("azapi_resource_action", "x", sent).block("azapi_resource_action", "x", {})
    found = _properties(tmp_path, code, "Microsoft.Network/networkSecurityGroups")

    assert [each["name"] for each in found["securityRules"]] == ["open"]


def test_what_a_request_would_set_of_what_is_there_is_open(tmp_path: Path) -> None:
    code = Code()
    sent = {"resource_id": _ACCOUNT, "type": f"{_STORAGE}@2023-05-01", "method": "PATCH", "body": _OPEN}
    code.instance("azapi_resource_action", "x", sent).block("azapi_resource_action", "x", {})
    (tmp_path / "plan.json").write_text(json.dumps(code.plan()))
    held = {"publicNetworkAccess": "Disabled", "minimumTlsVersion": "TLS1_2"}
    row = {"id": _ACCOUNT, "type": _STORAGE, "name": "st", "properties": held}
    after = overlay([row], [read_document(tmp_path / "plan.json")], SUBSCRIPTION).estate.get(_ACCOUNT)

    assert after is not None
    assert "azapi_resource_action.x sends" in after["properties"]["publicNetworkAccess"]["$unknown"]
    assert after["properties"]["minimumTlsVersion"] == "TLS1_2"
