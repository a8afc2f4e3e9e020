"""ARM templates: how expressions, loops, conditions, nested deployments and references come out as rows."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Collected, Silent
from scanner.collect.iac.template.frames import GROUP, SUBSCRIPTION
from scanner.collect.iac.template.functions import FUNCTIONS
from scanner.collect.iac.template.lambdas import TAKING
from scanner.collect.iac.template.surroundings import SURROUNDINGS
from scanner.collect.iac.template_source import TemplateSource
from scanner.collect.redaction.redact import redact
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.errors import CodeError, UsageError
from scanner.graph import Graph
from scanner.model.arm import SUBSCRIPTION_TYPE
from scanner.model.fields import decode
from scanner.model.interfaces import NetworkInterface
from tests.collect.iac.support import graph_in, raw_estate, rows_in
from tests.collect.iac.templated import templates_of
from tests.verdicts import by_subject

HERE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
STORAGE = "Microsoft.Storage/storageAccounts"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
VNET = "Microsoft.Network/virtualNetworks"
_NSG = "Microsoft.Network/networkSecurityGroups"


def _expanded(folder: Path, template: dict[str, Any] | str, *parameters: dict[str, Any]) -> Collected:
    path = folder / "template.json"
    path.write_text(template if isinstance(template, str) else json.dumps(template))
    files = []
    for number, each in enumerate(parameters):
        files.append(folder / f"parameters-{number}.json")
        files[-1].write_text(json.dumps(each))
    return TemplateSource((path,), tuple(files)).collect(Silent())


def _account(name: str = "acc", **beside: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": STORAGE, "apiVersion": "2023-01-01", "name": name, "properties": {}, **beside}


def _tags(expression: Any, folder: Path, **template: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what an expression comes to, as a tag of a resource."""
    found = _expanded(folder, {"resources": [_account(tags={"is": expression})], **template})
    return rows_in(found)[f"{STORAGE}/acc"]["tags"]["is"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        ("[[literal]", "[literal]"),
        ("[concat('a', 'b''c', '-', 3)]", "ab'c-3"),
        ("[format('{0}-{1}', 'x', 2)]", "x-2"),
        ("[toLower(substring('ABCDEF', 1, 2))]", "bc"),
        ("[if(equals('a', 'a'), 'same', parameters('missing'))]", "same"),
        ("[string(union(createObject('open', false()), createObject('Open', true())))]", '{"open":true}'),
        ("[if(not(contains(createArray('a', 'b'), 'c')), 'no', 'yes')]", "no"),
        ("[if(and(true(), or(false(), true())), 'yes', 'no')]", "yes"),
        ("[split('a/b/c', '/')[1]]", "b"),
        ("[last(split('a/b/c', '/'))]", "c"),
        ("[coalesce(null(), 'found')]", "found"),
        ("[string(indexOf('abCd', 'CD'))]", "2"),
        ("[string(lastIndexOf('abAB', 'AB'))]", "2"),
        ("[string(equals(true(), 1))]", "False"),
        ("[string(length(union(createArray(1), createArray(true()))))]", "2"),
        ("[string(equals(createArray(true()), createArray(1)))]", "False"),
        ("[string(contains(createArray(1), true()))]", "False"),
        ("[string(mod(-7, 2))]", "-1"),
        ("[string(div(-7, 2))]", "-3"),
        ("[string(union(createObject('a', 1), createObject('b', 2)))]", '{"a":1,"b":2}'),
        ('[json(\'{"Key": "v"}\').key]', "v"),
        ("[environment().suffixes.storage]", "core.windows.net"),
        (
            "[string(map(createArray(1, 2), lambda('X', 'i', add(lambdaVariables('x'), lambdaVariables('I')))))]",
            "[1,3]",
        ),
        ("[string(filter(range(0, 4), lambda('x', less(lambdaVariables('x'), 2))))]", "[0,1]"),
        ("[string(reduce(range(1, 3), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b')))))]", "6"),
        (
            "[string(sort(createArray(2, 1), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b')))))]",
            "[1,2]",
        ),
        ("[string(toObject(createArray('a'), lambda('x', lambdaVariables('x')), lambda('x', 1)))]", '{"a":1}'),
        ("[string(mapValues(createObject('a', 1), lambda('x', add(lambdaVariables('x'), 1))))]", '{"a":2}'),
        (
            "[string(groupBy(createArray('a', 'b'), lambda('x', toUpper(lambdaVariables('x')))))]",
            '{"A":["a"],"B":["b"]}',
        ),
        ("[replace('a.b', '.', '-')]", "a-b"),
        ("[string(add(mul(2, 3), mod(7, 4)))]", "9"),
        ("[join(createArray('a', 'b'), ',')]", "a,b"),
        ("[resourceGroup().name]", GROUP),
        ("[tryGet(createObject('a', 'x'), 'b')]", None),
        ("[string(length('abc'))]", "3"),
        ("[cidrSubnet('10.0.0.0/16', 24, 3)]", "10.0.3.0/24"),
        ("[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]", f"{HERE}/providers/{VNET}/v/subnets/s"),
        (
            "[resourceId('Microsoft.Network/virtualNetworks/subnets/', 'v', 's')]",
            f"{HERE}/providers/{VNET}/v/subnets/s",
        ),
        (
            "[resourceId('other', 'Microsoft.KeyVault/vaults', 'k')]",
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.KeyVault/vaults/k",
        ),
    ],
)
def test_expression_comes_to_what_arm_makes_of_it(tmp_path: Path, expression: str, value: str | None) -> None:
    found = _expanded(tmp_path, {"resources": [_account(tags={"is": expression})]})

    assert rows_in(found)[f"{STORAGE}/acc"]["tags"].get("is") == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("[parameters('missing')]", "missing is not declared"),
        ("[listKeys('x', '2023-01-01').keys[0].value]", "secret"),
        ("[newGuid()]", "is made when the template is deployed"),
        ("[dateTimeAdd('2026-01-01', 'P1D')]", "function datetimeadd is not known here"),
        ("[string(filter(createArray('a'), lambda('x', equals(lambdaVariables('x'), newGuid()))))]", "is made when"),
        ("[map('text', lambda('x', 1))]", "map is given what it does not take"),
        ("[lambdaVariables('x')]", "outside of a lambda"),
        ("[concat('a']", "an expression is not evaluated"),
        ("[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v')]", "names"),
        ("[div(1, 0)]", "divides by zero"),
        ("[if('false', 'a', 'b')]", "neither true nor false"),
        ("[not('false')]", "neither true nor false"),
        ("[and(true(), 'true')]", "true or false"),
        ("[less('a', 'B')]", "order hangs on case"),
        ("[createObject('a', 1, 'A', 2).a]", "a property twice"),
        ('[json(\'{"a": 1, "A": 2}\').a]', "a property twice"),
        ("[toObject(createArray('a', 'A'), lambda('x', lambdaVariables('x')))]", "a property twice"),
        ("[equals(createArray('A'), createArray('a'))]", "only in case"),
        # Bicep has `=~` beside `==`, which becomes equals: so that minds the case, which its own page does not say.
        ("[if(equals('A', 'a'), 'same', 'other')]", "differ only in case"),
        ("[indexOf(createArray('A'), 'a')]", "differ only in case"),
        ("[concat('x', resourceGroup().location)]", "region of the resource group"),
        ("[padLeft('x', 99999999)]", "too long"),
        ("[" + "concat('x', " * 80 + "'x'" + ")" * 80 + "]", "too deeply"),
    ],
)
def test_what_a_template_does_not_tell_is_unknown_with_the_reason(tmp_path: Path, expression: str, why: str) -> None:
    assert why in _tags(expression, tmp_path)["$unknown"]


