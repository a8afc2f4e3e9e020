"""What references lead to: through modules, for_each and count; and where they leave it open, nothing is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Collected
from scanner.model.arm import SUBSCRIPTION_TYPE
from tests.collect.iac.support import GROUP, NETWORK, SUBSCRIPTION, collected, rows_in


class Code:
    """A plan written by hand: blocks, modules, variables."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []
        self.root: dict[str, Any] = {"resources": [], "module_calls": {}}
        self.variables: dict[str, Any] = {}
        self.prior: list[dict[str, Any]] = []

    def instance(  # noqa: PLR0913 - a change has so many parts
        self,
        kind: str,
        name: str,
        after: dict[str, Any],
        unknown: dict[str, Any] | None = None,
        *,
        module: str = "",
        index: str | int | None = None,
    ) -> Code:
        """Add an instance that will be created."""
        at = "" if index is None else f'["{index}"]' if isinstance(index, str) else f"[{index}]"
        change: dict[str, Any] = {
            "address": ".".join(filter(None, (module, f"{kind}.{name}{at}"))),
            "mode": "managed",
            "type": kind,
            "name": name,
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"name": f"{name}{'' if index is None else f'-{index}'}", **after},
                "after_unknown": {"id": True, **(unknown or {})},
            },
        }
        if module:
            change["module_address"] = module
        if index is not None:
            change["index"] = index
        self.changes.append(change)
        return self

    def block(self, kind: str, name: str, expressions: dict[str, Any], into: dict[str, Any] | None = None) -> Code:
        """Add a block of the code."""
        module = self.root if into is None else into
        module.setdefault("resources", []).append(
            {
                "address": f"{kind}.{name}",
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider_config_key": "azurerm",
                "expressions": {"resource_group_name": {"constant_value": "rg"}, **expressions},
            }
        )
        return self

    def plan(self) -> dict[str, Any]:
        """Return the plan."""
        provider = {"name": "azurerm", "expressions": {"subscription_id": {"constant_value": SUBSCRIPTION}}}
        return {
            "format_version": "1.2",
            "resource_changes": self.changes,
            "variables": self.variables,
            "prior_state": {"values": {"root_module": {"resources": self.prior}}},
            "configuration": {"provider_config": {"azurerm": provider}, "root_module": self.root},
        }


def refers(*names: str) -> dict[str, Any]:
    """Return an expression with references as a plan lists them: each, then its prefixes."""
    return {"references": [prefix for name in names for prefix in _prefixes(name)]}


def _prefixes(name: str) -> list[str]:
    listed = [name]
    while "." in listed[-1].partition(".")[2] or listed[-1].endswith("]"):
        last = listed[-1]
        listed.append(last.rpartition("[")[0] if last.endswith("]") else last.rpartition(".")[0])
    return listed


RG = {"resource_group_name": "rg"}
VNETS = f"{NETWORK}/virtualNetworks"


def _vnet(code: Code, name: str = "net", **place: Any) -> Code:  # noqa: ANN401 - JSON
    if name == "net":
        code.block("azurerm_virtual_network", name, {})
    return code.instance("azurerm_virtual_network", name, {**RG, "address_space": ["10.0.0.0/16"]}, **place)


def _peering(code: Code, expression: dict[str, Any], **place: Any) -> Code:  # noqa: ANN401 - JSON
    code.instance(
        "azurerm_virtual_network_peering",
        "peer",
        {**RG, "virtual_network_name": "net"},
        {"remote_virtual_network_id": True},
        **place,
    )
    return code.block("azurerm_virtual_network_peering", "peer", {"remote_virtual_network_id": expression})


def _remote(found: Collected, vnet: str = "net", place: int = 0) -> Any:  # noqa: ANN401 - JSON
    row = rows_in(found)[f"Microsoft.Network/virtualNetworks/{vnet}"]
    return row["properties"]["virtualNetworkPeerings"][place]["properties"]["remoteVirtualNetwork"]["id"]


