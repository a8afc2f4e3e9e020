"""Edits of code: a diff that applies, after which the plan passes, and remarks where no attribute does it alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.terraform.document import read_document
from scanner.collect.iac.terraform_edits import EditableLines
from scanner.fix.in_code import Patches
from scanner.model.arm import ArmId
from scanner.model.place import CodeEdit
from tests.cli.test_cli import assert_one_line_error, mlsec
from tests.collect.iac.plan_json import Ref, plan
from tests.collect.iac.support import GROUP, SUBSCRIPTION, made

CODE = """\
resource "azurerm_container_registry" "this" {
	admin_enabled = true # a tab before it
}
resource "azurerm_machine_learning_workspace" "this" {
  name = "this"
}
resource "azurerm_storage_account" "this" {
  network_rules {
    default_action = "Allow"
  }
}
resource "azurerm_storage_account" "two" {
  count                         = 2
  public_network_access_enabled = true
}
resource "azurerm_storage_account" "variable" {
  public_network_access_enabled = var.open
}
resource "azurerm_storage_account" "empty" {}
"""


def _document(*, admin: bool = True) -> dict[str, Any]:
    registry = made("azurerm_container_registry", "this", sku="Premium", admin_enabled=admin)
    workspace = made("azurerm_machine_learning_workspace", "this", container_registry_id=Ref(registry.address))
    account = {"public_network_access_enabled": True, "network_rules": [{"default_action": "Allow"}]}
    accounts = [made("azurerm_storage_account", each, **account) for each in ("this", "variable", "empty", "two")]
    content = plan([registry, workspace, *accounts])
    content["resource_changes"].append(
        {
            **content["resource_changes"][-1],
            "address": "azurerm_storage_account.two[1]",
            "change": {"actions": ["create"], "after": {**account, "name": "two1", "resource_group_name": "rg"}},
        }
    )
    return content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edits")
    (path / "main.tf").write_text(CODE)
    (path / "plan.json").write_text(json.dumps(_document()))
    return path


def _patched(text: str, diff: str) -> str:
    """Apply a unified diff without context, each file's part after the other."""
    lines = text.splitlines()
    for part in re.split(r"^--- .*\n\+\+\+ .*\n", diff, flags=re.MULTILINE)[1:]:
        shift = 0
        for start, old, new, body in re.findall(
            r"^@@ -(\d+),(\d+) \+\d+,(\d+) @@.*\n((?:[-+].*\n)+)", part, flags=re.MULTILINE
        ):
            at = int(start) - (int(old) > 0) + shift
            taken = [each[1:] for each in body.splitlines() if each.startswith("-")]
            added = [each[1:] for each in body.splitlines() if each.startswith("+")]
            assert lines[at : at + int(old)] == taken
            lines[at : at + int(old)] = added
            shift += int(new) - int(old)
    return "\n".join(lines) + "\n"


def test_fix_of_a_plan_shows_a_diff_after_which_it_passes(folder: Path, tmp_path: Path) -> None:
    arguments = ("--plan", "plan.json", "--source", ".")
    done = mlsec("fix", *arguments, "--rule", "registry-admin-user", "--format", "terraform", cwd=folder)
    code = _patched(CODE, done.stdout)
    (tmp_path / "plan.json").write_text(json.dumps(_document(admin=False)))
    again = json.loads(
        mlsec("--plan", "plan.json", "--rule", "registry-admin-user", "--format", "json", cwd=tmp_path).stdout
    )

    assert done.returncode == 0, done.stderr
    assert "\tadmin_enabled = false # a tab before it\n" in code
    assert code.count("\n") == CODE.count("\n")
    assert "azapi" not in done.stdout
    assert again["summary"]["pass"] == 1
    assert_one_line_error(mlsec("fix", *arguments, "--all", cwd=folder), 2, "--format terraform")


@pytest.fixture(scope="module")
def lines(folder: Path) -> EditableLines:
    return EditableLines([(read_document(folder / "plan.json"), Code(str(folder)))], SUBSCRIPTION)


def _account(name: str) -> ArmId:
    return ArmId(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{name}")


ACCESS = ("properties", "publicNetworkAccess")


@pytest.mark.parametrize(
    ("name", "path", "value", "after"),
    [
        ("this", ("properties", "networkAcls", "defaultAction"), "Deny", '    default_action = "Deny"\n'),
        ("this", ACCESS, "Disabled", "  }\n  public_network_access_enabled = false\n}\n"),
        ("empty", ACCESS, "Disabled", '"empty" {\n  public_network_access_enabled = false\n}\n'),
    ],
)
def test_attribute_is_changed_or_added(
    lines: EditableLines, name: str, path: tuple[str, ...], value: str, after: str
) -> None:
    edit = lines.edit_of(_account(name), path, value)
    assert isinstance(edit, CodeEdit)

    assert after in _patched(CODE, "\n".join([*Patches().add(edit), ""]))


@pytest.mark.parametrize(
    ("name", "path", "value", "why"),
    [
        # Several instances share the block.
        (
            "two",
            ACCESS,
            "Disabled",
            "the block of azurerm_storage_account.two",
        ),
        ("variable", ACCESS, "Disabled", "no attribute of azurerm_storage_account.variable alone"),
        ("this", ("properties", "made"), "up", "alone sets properties.made"),
        ("elsewhere", ACCESS, "Disabled", "elsewhere is not found in the code"),
    ],
)
def test_what_no_attribute_does_alone_is_told(
    lines: EditableLines, name: str, path: tuple[str, ...], value: str, why: str
) -> None:
    found = lines.edit_of(_account(name), path, value)

    assert isinstance(found, str)
    assert why in found


def test_file_with_carriage_returns_is_left_to_its_author(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(CODE.replace("\n", "\r\n").encode())
    lines = EditableLines([(read_document(folder / "plan.json"), Code(str(tmp_path)))], SUBSCRIPTION)

    assert "carriage returns" in str(lines.edit_of(_account("this"), ACCESS, "Disabled"))


def test_diffs_of_one_file_build_on_each_other(lines: EditableLines) -> None:
    patches = Patches()
    edits = [
        lines.edit_of(_account("empty"), ACCESS, "Disabled"),
        lines.edit_of(_account("this"), ACCESS, "Disabled"),
        lines.edit_of(_account("this"), ("properties", "networkAcls", "defaultAction"), "Deny"),
        lines.edit_of(_account("this"), ACCESS, "Disabled"),
    ]
    told = [line for each in edits if isinstance(each, CodeEdit) for line in patches.add(each)]
    code = _patched(CODE, "\n".join([*told, ""]))

    assert code.count("public_network_access_enabled = false") == 2
    assert 'default_action = "Deny"' in code
    assert told[-1].startswith("# done by the edit of")
