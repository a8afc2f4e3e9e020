"""Lines: where a resource and a value of it stand, and what is told of code that is not read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Silent
from scanner.collect.iac.hcl import packages
from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.hcl.syntax import read_hcl
from scanner.collect.iac.template_source import TemplateSource
from scanner.collect.iac.terraform.document import read_document
from scanner.collect.iac.terraform_lines import TerraformLines
from scanner.errors import CodeError
from scanner.model.arm import ArmId
from scanner.model.place import Place, Positions
from tests.collect.iac.plan_json import Declared, plan
from tests.collect.iac.support import GROUP, NETWORK, SUBSCRIPTION, made

STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"

MAIN = """\
# what belongs together
resource "azurerm_storage_account" "st" {
  name                = "st"
  resource_group_name = "rg"
  public_network_access_enabled = true
  network_rules {
    default_action = "Allow"
  }
}

resource "azurerm_network_security_group" "nsg" {
  name = "nsg"

  security_rule {
    name   = "one"
    access = "Allow"
  }
  security_rule {
    name   = "two"
    access = "Deny"
  }
}

resource "azurerm_storage_account" "many" {
  for_each = toset(["a", "b"])
  name     = "st${each.key}"
}

module "inner" {
  source = "./modules/inner"
}

module "bought" {
  source  = "Azure/thing/azurerm"
  version = "1.0.0"
}
"""

INNER = """\