def test_reference_to_the_one_instance_of_a_block(tmp_path: Path) -> None:
    code = _vnet(_vnet(Code()), "other").block("azurerm_virtual_network", "other", {})

    assert (
        _remote(collected(tmp_path, _peering(code, refers("azurerm_virtual_network.other.id")).plan()))
        == f"{VNETS}/other"
    )


@pytest.mark.parametrize("index", ['["a"]', '["b"]'])
def test_literal_index_picks_an_instance(tmp_path: Path, index: str) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    _peering(code, refers(f"azurerm_virtual_network.other{index}.id"))

    assert _remote(collected(tmp_path, code.plan())) == f"{VNETS}/other-{index[2]}"


def test_without_an_index_several_instances_are_told_and_not_chosen_from(tmp_path: Path) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    found = _remote(collected(tmp_path, _peering(code, refers("azurerm_virtual_network.other", "local.key")).plan()))

    assert (
        "azurerm_virtual_network_peering.peer.remote_virtual_network_id is one of other-a, other-b" in found["$unknown"]
    )


def test_each_key_leads_to_the_instance_of_the_own_key(tmp_path: Path) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    for key in ("a", "b"):
        code.instance(
            "azurerm_virtual_network_peering",
            "peer",
            {**RG, "virtual_network_name": "net"},
            {"remote_virtual_network_id": True},
            index=key,
        )
    expression = refers("azurerm_virtual_network.other", "each.key")
    code.block("azurerm_virtual_network_peering", "peer", {"remote_virtual_network_id": expression})
    found = collected(tmp_path, code.plan())

    assert {_remote(found, place=0), _remote(found, place=1)} == {f"{VNETS}/other-a", f"{VNETS}/other-b"}


def test_attribute_of_each_value_may_pick_any_instance(tmp_path: Path) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    _peering(code, refers("azurerm_virtual_network.other", "each.value.hub", "each.key"), index="a")

    assert "$unknown" in _remote(collected(tmp_path, code.plan()))


@pytest.mark.parametrize(
    ("for_each", "beside", "picked"),
    [
        (refers("var.hub_of"), ("var.hub_of", "each.key"), ""),
        (refers("var.hub_of"), ("each.value",), ""),
        ({"constant_value": {"a": "b"}}, ("each.value",), "b"),
        (refers("var.all"), ("each.value",), ""),
        (refers("local.hub_of"), ("each.value",), ""),
        ({}, ("each.value",), ""),
    ],
)
def test_key_of_an_index_is_the_own_one_only_where_nothing_else_may_be(
    tmp_path: Path, for_each: dict[str, Any], beside: tuple[str, ...], picked: str
) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    _peering(code, refers("azurerm_virtual_network.other", *beside), index="a")
    code.root["resources"][-1]["for_each_expression"] = for_each
    code.variables |= {"hub_of": {"value": {"a": "b"}}, "all": {"value": ["a", "b"]}}
    found = _remote(collected(tmp_path, code.plan()))

    assert found == f"{VNETS}/other-{picked}" if picked else "$unknown" in found


def test_what_is_reckoned_from_a_count_may_be_any_instance(tmp_path: Path) -> None:
    code = _vnet(Code())
    for number in (0, 1):
        _vnet(code, "other", index=number)
    code.block("azurerm_virtual_network", "other", {})
    _peering(code, refers("azurerm_virtual_network.other", "count.index"), index=0)

    assert "is one of other-0, other-1" in _remote(collected(tmp_path, code.plan()))["$unknown"]


def test_condition_over_two_resources_is_not_decided(tmp_path: Path) -> None:
    code = _vnet(_vnet(_vnet(Code()), "one"), "two")
    code.block("azurerm_virtual_network", "one", {}).block("azurerm_virtual_network", "two", {})
    _peering(code, refers("var.first", "azurerm_virtual_network.one.id", "azurerm_virtual_network.two.id"))

    assert "$unknown" in _remote(collected(tmp_path, code.plan()))