_FUNCTIONS = sorted({*FUNCTIONS, *TAKING, *SURROUNDINGS, "if", "and", "coalesce", "copyindex", "parameters", "lambda"})
_ODD = (
    "",
    "1",
    "'a'",
    "null()",
    "createArray(1), createObject()",
    "lambda()",
    "createArray(1), lambda()",
    "1, 2, 3, 4, 5",
)


def test_function_that_is_given_what_it_does_not_take_is_not_known_and_no_crash(tmp_path: Path) -> None:
    tags = {f"{name}({odd})": f"[{name}({odd})]" for name in _FUNCTIONS for odd in _ODD}
    found = rows_in(_expanded(tmp_path, {"resources": [_account(tags=tags)]}))[f"{STORAGE}/acc"]["tags"]

    assert {*tags} - {*found} <= {
        each for each in tags if "null()" in each or each.startswith(("null", "coal", "tryget"))
    }
    assert all("$unknown" in found[each] for each in ("if()", "reference()", "parameters()", "map(lambda())"))


def test_parameters_are_given_then_their_default_and_then_not_known(tmp_path: Path) -> None:
    declared = {
        "given": {"type": "string", "defaultValue": "not this"},
        "default": {"type": "string", "defaultValue": "[concat(parameters('given'), '!')]"},
        "open": {"type": "string"},
        "nullable": {"type": "string", "nullable": True},
    }
    tags = {name: f"[parameters('{name}')]" for name in declared}
    template = {"parameters": declared, "resources": [_account(tags=tags)]}
    found = _expanded(tmp_path, template, {"parameters": {"GIVEN": {"value": "x"}}})
    held = rows_in(found)[f"{STORAGE}/acc"]["tags"]

    assert (held["given"], held["default"]) == ("x", "x!")
    assert "the parameter open has no value" in held["open"]["$unknown"]
    assert "nullable" not in held