resource "azurerm_public_ip" "ip" { /* here */ name = "é𝄞${var.n}" }
"""


def _nested(call: str, kind: str, label: str, name: str) -> dict[str, Any]:
    address = f"module.{call}.{kind}.{label}"
    change = {"actions": ["create"], "after": {"name": name, "resource_group_name": "rg"}, "after_unknown": {}}
    return {
        "address": address,
        "module_address": f"module.{call}",
        "mode": "managed",
        "type": kind,
        "name": label,
        "change": change,
    }


def _document() -> dict[str, Any]:
    account = {"public_network_access_enabled": True, "network_rules": [{"default_action": "Allow"}]}
    rules = [{"name": "two", "access": "Deny"}, {"name": "one", "access": "Allow"}]
    content = plan(
        [
            made("azurerm_storage_account", "st", **account),
            made("azurerm_network_security_group", "nsg", security_rule=rules),
        ]
    )
    for key in "ab":
        many = _nested("x", "azurerm_storage_account", "many", f"st{key}")
        many |= {"address": f'azurerm_storage_account.many["{key}"]', "module_address": "", "index": key}
        content["resource_changes"].append(many)
    content["resource_changes"].append(_nested("inner", "azurerm_public_ip", "ip", "ip-in"))
    content["resource_changes"].append(_nested("bought", "azurerm_public_ip", "ip", "ip-bought"))
    return content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("code")
    (path / "main.tf").write_text(MAIN)
    (path / "modules" / "inner").mkdir(parents=True)
    (path / "modules" / "inner" / "ip.tf").write_text(INNER)
    (path / "plan.json").write_text(json.dumps(_document()))
    return path


@pytest.fixture(scope="module")
def lines(folder: Path) -> TerraformLines:
    return TerraformLines([(read_document(folder / "plan.json"), Code(str(folder)))], SUBSCRIPTION)


def _told(place: Place | None) -> tuple[str, int, int] | None:
    return (place.file.rpartition("/")[2], place.line, place.column) if place is not None else None


@pytest.mark.parametrize(
    ("arm_id", "place"),
    [
        (f"{STORAGE}/st", ("main.tf", 2, 1)),
        (f"{NETWORK}/networkSecurityGroups/nsg", ("main.tf", 11, 1)),
        (f"{NETWORK}/networkSecurityGroups/nsg/securityRules/one", ("main.tf", 11, 1)),
        (f"{STORAGE}/sta", ("main.tf", 24, 1)),
        (f"{STORAGE}/stb", ("main.tf", 24, 1)),
        (f"{NETWORK}/publicIPAddresses/ip-in", ("ip.tf", 2, 1)),
        # A module that is not here: where it is called.
        (f"{NETWORK}/publicIPAddresses/ip-bought", ("main.tf", 33, 1)),
        (f"{STORAGE}/elsewhere", None),
    ],
)
def test_resource_stands_at_its_block(lines: TerraformLines, arm_id: str, place: tuple[str, int, int] | None) -> None:
    assert _told(lines.of(ArmId(arm_id))) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("properties.publicNetworkAccess", ("main.tf", 5, 3)),
        ("properties.networkAcls.defaultAction", ("main.tf", 7, 5)),
        ("properties.minimumTlsVersion", None),
    ],
)
def test_value_stands_at_its_attribute(lines: TerraformLines, path: str, place: tuple[str, int, int] | None) -> None:
    assert _told(lines.of_value(ArmId(f"{STORAGE}/st"), tuple(path.split(".")))) == place


def test_block_declares_what_all_its_instances_are(lines: TerraformLines) -> None:
    places = {each: lines.of(ArmId(f"{STORAGE}/{each}")) for each in ("st", "sta")}
    call = lines.of(ArmId(f"{NETWORK}/publicIPAddresses/ip-bought"))

    assert places["st"] is not None
    assert lines.ids_at(places["st"]) == (f"{STORAGE}/st",)
    assert places["sta"] is not None
    assert lines.ids_at(places["sta"]) == (f"{STORAGE}/sta", f"{STORAGE}/stb")
    assert call is not None
    assert lines.ids_at(call) == (f"{NETWORK}/publicIPAddresses/ip-bought",)


def test_columns_count_utf16_units() -> None:
    found = read_hcl("x.tf", "/* 𝄞 */ locals { é = 1 }\n".encode())
    (block,) = found.blocks
    text = "𝄞a\nb"

    assert block.body.attributes["é"].place.column == 19
    assert Positions("x", text).at(1) == Place("x", 1, 3)
    assert Positions("x", text).at(3) == Place("x", 2, 1)


def test_broken_file_gives_what_can_be_read_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "a" "b" {\n  x = = 1\n}\nresource "c" "d" {\n  y = 1\n}\n')
    code = Code(str(tmp_path))

    assert code.find((), "managed", "c", "d").block is not None
    assert [each for each in code.notes if "line 2 cannot be read" in each] != []


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.tf").write_text('resource "secret" "x" {}\n')
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.tf").write_text('resource "secret" "y" {}\n')
    (inside / "main.tf").write_text('module "out" {\n  source = "../other"\n}\nmodule "self" {\n  source = "./"\n}\n')
    (inside / "link.tf").symlink_to(tmp_path / "secret.tf")
    (inside / "loop.tf").symlink_to(inside / "loop.tf")
    (inside / "loops").symlink_to(inside)
    os.mkfifo(inside / "pipe.tf")
    (inside / "folder.tf").mkdir()
    (inside / "huge.tf").write_bytes(b"#" * (8 << 20) + b"\n")
    code = Code(str(inside))
    told = "\n".join(code.notes)

    assert code.find(("self", "self", "out"), "managed", "secret", "y").block is None
    assert code.find((), "managed", "secret", "x").block is None
    assert "module out is ../other, which leads out of" in told
    assert all(f"{each}.tf" in told for each in ("link", "loop", "pipe", "folder", "huge"))


def test_outer_folder_may_hold_modules_beside_the_one_that_is_planned(tmp_path: Path) -> None:
    for name, text in (("envs/prod", 'module "m" {\n  source = "../../modules/m"\n}\n'), ("modules/m", INNER)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "main.tf").write_text(text)
    code = Code(f"{tmp_path}//envs/prod")

    assert code.find(("m",), "managed", "azurerm_public_ip", "ip").block is not None
    assert code.notes == []


def test_json_and_overrides_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text('resource "t" "n" {\n  a = 1\n  b = 2\n}\n')
    (tmp_path / "b_override.tf").write_text('\nresource "t" "n" {\n  b = 3\n}\n')
    (tmp_path / "c.tf.json").write_text('{"resource": {"t": {\n  "j": {"x": true, "inner": [{"y": "z"}]}}}}')
    code = Code(str(tmp_path))
    plain, written = code.find((), "managed", "t", "n").block, code.find((), "managed", "t", "j").block

    assert plain is not None
    assert _told(plain.place) == ("a.tf", 1, 1)
    assert [_told(each.place) for each in plain.body.attributes.values()] == [("a.tf", 2, 3), ("b_override.tf", 3, 3)]
    assert written is not None
    assert [_told(each.place) for _, each in written.body.walk()] == [("c.tf.json", 2, 9), ("c.tf.json", 2, 31)]


@pytest.mark.parametrize(
    ("source", "words"), [("{}/none", "cannot be read"), ("{}//none", "no folder none"), ("{}", "no Terraform")]
)
def test_source_that_is_none_is_told(tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(CodeError, match=words):
        Code(source.format(tmp_path))


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda _: None)

    with pytest.raises(
        CodeError, match=r"needs tree-sitter and tree-sitter-hcl: in a checkout, pip install '\.\[iac\]'"
    ):
        Code(str(tmp_path))


def test_what_is_not_in_the_code_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "other" "x" {}\n')
    (tmp_path / "plan.json").write_text(json.dumps(plan([Declared("azurerm_public_ip", "ip", {"name": "ip"})])))
    found = TerraformLines([(read_document(tmp_path / "plan.json"), Code(str(tmp_path)))])

    assert [*found.notes] == ["not found in --source, and without lines: azurerm_public_ip.ip"]


TEMPLATE = """\
{ // comments are fine
  "resources": [
    {
      "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "st",
      "properties": {
        "publicNetworkAccess": "[if(true(), 'Enabled', 'Disabled')]",
        "networkAcls": {"defaultAction": "Allow",},
      },
      "resources": [{"type": "blobServices", "name": "default", "properties": {}}]
    },
    {
      "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-01-01", "name": "v",
      "properties": {"subnets": [
        {"name": "s1"},
        {"name": "[concat('s', '2')]"}]}
    },
    {
      "type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d",
      "properties": {"template": {"resources": [
        {"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2023-01-01", "name": "ip", "properties": {}}
      ]}}
    }
  ]
}
"""


def test_templates_tell_lines_of_resources_values_parts_and_nested_deployments(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text(TEMPLATE)
    found = TemplateSource((tmp_path / "main.json",)).collect(Silent())
    assert found.lines is not None
    ids = {str(each["id"]).rpartition("/providers/")[2]: ArmId(str(each["id"])) for each in found.resources}
    account, vnet = ids["Microsoft.Storage/storageAccounts/st"], ids["Microsoft.Network/virtualNetworks/v"]
    value = ("properties", "PublicNetworkAccess"), ("properties", "networkAcls", "defaultAction"), ("properties", "x")

    assert _told(found.lines.of(account)) == ("main.json", 3, 5)
    assert _told(found.lines.of(ArmId(f"{account}/blobServices/default"))) == ("main.json", 9, 21)
    assert [_told(found.lines.of(ArmId(f"{vnet}/subnets/{each}"))) for each in ("s1", "s2")] == [
        ("main.json", 14, 9),
        ("main.json", 15, 9),
    ]
    assert _told(found.lines.of(ids["Microsoft.Network/publicIPAddresses/ip"])) == ("main.json", 20, 9)
    assert [_told(found.lines.of_value(account, each)) for each in value] == [
        ("main.json", 6, 9),
        ("main.json", 7, 25),
        None,
    ]


def test_block_of_another_name_is_not_that_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "azurerm_public_ip" "ip" {\n  name = "of-another-root"\n}\n')
    (tmp_path / "plan.json").write_text(json.dumps(plan([Declared("azurerm_public_ip", "ip", {"name": "ip"})])))
    found = TerraformLines([(read_document(tmp_path / "plan.json"), Code(str(tmp_path)))])

    assert [*found.notes] == ["not found in --source, and without lines: azurerm_public_ip.ip"]


@pytest.mark.parametrize("other", ["ip", "another"])
def test_block_that_several_roots_seem_to_have_is_that_of_none(tmp_path: Path, other: str) -> None:
    (tmp_path / "main.tf").write_text('resource "azurerm_public_ip" "ip" {\n  name = var.name\n}\n')
    code = Code(str(tmp_path))
    documents = []
    for name in ("ip", other):
        (tmp_path / f"{name}.json").write_text(json.dumps(plan([made("azurerm_public_ip", "ip", name=name)])))
        documents.append((read_document(tmp_path / f"{name}.json"), code))
    found = TerraformLines(documents)
    place = found.of(ArmId(f"{NETWORK}/publicIPAddresses/ip"))
    block = code.find((), "managed", "azurerm_public_ip", "ip").block
    assert block is not None

    assert (place is not None) is (other == "ip")
    assert [note.partition(": ")[2] for note in found.notes] == [
        "several plans or states have this block, of different resources: name a --source for each"
    ] * (other != "ip")
    assert bool(found.ids_at(block.place)) is (other == "ip")