def test_local_is_not_shown_by_a_plan_and_told(tmp_path: Path) -> None:
    code = _peering(_vnet(Code()), refers("local.hub_id"))

    assert "local.hub_id, which no plan shows" in _remote(collected(tmp_path, code.plan()))["$unknown"]


def test_variable_of_a_module_leads_to_what_the_call_gives_it(tmp_path: Path) -> None:
    code, inner = _vnet(_vnet(Code()), "other"), dict[str, Any]()
    code.block("azurerm_virtual_network", "other", {})
    code.instance(
        "azurerm_virtual_network_peering",
        "peer",
        {**RG, "virtual_network_name": "net"},
        {"remote_virtual_network_id": True},
        module="module.peers",
    )
    code.block("azurerm_virtual_network_peering", "peer", {"remote_virtual_network_id": refers("var.hub")}, into=inner)
    code.root["module_calls"]["peers"] = {
        "source": "./peers",
        "expressions": {"hub": refers("azurerm_virtual_network.other.id")},
        "module": inner,
    }

    assert _remote(collected(tmp_path, code.plan())) == f"{VNETS}/other"


@pytest.mark.parametrize("key", [None, "eu"])
def test_output_of_a_module_leads_into_it(tmp_path: Path, key: str | None) -> None:
    code, inner = _vnet(Code()), dict[str, Any]()
    at = "module.hub" if key is None else f'module.hub["{key}"]'
    _vnet(code, "other", module=at)
    code.block("azurerm_virtual_network", "other", {}, into=inner)
    inner["outputs"] = {"vnet_id": {"expression": refers("azurerm_virtual_network.other.id")}}
    code.root["module_calls"]["hub"] = {"source": "./hub", "expressions": {}, "module": inner}
    _peering(code, refers(f"{at}.vnet_id"))

    assert _remote(collected(tmp_path, code.plan())) == f"{VNETS}/other"


def test_value_that_is_not_known_is_not_that_of_the_variable_that_it_is_made_of(tmp_path: Path) -> None:
    """Terraform would know it: a function stands around it whose result shows at apply."""
    code = _peering(_vnet(Code()), refers("var.hub"))
    code.variables["hub"] = {"value": f"{VNETS}/elsewhere"}

    assert "$unknown" in _remote(collected(tmp_path, code.plan()))


@pytest.mark.parametrize(
    ("beside", "known"),
    [((), True), (("var.on",), True), (("terraform_data.t.output",), False), (("random_integer.r.result",), False)],
)
def test_one_id_is_that_of_a_reference_only_where_nothing_open_may_choose(
    tmp_path: Path, beside: tuple[str, ...], known: bool
) -> None:
    code = _vnet(_vnet(Code()), "one").block("azurerm_virtual_network", "one", {})
    for kind, name, value in (("terraform_data", "t", "output"), ("random_integer", "r", "result")):
        code.instance(kind, name, {}, {value: True}).block(kind, name, {})
    code.variables["on"] = {"value": True}
    found = _remote(collected(tmp_path, _peering(code, refers(*beside, "azurerm_virtual_network.one.id")).plan()))

    assert (found == f"{VNETS}/one") is known
    assert known or "$unknown" in found


def test_instance_of_a_constant_key_beside_the_own_one_is_not_the_only_one(tmp_path: Path) -> None:
    code = _vnet(Code())
    for key in ("a", "b"):
        _vnet(code, "other", index=key)
    code.block("azurerm_virtual_network", "other", {})
    expression = {
        "references": [
            "each.key",
            'azurerm_virtual_network.other["a"].id',
            'azurerm_virtual_network.other["a"]',
            "azurerm_virtual_network.other",
            "each.key",
            "azurerm_virtual_network.other",
        ]
    }
    _peering(code, expression, index="b")

    assert "is one of other-a, other-b" in _remote(collected(tmp_path, code.plan()))["$unknown"]


