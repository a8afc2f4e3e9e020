"""Files that are no plan or state, or one that cannot be judged: each is told apart, with what to do instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.collected import Silent
from scanner.collect.iac.template_source import TemplateSource
from scanner.collect.iac.terraform import document
from scanner.collect.iac.terraform_source import TerraformSource
from scanner.errors import CodeError

PLAN: dict[str, Any] = {"format_version": "1.2", "resource_changes": [], "planned_values": {"root_module": {}}}
STATE: dict[str, Any] = {"format_version": "1.0", "values": {"root_module": {}}}
_SCHEMAS = "https://schema.management.azure.com/schemas/2019-04-01"
TEMPLATE = json.dumps({"$schema": f"{_SCHEMAS}/deploymentTemplate.json#", "resources": []}).encode()
PARAMETERS = json.dumps({"$schema": f"{_SCHEMAS}/deploymentParameters.json#", "parameters": {}}).encode()
RAW: dict[str, Any] = {"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": []}


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "plan.json"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Terraform will perform the following actions:", "a plan as text is not read"),
        (b"PK\x03\x04", "terraform show -json"),
        (b'{"format_version": "1.2", ', "is no JSON"),
        (b"{}", "neither a plan nor state"),
        (b"[]", "not"),
        (b'{"format_version": "1.2", "resource_changes": 3}', "is not what `terraform show -json` prints"),
        (json.dumps(PLAN | {"format_version": "2.0"}).encode(), "has the format 2.0"),
        (json.dumps(PLAN | {"format_version": "0.2"}).encode(), "has the format 0.2"),
        (json.dumps(PLAN | {"errored": True}).encode(), "ended with an error"),
        (b'{"version": 3, "modules": []}', "before 0.12"),
        (json.dumps(STATE).encode(), "--state"),
        (json.dumps(RAW).encode(), "--state"),
        (b'{"a": ' * 200_000, "JSON"),
        (b"[1]", "is JSON, but a list and not an object"),
        (b"7", "is JSON, but a number and not an object"),
        (b"null", "is JSON, but null and not an object"),
        (b" \n", "is empty"),
        (b"\x1f\x8b\x08", "is packed by gzip"),
        (b'{"@level":"info"}\n{"@level":"info"}\n', "the log of `terraform plan -json`"),
        (TEMPLATE, "is an ARM template; name it with --template"),
        (PARAMETERS, "name it with --parameters"),
    ],
)
def test_file_that_is_no_plan_is_told_apart(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CodeError) as caught:
        TerraformSource(plans=(_written(tmp_path, content),)).collect(Silent())

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_plan_is_no_state(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="--plan"):
        TerraformSource(states=(_written(tmp_path, json.dumps(PLAN).encode()),)).collect(Silent())


def test_missing_file_is_named() -> None:
    with pytest.raises(CodeError, match=r"/nowhere/plan\.json"):
        TerraformSource(plans=(Path("/nowhere/plan.json"),)).collect(Silent())


def test_file_that_is_larger_than_plans_are_is_not_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LARGEST", 1 << 20)

    with pytest.raises(CodeError, match="1 MiB"):
        document.read_document(_written(tmp_path, b" " * ((1 << 20) + 1)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_plan_is_read_in_the_encodings_that_shells_write(tmp_path: Path, encoding: str) -> None:
    found = TerraformSource(plans=(_written(tmp_path, json.dumps(PLAN).encode(encoding)),)).collect(Silent())

    assert found.source == "terraform"
    assert list(found.resources) == []


def test_plan_that_is_not_complete_says_so(tmp_path: Path) -> None:
    content = json.dumps(PLAN | {"complete": False}).encode()

    assert "deferred" in TerraformSource(plans=(_written(tmp_path, content),)).collect(Silent()).notes[0]


@pytest.mark.parametrize("values", ["[1]", '"x"', "[" * 200_000 + "]" * 200_000], ids=["list", "text", "deep"])
def test_values_that_are_no_object_are_told(values: str, tmp_path: Path) -> None:
    head = '{"format_version": "1.0", "values": {"root_module": {"resources": ['
    resource = '{"address": "a.b", "mode": "managed", "type": "azurerm_public_ip", "name": "b", "values": '
    path = tmp_path / "state.json"
    path.write_text(f"{head}{resource}{values}}}]}}}}}}")

    with pytest.raises(CodeError, match=r"cannot be read|is no JSON|is not what"):
        TerraformSource(states=(path,)).collect(Silent())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1]", "is JSON, but a list and not an object"),
        (b"", "is empty"),
        (b"{}", "is no ARM template: it has no resources"),
        (json.dumps(PLAN).encode("utf-16"), "is a Terraform plan; name it with --plan"),
        (json.dumps(STATE).encode(), "is Terraform state; name it with --state"),
        (json.dumps(RAW).encode(), "is Terraform state; name it with --state"),
        (PARAMETERS, "name it with --parameters"),
    ],
)
def test_file_that_is_no_template_is_told_apart(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CodeError) as caught:
        TemplateSource((_written(tmp_path, content),)).collect(Silent())

    assert said in str(caught.value)


def test_file_that_holds_no_parameters_is_told_apart(tmp_path: Path) -> None:
    template, given = tmp_path / "template.json", _written(tmp_path, b"[1]")
    template.write_bytes(TEMPLATE)

    with pytest.raises(CodeError, match="is JSON, but a list"):
        TemplateSource((template,), (given,)).collect(Silent())