def test_secret_parameters_are_never_kept(tmp_path: Path) -> None:
    secret = "hunter2-hunter2-hunter2"  # noqa: S105 - nobody's
    template = {
        "parameters": {"pw": {"type": "secureString"}, "vault": {"type": "string"}},
        "resources": [_account(tags={"a": "[parameters('pw')]", "b": "[parameters('vault')]"})],
    }
    given = {"parameters": {"pw": {"value": secret}, "vault": {"reference": {"secretName": secret}}}}
    found = _expanded(tmp_path, template, given)

    assert secret not in repr((found.resources, found.notes, found.gaps))


def test_variables_and_their_loops(tmp_path: Path) -> None:
    variables = {
        "prefix": "snet",
        "copy": [{"name": "names", "count": 3, "input": "[concat(variables('prefix'), copyIndex('names', 1))]"}],
    }

    assert _tags("[join(variables('names'), ' ')]", tmp_path, variables=variables) == "snet1 snet2 snet3"


def test_variable_that_is_declared_by_itself_is_unknown(tmp_path: Path) -> None:
    assert "by itself" in _tags("[variables('a')]", tmp_path, variables={"a": "[variables('a')]"})["$unknown"]


def test_loops_of_resources_and_of_properties(tmp_path: Path) -> None:
    subnets = {
        "name": "subnets",
        "count": 2,
        "input": {
            "name": "[format('s{0}', copyIndex('subnets'))]",
            "properties": {"addressPrefix": "[format('10.0.{0}.0/24', copyIndex('subnets'))]"},
        },
    }
    vnet = {
        "type": VNET,
        "name": "[format('net{0}', copyIndex())]",
        "copy": {"name": "nets", "count": 2},
        "properties": {"copy": [subnets], "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    }
    rows = rows_in(_expanded(tmp_path, {"resources": [vnet]}))

    assert {each for each in rows if each.startswith(VNET)} == {f"{VNET}/net0", f"{VNET}/net1"}
    assert [each["properties"]["addressPrefix"] for each in rows[f"{VNET}/net1"]["properties"]["subnets"]] == [
        "10.0.0.0/24",
        "10.0.1.0/24",
    ]


def test_condition_that_is_false_leaves_a_resource_out_and_one_that_is_open_leaves_it_unknown(tmp_path: Path) -> None:
    resources = [_account("no", condition="[false()]"), _account("maybe", condition="[parameters('x')]")]
    rows = rows_in(_expanded(tmp_path, {"resources": resources}))

    assert f"{STORAGE}/no" not in rows
    assert "whether it is deployed is not known" in rows[f"{STORAGE}/maybe"]["properties"]["$unknown"]


def test_property_that_comes_to_null_is_absent(tmp_path: Path) -> None:
    account = _account(properties={"publicNetworkAccess": "[if(false(), 'Disabled', null())]"})

    assert rows_in(_expanded(tmp_path, {"resources": [account]}))[f"{STORAGE}/acc"]["properties"] == {}


@pytest.mark.parametrize("inside", [True, False])
def test_children_stand_in_their_parent_wherever_they_are_declared(tmp_path: Path, inside: bool) -> None:
    vnet: dict[str, Any] = {
        "type": VNET,
        "name": "net",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    }
    properties = {"addressPrefix": "10.0.0.0/24"}
    child = {"type": "subnets", "name": "s", "properties": properties}
    flat = {"type": f"{VNET}/subnets", "name": "net/s", "properties": properties}
    resources = [{**vnet, "resources": [child]}] if inside else [vnet, flat]
    row = rows_in(_expanded(tmp_path, {"resources": resources}))[f"{VNET}/net"]

    assert [each["id"] for each in row["properties"]["subnets"]] == [f"{HERE}/providers/{VNET}/net/subnets/s"]


def _nested(scope: str | None, **template: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    options = {"expressionEvaluationOptions": {"scope": scope}} if scope else {}
    return {
        "type": "Microsoft.Resources/deployments",
        "name": "inner",
        "properties": {"template": template, "parameters": {"p": {"value": "inner"}}, **options},
    }


@pytest.mark.parametrize(("scope", "name"), [("inner", "inner"), ("outer", "outer"), (None, "outer")])
def test_nested_deployment_reads_the_parameters_of_its_scope(tmp_path: Path, scope: str | None, name: str) -> None:
    nested = _nested(scope, parameters={"p": {"type": "string"}}, resources=[_account("[parameters('p')]")])
    template = {"parameters": {"p": {"type": "string", "defaultValue": "outer"}}, "resources": [nested]}

    assert f"{STORAGE}/{name}" in rows_in(_expanded(tmp_path, template))


def test_nested_deployment_of_a_symbolic_template_has_a_scope_of_its_own(tmp_path: Path) -> None:
    nested = _nested(None, parameters={"p": {"type": "string"}}, resources=[_account("[parameters('p')]")])
    declared = {"p": {"type": "string", "defaultValue": "outer"}}
    template = {"languageVersion": "2.0", "parameters": declared, "resources": {"n": nested}}

    assert f"{STORAGE}/inner" in rows_in(_expanded(tmp_path, template))


def test_property_that_stands_there_twice_is_not_known(tmp_path: Path) -> None:
    account = _account(properties={"publicNetworkAccess": "Disabled", "PublicNetworkAccess": "Enabled"})
    found = rows_in(_expanded(tmp_path, {"resources": [account]}))[f"{STORAGE}/acc"]["properties"]

    assert "twice" in found["publicNetworkAccess"]["$unknown"]


def test_names_of_properties_are_read_in_any_case(tmp_path: Path) -> None:
    kind = "Microsoft.Network/networkInterfaces"
    inside = {"PublicIpAddress": {"ID": f"{HERE}/providers/Microsoft.Network/publicIPAddresses/ip"}}
    interface = {
        "type": kind,
        "name": "nic",
        "Tags": {"Type": "kept"},
        "Properties": {"IpConfigurations": [{"Name": "ip", "PROPERTIES": inside}]},
    }
    row = rows_in(_expanded(tmp_path, {"resources": [interface]}))[f"{kind}/nic"]
    address = decode(NetworkInterface, row).ip_configurations[0].public_address

    assert str(address).endswith("/publicIPAddresses/ip")
    assert row["tags"] == {"Type": "kept"}


@pytest.mark.parametrize("again", [False, True], ids=["otherwise", "alike"])
def test_two_resources_of_one_id_are_not_known_where_they_differ(tmp_path: Path, again: bool) -> None:
    closed = _account(properties={"publicNetworkAccess": "Disabled"})
    second = closed if again else _account(properties={"publicNetworkAccess": "Enabled"})
    found = _expanded(tmp_path, {"resources": [closed, _nested("inner", resources=[second])]})

    assert ("$unknown" in rows_in(found)[f"{STORAGE}/acc"]["properties"]) is not again
    assert any("two resources of one id" in note for note in found.notes) is not again


def test_outputs_of_a_nested_deployment_lead_into_it(tmp_path: Path) -> None:
    output = {"id": {"type": "string", "value": f"[resourceId('{STORAGE}', 'deep')]"}}
    nested = _nested("inner", resources=[_account("deep")], outputs=output)
    expression = "[reference(resourceId('Microsoft.Resources/deployments', 'inner')).outputs.id.value]"
    rows = rows_in(_expanded(tmp_path, {"resources": [nested, _account(tags={"is": expression})]}))

    assert rows[f"{STORAGE}/acc"]["tags"]["is"] == f"{HERE}/providers/{STORAGE}/deep"


def test_linked_template_is_told_and_not_judged(tmp_path: Path) -> None:
    linked = {"type": "Microsoft.Resources/deployments", "name": "far", "properties": {"templateLink": {"uri": "x"}}}

    found = _expanded(tmp_path, {"resources": [linked]})

    assert "linked template of far" in found.notes[0]
    assert [gap.kind for gap in found.gaps] == [SUBSCRIPTION_TYPE]


def _rule(name: str, **beside: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": f"{_NSG}/securityRules", "name": name, "properties": {"access": "Allow"}, **beside}


@pytest.mark.parametrize(
    "rule",
    [
        _rule("[concat(parameters('which'), '/open')]"),
        _rule("[concat('nsg/', parameters('which'))]"),
        _rule("[format('nsg/{0}', copyIndex())]", copy={"name": "rules", "count": "[parameters('which')]"}),
    ],
    ids=["group", "rule", "how many"],
)
def test_rules_that_may_lie_in_a_group_leave_its_rules_open(tmp_path: Path, rule: dict[str, Any]) -> None:
    template = {"parameters": {"which": {"type": "string"}}, "resources": [{"type": _NSG, "name": "nsg"}, rule]}
    found = _expanded(tmp_path, template)

    assert "$unknown" in rows_in(found)[f"{_NSG}/nsg"]["properties"]["securityRules"]
    assert f"{_NSG}/securityRules" in {gap.kind for gap in found.gaps}


def test_what_a_deployment_deploys_that_may_not_be_is_not_known(tmp_path: Path) -> None:
    inner = _nested("outer", resources=[_account("deep", properties={"publicNetworkAccess": "Disabled"})])
    nested = {**inner, "condition": "[parameters('which')]"}
    template = {"parameters": {"which": {"type": "bool"}}, "resources": [nested]}

    assert "not known" in rows_in(_expanded(tmp_path, template))[f"{STORAGE}/deep"]["properties"]["$unknown"]


@pytest.mark.parametrize("condition", [False, "[parameters('which')]"])
def test_rule_in_a_group_of_no_known_name_that_may_be_there_already_leaves_rules_open(
    tmp_path: Path, condition: object
) -> None:
    inside = [_rule("open", type="securityRules")]
    group = {"type": _NSG, "name": "[parameters('which')]", "condition": condition, "resources": inside}
    template = {"parameters": {"which": {"type": "string"}}, "resources": [{"type": _NSG, "name": "nsg"}, group]}

    assert "$unknown" in rows_in(_expanded(tmp_path, template))[f"{_NSG}/nsg"]["properties"]["securityRules"]


def test_record_in_a_zone_of_no_known_name_leaves_records_open(tmp_path: Path) -> None:
    record = {"type": "Microsoft.Network/privateDnsZones/A", "name": "[parameters('which')]", "properties": {}}
    found = _expanded(tmp_path, {"parameters": {"which": {"type": "string"}}, "resources": [record]})

    assert "Microsoft.Network/privateDnsZones/ALL" in {gap.kind for gap in found.gaps}


def test_elements_are_read_in_any_case_and_not_twice(tmp_path: Path) -> None:
    open_one = {"Type": STORAGE, "NAME": "open", "Condition": False, "properties": {}}
    inner = {"Parameters": {"p": {"type": "string", "defaultValue": "x"}}, "Resources": [_account("[parameters('p')]")]}
    nested = {
        "type": "Microsoft.Resources/deployments",
        "name": "inner",
        "Properties": {
            "ExpressionEvaluationOptions": {"scope": "inner"},
            "Template": inner,
            "Parameters": {"p": {"value": "given"}},
        },
    }
    rows = rows_in(_expanded(tmp_path, {"Resources": [open_one, nested]}))

    assert {each.rpartition("/")[2] for each in rows if each.startswith(STORAGE)} == {"given"}
    with pytest.raises(CodeError, match="has properties and Properties in one place"):
        _expanded(tmp_path, {"resources": [_account(Properties={})]})


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"parameters": "[variables('passed')]"}, "given"),
        ({"parameters": {"p": {"Value": "given"}}}, "given"),
        ({"parametersLink": {"uri": "x"}}, ""),
        ({"parameters": "[parameters('missing')]"}, ""),
    ],
)
def test_what_a_deployment_gives_its_parameters(tmp_path: Path, given: dict[str, Any], name: str) -> None:
    inner = {
        "parameters": {"p": {"type": "string", "defaultValue": "default"}},
        "resources": [_account("[parameters('p')]")],
    }
    options = {"expressionEvaluationOptions": {"scope": "inner"}, "template": inner, **given}
    nested = {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": options}
    template = {"variables": {"passed": {"p": {"value": "given"}}}, "resources": [nested]}
    found = [each.rpartition("/")[2] for each in rows_in(_expanded(tmp_path, template)) if each.startswith(STORAGE)]

    assert len(found) == 1
    assert found[0] == name if name else found[0].startswith("tf~")


def test_child_of_what_is_not_deployed_is_deployed(tmp_path: Path) -> None:
    compute = {"type": "computes", "name": "cpu", "properties": {"computeType": "AmlCompute"}}
    workspace = {"type": WORKSPACES, "name": "ws", "condition": False, "resources": [compute]}
    found = _expanded(tmp_path, {"resources": [workspace]})

    assert f"{WORKSPACES}/ws/computes/cpu" in rows_in(found)
    assert f"{WORKSPACES}/ws" not in rows_in(found)
    assert WORKSPACES.lower() in {gap.kind.lower() for gap in found.gaps}


def test_symbolic_names_and_resources_that_exist(tmp_path: Path) -> None:
    template = {
        "languageVersion": "2.0",
        "resources": {
            "old": {"existing": True, "type": "Microsoft.KeyVault/vaults", "name": "kv"},
            "own": _account(tags={"kind": "[reference('other').kindOfIt]", "old": "[reference('old').enableRbac]"}),
            "other": _account("other", properties={"kindOfIt": "here"}),
        },
    }
    found = _expanded(tmp_path, template)
    tags = rows_in(found)[f"{STORAGE}/acc"]["tags"]

    assert tags["kind"] == "here"
    assert "kv tells it when the template is deployed" in tags["old"]["$unknown"]
    assert [gap.kind for gap in found.gaps] == ["Microsoft.KeyVault/vaults"]


def test_what_lies_in_something_that_the_template_does_not_declare_leaves_that_open(
    pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    """A compute of a workspace that is there already was taken for a compute of none, and nothing applied."""
    compute = {"type": f"{WORKSPACES}/computes", "name": "mlw/cluster", "properties": {"computeType": "AmlCompute"}}
    found = _expanded(tmp_path, {"resources": [compute]})
    judged = evaluate([pack["compute-no-public-ip"], pack["workspace-public-access-disabled"]], graph_in(found))

    assert [(gap.kind, gap.scope) for gap in found.gaps] == [(WORKSPACES, f"{HERE}/providers/{WORKSPACES}/mlw")]
    assert {each.verdict for each in judged} == {Verdict.UNKNOWN}


def test_what_lies_deep_in_something_that_is_not_declared_leaves_all_above_it_open(tmp_path: Path) -> None:
    version = {"type": f"{WORKSPACES}/data/versions", "name": "mlw/set/1", "properties": {}}

    assert WORKSPACES in {gap.kind for gap in _expanded(tmp_path, {"resources": [version]}).gaps}


def test_names_of_a_workspace_follow_where_the_region_is_that_of_the_group(tmp_path: Path) -> None:
    place = "[resourceGroup().location]"
    asks = {"privateLinkServiceId": f"{HERE}/providers/{WORKSPACES}/mlw", "groupIds": ["amlworkspace"]}
    connections = {"privateLinkServiceConnections": [{"name": "c", "properties": asks}]}
    template = {
        "resources": [
            {"type": WORKSPACES, "name": "mlw", "location": place, "properties": {}},
            {"type": "Microsoft.Network/privateEndpoints", "name": "pe", "properties": connections},
        ]
    }
    rows = rows_in(_expanded(tmp_path, template))
    (interface,) = (each for key, each in rows.items() if "/networkInterfaces/" in key)
    shown = [
        each["properties"]["privateLinkConnectionProperties"] for each in interface["properties"]["ipConfigurations"]
    ]

    assert {each["requiredMemberName"] for each in shown} == {"default", "notebook", "inference"}
    assert all(isinstance(name, str) for each in shown for name in each["fqdns"])
    assert "$unknown" in rows[f"{WORKSPACES}/mlw"]["location"]


def test_node_pools_inside_of_a_cluster_are_pools(tmp_path: Path) -> None:
    pools = [{"name": "system", "enableNodePublicIP": True, "count": 3}, {"name": "[parameters('open')]"}]
    cluster = {
        "type": "Microsoft.ContainerService/managedClusters",
        "name": "aks",
        "properties": {"agentPoolProfiles": pools},
    }
    rows = rows_in(_expanded(tmp_path, {"resources": [cluster]}))
    found = {key: each["properties"] for key, each in rows.items() if "/agentPools/" in key}

    assert found == {
        "Microsoft.ContainerService/managedClusters/aks/agentPools/system": {"enableNodePublicIP": True},
        "Microsoft.ContainerService/managedClusters/aks/agentPools/pool~1": {},
    }


def test_states_that_an_author_writes_are_not_heard(tmp_path: Path) -> None:
    state = {"status": "Approved"}
    asks = {
        "name": "c",
        "properties": {
            "privateLinkServiceId": f"{HERE}/providers/{STORAGE}/acc",
            "groupIds": ["blob"],
            "privateLinkServiceConnectionState": state,
        },
    }
    endpoint = {
        "type": "Microsoft.Network/privateEndpoints",
        "name": "pe",
        "properties": {"manualPrivateLinkServiceConnections": [asks]},
    }
    row = rows_in(_expanded(tmp_path, {"resources": [endpoint]}))["Microsoft.Network/privateEndpoints/pe"]
    side = row["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]

    assert side["privateLinkServiceConnectionState"] == {"status": "Pending"}


def test_group_that_is_declared_inside_a_subnet_is_open(tmp_path: Path) -> None:
    subnet = {"name": "s", "properties": {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"properties": {}}}}
    vnet = {"type": VNET, "name": "net", "properties": {"subnets": [subnet]}}
    found = rows_in(_expanded(tmp_path, {"resources": [vnet]}))[f"{VNET}/net"]["properties"]["subnets"][0]

    assert "$unknown" in found["properties"]["networkSecurityGroup"]["id"]


def test_comments_commas_and_texts_over_lines_are_taken_as_arm_takes_them(tmp_path: Path) -> None:
    text = """{
      // the account
      "resources": [ /* one */ {"type": "TYPE", "name": "acc", "tags": {"a": "x // no comment
      over lines"}, "properties": {},}, ],
    }""".replace("TYPE", STORAGE)
    tags = rows_in(_expanded(tmp_path, text))[f"{STORAGE}/acc"]["tags"]

    assert tags["a"].startswith("x // no comment\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("resource x 'y' = {}", "is no JSON"),
        ("{}", "has no resources"),
        ("[]", "has no resources"),
        ('{"a":' * 100_000, "nested too deeply"),
        (
            json.dumps({"resources": [{"type": "a/b", "name": "x", "copy": {"name": "c", "count": 5000}}]}),
            "ARM allows 800",
        ),
    ],
)
def test_file_that_is_no_template_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CodeError) as caught:
        _expanded(tmp_path, text)

    assert said in str(caught.value)