def test_data_that_was_read_has_its_id_and_is_a_gap(tmp_path: Path) -> None:
    code = _peering(_vnet(Code()), refers("data.azurerm_virtual_network.hub.id"))
    code.prior.append(
        {
            "address": "data.azurerm_virtual_network.hub",
            "mode": "data",
            "type": "azurerm_virtual_network",
            "name": "hub",
            "values": {"id": f"{VNETS}/hub", "name": "hub"},
        }
    )
    found = collected(tmp_path, code.plan())

    assert _remote(found) == f"{VNETS}/hub"
    assert ("Microsoft.Network/virtualNetworks", f"{VNETS}/hub") in {(gap.kind, gap.scope) for gap in found.gaps}


def test_data_that_is_read_at_apply_is_not_known(tmp_path: Path) -> None:
    found = _remote(collected(tmp_path, _peering(_vnet(Code()), refers("data.azurerm_virtual_network.hub.id")).plan()))

    assert "data.azurerm_virtual_network.hub is read when the plan is applied" in found["$unknown"]


def test_what_a_dynamic_block_makes_is_not_taken_for_unset(tmp_path: Path) -> None:
    after = {**RG, "location": "westeurope", "default_action": None}
    code = Code().instance(
        "azurerm_storage_account",
        "st",
        {**after, "network_rules": [{"default_action": "Deny"}]},
        {"network_rules": [{"ip_rules": True}]},
    )
    code.block("azurerm_storage_account", "st", {})
    rules = rows_in(collected(tmp_path, code.plan()))["Microsoft.Storage/storageAccounts/st"]["properties"][
        "networkAcls"
    ]

    assert "azurerm_storage_account.st.network_rules[0].ip_rules" in rules["ipRules"]["$unknown"]


@pytest.mark.parametrize("are_named", [True, False])
def test_blocks_of_a_set_are_told_apart_by_their_constants_and_not_by_their_place(
    tmp_path: Path, are_named: bool
) -> None:
    subnets = [{"name": name, "address_prefixes": [f"10.0.{place}.0/24"]} for place, name in enumerate(("a", "b"))]
    code = Code().instance(
        "azurerm_virtual_network",
        "net",
        {**RG, "address_space": ["10.0.0.0/16"], "subnet": subnets},
        {"subnet": [{"security_group": True}, {"security_group": True}]},
    )
    names = [{"constant_value": name} if are_named else refers(f"var.{name}") for name in ("b", "a")]
    blocks = [
        {"name": name, "security_group": refers(f"azurerm_network_security_group.{label}.id")}
        for name, label in zip(names, ("of_b", "of_a"), strict=True)
    ]
    code.block("azurerm_virtual_network", "net", {"subnet": blocks})
    for label in ("of_a", "of_b"):
        code.instance("azurerm_network_security_group", label, RG).block("azurerm_network_security_group", label, {})
    row = rows_in(collected(tmp_path, code.plan()))["Microsoft.Network/virtualNetworks/net"]
    found = [each["properties"]["networkSecurityGroup"]["id"] for each in row["properties"]["subnets"]]

    assert (
        found == [f"{NETWORK}/networkSecurityGroups/of_{name}" for name in "ab"]
        if are_named
        else all("$unknown" in each for each in found)
    )


@pytest.mark.parametrize("kind", ["azuread_group", "azuread_group_member"])
def test_role_of_a_group_may_be_that_of_its_members(tmp_path: Path, kind: str) -> None:
    literal = "33333333-3333-4333-8333-333333333333"
    code = Code().instance(kind, "team", {"object_id": literal}).block(kind, "team", {})
    after = {"name": "role", "scope": GROUP, "principal_id": literal, "role_definition_name": "AcrPull"}
    code.instance("azurerm_role_assignment", "x", after)
    code.block("azurerm_role_assignment", "x", {"role_definition_name": {"constant_value": "AcrPull"}})
    rows = rows_in(collected(tmp_path, code.plan()))

    assert "group" in rows["Microsoft.Authorization/roleAssignments/role"]["properties"]["principalId"]["$unknown"]


