"""Which instance an index picks: with the code as it is written there, without it only where nothing else may be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Silent
from scanner.collect.iac.hcl.code import Code as Written
from scanner.collect.iac.terraform.own_key import is_made
from scanner.collect.iac.terraform_source import TerraformSource
from tests.collect.iac.support import collected, rows_in
from tests.collect.iac.test_references import RG, VNETS, Code, refers

_KIND = "azurerm_virtual_network"
_VNET = f'resource "{_KIND}" "other" {{\n  for_each = toset(["a", "b"])\n  name = each.key\n}}\n'
_PEER = 'resource "azurerm_virtual_network_peering" "peer" {{\n  for_each = {}\n  remote_virtual_network_id = {}\n}}\n'
_SET = 'toset(["a", "b"])'


def _code(keys: tuple[str | int, ...], *references: str, own: str | int, for_each: dict[str, Any]) -> Code:
    code = Code().instance(_KIND, "net", {**RG, "address_space": ["10.0.0.0/16"]}).block(_KIND, "net", {})
    for key in keys:
        code.instance(_KIND, "other", {**RG, "address_space": ["10.1.0.0/16"]}, index=key)
    code.block(_KIND, "other", {})
    later = {"remote_virtual_network_id": True}
    code.instance(f"{_KIND}_peering", "peer", {**RG, "virtual_network_name": "net"}, later, index=own)
    code.block(f"{_KIND}_peering", "peer", {"remote_virtual_network_id": refers(*references)})
    code.root["resources"][-1]["for_each_expression"] = for_each
    code.variables |= {"hub_of": {"value": {"a": "b", "b": "a"}}, "all": {"value": ["a", "b"]}}
    return code


def _remote(rows: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    peering = rows["Microsoft.Network/virtualNetworks/net"]["properties"]["virtualNetworkPeerings"][0]
    return peering["properties"]["remoteVirtualNetwork"]["id"]


@pytest.mark.parametrize(
    ("keys", "is_known"),
    [
        (("a", "b"), True),
        (("a", "A"), False),
        (("a", "a-dmz"), False),
        (("dmz-a", "a", "b"), False),
        (("b", "c"), False),
    ],
)
def test_key_that_another_may_be_made_of_is_not_taken_for_the_own_one(
    tmp_path: Path, keys: tuple[str, ...], is_known: bool
) -> None:
    code = _code(keys, f"{_KIND}.other", "each.key", own="a", for_each={})
    found = _remote(rows_in(collected(tmp_path, code.plan())))

    assert (found == f"{VNETS}/other-a") is is_known
    assert is_known or "$unknown" in found


@pytest.mark.parametrize(
    ("index", "references", "for_each", "picked"),
    [
        ("other[each.key].id", ("each.key",), _SET, "a"),
        ('other["${each.key}"].id', ("each.key",), _SET, "a"),
        ("other[upper(each.key)].id", ("each.key",), _SET, ""),
        ('other["${each.key}b"].id', ("each.key",), _SET, ""),
        ("other[each.value].id", ("each.value",), _SET, "a"),
        ("other[each.value].id", ("each.value",), "var.hub_of", "b"),
        ("other[each.value].id", ("each.value",), "{ for k, v in var.hub_of : k => k }", ""),
        ("other[each.value].id", ("each.value",), "toset(var.all)", "a"),
        ("other[each.value].id", ("each.value",), "{ for k in var.all : k => reverse(var.all)[0] }", ""),
    ],
)
def test_code_shows_which_instance_an_index_picks(
    tmp_path: Path, index: str, references: tuple[str, ...], for_each: str, picked: str
) -> None:
    root = next((each for each in ("var.hub_of", "var.all") if each in for_each), "")
    code = _code(("a", "b", "A"), f"{_KIND}.other", *references, own="a", for_each=refers(root) if root else {})
    code.root["resources"][-1]["for_each_expression"].setdefault("references", [])

    found = _remote(_read(tmp_path, code, _PEER.format(for_each, f"{_KIND}.{index}")))

    assert found == f"{VNETS}/other-{picked}" if picked else "$unknown" in found


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("azurerm_subnet.s.id", True),
        ('"${azurerm_subnet.s.id}"', True),
        ("[azurerm_subnet.s[each.key].id]", True),
        ("toset(concat(azurerm_subnet.s[*].id))", True),
        ("var.on ? azurerm_subnet.s[0].id : null", True),
        ('"${azurerm_subnet.s.id}-open"', False),
        ('"${dirname(azurerm_subnet.s.id)}/open"', False),
        ('replace(azurerm_subnet.s.id, "closed", "open")', False),
        ("format(azurerm_subnet.s.id)", False),
    ],
)
def test_value_that_is_made_of_a_reference_is_not_that(tmp_path: Path, written: str, is_one: bool) -> None:
    assert is_made(written) is not is_one

    code = _code(("a",), f"{_KIND}.other.id", own="a", for_each={})
    text = written.replace("azurerm_subnet.s", f"{_KIND}.other").replace("other[each.key]", "other")
    found = _remote(
        _read(tmp_path, code, _PEER.format(_SET, text.replace("other[0]", "other").replace("other[*]", "other")))
    )

    assert (found == f"{VNETS}/other-a") is is_one


@pytest.mark.parametrize(("index", "picked"), [("count.index", "other-1"), ("1 - count.index", "")])
def test_code_shows_whether_a_count_is_taken_as_it_is(tmp_path: Path, index: str, picked: str) -> None:
    code = _code((0, 1), f"{_KIND}.other", "count.index", own=1, for_each={})
    text = _PEER.replace("for_each = {}", "count = {}").format(2, f"{_KIND}.other[{index}].id")
    found = _remote(_read(tmp_path, code, text))

    assert found == f"{VNETS}/{picked}" if picked else "$unknown" in found


def test_code_that_is_not_that_of_the_plan_tells_nothing(tmp_path: Path) -> None:
    code = _code((0, 1), f"{_KIND}.other", "count.index", own=1, for_each={})
    found = _remote(_read(tmp_path, code, _PEER.format(2, f"{_KIND}.another[count.index].id")))

    assert "is one of other-0, other-1" in found["$unknown"]


@pytest.mark.parametrize("block", ['dynamic "security_rule"', "security_rule", ""])
def test_code_shows_whether_rules_are_unset_or_not_known(tmp_path: Path, block: str) -> None:
    kind = "azurerm_network_security_group"
    code = Code().instance(kind, "nsg", {**RG, "name": "nsg"}, {"security_rule": True}).block(kind, "nsg", {})
    inside = f"  {block} {{\n    for_each = var.rules\n    content {{ access = each.value }}\n  }}\n" if block else ""
    rows = _read(tmp_path, code, f'resource "{kind}" "nsg" {{\n{inside}}}\n')
    rules = rows["Microsoft.Network/networkSecurityGroups/nsg"]["properties"]["securityRules"]

    assert ("$unknown" in rules) is bool(block)


def _read(folder: Path, code: Code, text: str) -> dict[str, Any]:
    (folder / "main.tf").write_text(_VNET + text)
    (folder / "plan.json").write_text(json.dumps(code.plan()))
    return rows_in(TerraformSource(plans=(folder / "plan.json",), code=(Written(str(folder)),)).collect(Silent()))