def test_template_that_has_no_end_is_not_read_on(tmp_path: Path) -> None:
    variables: dict[str, Any] = {"v0": "x"}
    for each in range(1, 40):
        variables[f"v{each}"] = f"[concat(variables('v{each - 1}'), variables('v{each - 1}'))]"

    assert "too long" in _tags("[variables('v39')]", tmp_path, variables=variables)["$unknown"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.json", '{"p": "Enabled"}', "gives the parameter p neither a value nor a reference"),
        ("p.json", '{"parameters": {"p": {}}}', "gives the parameter p neither a value nor a reference"),
        ("p.bicepparam", "using 'main.bicep'", "az bicep build-params"),
    ],
)
def test_file_of_parameters_that_gives_no_value_is_told(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / "main.json").write_text(
        json.dumps({"parameters": {"p": {"type": "string"}}, "resources": [_account()]})
    )
    (tmp_path / name).write_text(text)
    with pytest.raises(CodeError, match=said):
        TemplateSource((tmp_path / "main.json",), (tmp_path / name,)).collect(Silent())


def test_parameter_that_the_template_does_not_declare_is_told(tmp_path: Path) -> None:
    found = _expanded(tmp_path, {"resources": [_account()]}, {"parameters": {"typo": {"value": "x"}}})

    assert found.notes[0] == "1 parameter that the template does not declare: typo"