def test_zone_of_an_unknown_name_may_be_any(tmp_path: Path) -> None:
    code = Code().instance("azurerm_private_dns_zone", "z", {**RG, "name": None}, {"name": True})
    code.block("azurerm_private_dns_zone", "z", {"name": refers("random_string.x.result")})

    assert [(gap.kind, gap.scope) for gap in collected(tmp_path, code.plan()).gaps] == [
        ("Microsoft.Network/privateDnsZones", f"/subscriptions/{SUBSCRIPTION}")
    ]


def test_cycle_of_references_ends(tmp_path: Path) -> None:
    code, inner = _peering(_vnet(Code()), refers("module.a.out")), dict[str, Any]()
    _vnet(code, "inside", module="module.a")
    inner["outputs"] = {"out": {"expression": refers("var.x")}}
    call = {"source": "./a", "expressions": {"x": refers("module.a.out")}, "module": inner}
    code.root["module_calls"]["a"] = call

    assert "too long" in _remote(collected(tmp_path, code.plan()))["$unknown"]


def test_association_whose_subnet_is_open_leaves_every_subnet_open(tmp_path: Path) -> None:
    code = _vnet(Code())
    for name in ("one", "two"):
        after = {**RG, "virtual_network_name": "net", "address_prefixes": ["10.0.1.0/24"]}
        code.instance("azurerm_subnet", name, after).block("azurerm_subnet", name, {})
    code.instance("azurerm_network_security_group", "nsg", RG).block("azurerm_network_security_group", "nsg", {})
    unknown = {"subnet_id": True, "network_security_group_id": True}
    code.instance("azurerm_subnet_network_security_group_association", "of", {}, unknown)
    expressions = {
        "subnet_id": refers("local.subnet_id"),
        "network_security_group_id": refers("azurerm_network_security_group.nsg.id"),
    }
    code.block("azurerm_subnet_network_security_group_association", "of", expressions)
    vnet = rows_in(collected(tmp_path, code.plan()))["Microsoft.Network/virtualNetworks/net"]

    assert [
        "it may be set" in each["properties"]["networkSecurityGroup"]["$unknown"]
        for each in vnet["properties"]["subnets"]
    ] == [True, True]


def test_two_resources_of_one_id_are_both_kept_and_told(tmp_path: Path) -> None:
    code = Code()
    for name in ("one", "two"):
        code.instance("azurerm_key_vault", name, {**RG, "name": "kv"}).block("azurerm_key_vault", name, {})
    found = collected(tmp_path, code.plan())

    assert sum("Microsoft.KeyVault/vaults/kv" in str(each["id"]) for each in found.resources) == 2
    assert f"azurerm_key_vault.two has the id of azurerm_key_vault.one, {GROUP}" in found.notes[0]


def test_unknown_types_are_counted_and_named(tmp_path: Path) -> None:
    code = Code()
    for name in ("a", "b"):
        code.instance("azurerm_redis_cache", name, RG).block("azurerm_redis_cache", name, {})
    code.instance("random_string", "x", {}).block("random_string", "x", {})

    assert collected(tmp_path, code.plan()).notes[0] == "2 resources of 1 type are not looked at: azurerm_redis_cache"


def _deferred(code: Code) -> dict[str, Any]:
    """Return a plan in which the last change is deferred."""
    held = code.plan()
    held["deferred_changes"] = [{"reason": "instance_count_unknown", "resource_change": held["resource_changes"].pop()}]
    return held | {"complete": False}


def test_rule_that_is_deferred_may_be_anything_anywhere(tmp_path: Path) -> None:
    group, rule = "azurerm_network_security_group", "azurerm_network_security_rule"
    code = Code().instance(group, "nsg", {**RG, "name": "nsg"}).block(group, "nsg", {})
    code.instance(rule, "open", {"name": None}, {"name": True})
    code.block(rule, "open", {"network_security_group_name": refers("local.group"), "access": refers("local.access")})
    found = collected(tmp_path, _deferred(code))
    held = [each["properties"] for each in found.resources if str(each["type"]).lower().endswith("groups")]

    assert "azurerm_network_security_rule.open" in str(held)
    assert found.notes[0] == "the plan is not complete: 1 change that Terraform deferred"


def test_deferred_resource_is_there_with_what_is_known_of_it(tmp_path: Path) -> None:
    kind = "azurerm_storage_account"
    code = Code().instance(kind, "st", {**RG, "name": "st", "allow_nested_items_to_be_public": False})
    code.block(kind, "st", {"public_network_access_enabled": refers("local.open")})
    found = collected(tmp_path, _deferred(code))
    row: Any = next(each["properties"] for each in found.resources if str(each["id"]).endswith("/st"))

    assert "$unknown" in row["publicNetworkAccess"]
    assert row["allowBlobPublicAccess"] is False
    assert ("Microsoft.Storage/storageAccounts", f"{kind}.st is deferred") in {
        (gap.kind, gap.why) for gap in found.gaps
    }


def test_template_that_a_plan_deploys_may_hold_anything(tmp_path: Path) -> None:
    kind = "azurerm_resource_group_template_deployment"
    code = Code().instance(kind, "all", {**RG, "template_content": "{}"}).block(kind, "all", {})
    found = collected(tmp_path, code.plan())

    assert [(gap.kind, gap.scope) for gap in found.gaps] == [(SUBSCRIPTION_TYPE, f"/subscriptions/{SUBSCRIPTION}")]
    assert kind in found.notes[0]


def test_body_that_is_merged_in_secret_is_not_known(tmp_path: Path) -> None:
    arm_id = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg"
    values = {"name": "st", "type": "Microsoft.Storage/storageAccounts@2023-05-01", "parent_id": arm_id}
    hidden = {"sensitive_body": {"references": ["var.s"]}}
    body = {"properties": {"publicNetworkAccess": "Disabled"}}
    code = Code().instance("azapi_resource", "st", {**values, "body": body}).block("azapi_resource", "st", hidden)
    held = [each["properties"] for each in collected(tmp_path, code.plan()).resources if "Storage" in str(each["type"])]

    assert "shown nowhere" in str(held)


def test_rule_of_a_group_whose_name_is_not_known_may_lie_in_each(tmp_path: Path) -> None:
    code = (
        Code()
        .instance("azurerm_network_security_group", "train", RG)
        .block("azurerm_network_security_group", "train", {})
    )
    values = {**RG, "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp"}
    expressions = {"network_security_group_name": refers("local.group")}
    code.instance("azurerm_network_security_rule", "open", values, {"network_security_group_name": True})
    code.block("azurerm_network_security_rule", "open", expressions)
    groups = [each for each in collected(tmp_path, code.plan()).resources if str(each["type"]).endswith("Groups")]

    assert "what azurerm_network_security_rule.open lies in is known only after apply" in str(groups)