def test_parameters_go_with_the_templates_in_their_order(tmp_path: Path) -> None:
    paths = []
    for name in ("one", "two"):
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps({"resources": [_account(name)]}))

    assert len(TemplateSource(tuple(paths)).collect(Silent()).resources) == 3
    with pytest.raises(UsageError, match="a --parameters FILE for each --template"):
        TemplateSource(tuple(paths), (paths[0],)).collect(Silent())


def test_bicep_without_its_compiler_says_how_to_compile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "main.bicep"
    path.write_text("param x string")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CodeError, match="az bicep build"):
        TemplateSource((path,)).collect(Silent())


@pytest.mark.skipif(sys.platform == "win32", reason="a script as a program")
def test_bicep_is_compiled_by_the_program_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, path = tmp_path / "bicep", tmp_path / "main.bicep"
    compiler.write_text(
        f"#!{sys.executable}\nimport sys\nprint({json.dumps(json.dumps({'resources': [_account()]}))})\n"
    )
    compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
    path.write_text("param x string")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert f"{STORAGE}/acc" in rows_in(TemplateSource((path,)).collect(Silent()))


@pytest.mark.parametrize("name", ["reference", "hub-spoke-private-resolver", "landing-zone", "virtual-wan", "article"])
def test_template_of_a_layout_comes_to_what_the_layout_does(
    name: str, pack: dict[str, Rule[Subject]], tmp_path: Path
) -> None:
    rows = raw_estate(name)
    found = by_subject(evaluate(pack.values(), graph_in(_expanded(tmp_path, templates_of(rows)))))
    deployed = by_subject(evaluate(pack.values(), Graph([redact(each) for each in rows])))
    unknown = {rule for (rule, _), verdict in found.items() if verdict is Verdict.UNKNOWN}
    decided = {key: verdict for key, verdict in found.items() if verdict is not Verdict.UNKNOWN}

    assert decided == {key: deployed.get(key) for key in decided}
    assert unknown <= {"managed-network-outbound-rules-active", "managed-network-provisioned"}