@pytest.mark.parametrize(("beside", "known"), [((), True), (("var.env",), False), (("terraform.workspace",), False)])
def test_all_of_a_list_are_taken_only_where_nothing_may_choose(
    tmp_path: Path, beside: tuple[str, ...], known: bool
) -> None:
    code = Code()
    for zone in ("good", "bad"):
        code.instance("azurerm_private_dns_zone", zone, RG).block("azurerm_private_dns_zone", zone, {})
    group = {"private_dns_zone_group": [{"name": "default"}]}
    code.instance("azurerm_private_endpoint", "pe", {**RG, **group}, _ZONES_LATER)
    ids = refers(*beside, "azurerm_private_dns_zone.good.id", "azurerm_private_dns_zone.bad.id")
    code.block("azurerm_private_endpoint", "pe", {"private_dns_zone_group": [{"private_dns_zone_ids": ids}]})
    code.variables["env"] = {"value": "dev"}
    rows = [str(each) for each in collected(tmp_path, code.plan()).resources if "ZoneGroups" in str(each["type"])]

    assert ("$unknown" not in rows[0]) is known


_ZONES_LATER = {"private_dns_zone_group": [{"private_dns_zone_ids": True, "id": True}]}


def test_two_resources_of_one_id_are_not_known(tmp_path: Path) -> None:
    code = Code()
    for name, is_open in (("one", False), ("two", True)):
        values = {**RG, "name": "same", "public_network_access_enabled": is_open}
        code.instance("azurerm_storage_account", name, values).block("azurerm_storage_account", name, {})
    found = collected(tmp_path, code.plan())
    held = [each["properties"] for each in found.resources if str(each["id"]).endswith("/same")]

    assert "$unknown" in str(held[0])
    assert found.notes[0].endswith("which of them will be there is not known")


def test_what_is_in_a_resource_that_nothing_reads_is_not_kept(tmp_path: Path) -> None:
    secret = "hunter2-hunter2-hunter2"  # noqa: S105 - nobody's
    body = {"properties": {"siteConfig": {"appSettings": [{"name": "A", "value": secret}]}}}
    values = {
        "name": "w",
        "type": "Microsoft.Web/sites@2023-12-01",
        "parent_id": "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg",
        "body": body,
    }
    code = Code().instance("azapi_resource", "web", values).block("azapi_resource", "web", {})
    found = collected(tmp_path, code.plan())

    assert [set(each) for each in found.resources if "Web" in str(each["type"])] == [{"id", "type", "name"}]
    assert secret not in repr((found.resources, found.notes, found.gaps))


def test_deployment_by_azapi_may_hold_anything(tmp_path: Path) -> None:
    values = {"name": "all", "type": "Microsoft.Resources/deployments@2022-09-01", "parent_id": GROUP, "body": {}}
    code = Code().instance("azapi_resource", "all", values).block("azapi_resource", "all", {})

    assert SUBSCRIPTION_TYPE in {gap.kind for gap in collected(tmp_path, code.plan()).gaps}


@pytest.mark.parametrize("mark", [{"tags": {"pw": True}}, {"tags": True}])
def test_tags_that_are_sensitive_are_not_kept(tmp_path: Path, mark: dict[str, Any]) -> None:
    values = {**RG, "name": "st", "tags": {"pw": "hunter2-hunter2", "team": "ml"}}
    code = Code().instance("azurerm_storage_account", "st", values).block("azurerm_storage_account", "st", {})
    code.changes[-1]["change"]["after_sensitive"] = mark

    assert "hunter2" not in str(collected(tmp_path, code.plan()).resources)


def test_secrets_of_a_plan_are_in_no_row(tmp_path: Path) -> None:
    secret = "hunter2-hunter2-hunter2"  # noqa: S105 - nobody's
    code = Code().instance(
        "azurerm_storage_account", "st", {**RG, "primary_access_key": secret, "tags": {"password": secret}}
    )
    code.block("azurerm_storage_account", "st", {"primary_access_key": {"constant_value": secret}})
    code.instance("azurerm_linux_virtual_machine", "vm", {**RG, "admin_password": secret, "custom_data": secret})
    code.block("azurerm_linux_virtual_machine", "vm", {})
    code.variables["password"] = {"value": secret}
    found = collected(tmp_path, code.plan())

    assert len(found.resources) == 3
    assert secret not in repr((found.resources, found.notes, found.gaps))
