"""What plans look like: commands that a shell takes as they are meant, blocks that parse, JSON that is whole."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import hcl2
import pytest

from scanner.fix.az import as_az, commands
from scanner.fix.bicep import as_bicep
from scanner.fix.formats import WRITERS
from scanner.fix.plan_json import as_plan_json
from scanner.fix.shell import shell_line, with_values_bound
from scanner.fix.terraform import as_terraform
from tests.cases import Resource, estate
from tests.fix.plans import DAMAGES, judged, plan_of

HOSTILE = 'x\'; touch pwned; $(touch pwned) `touch pwned` "${x}" %{y}\n'


def hostile() -> list[Resource]:
    """Return the article's estate with a resource group of a name that no shell should run."""
    text = json.dumps(estate("article"))
    return list(json.loads(text.replace("/my_resource_group/", f"/{json.dumps(HOSTILE)[1:-1]}/")))


@pytest.mark.parametrize("name", ["demo", "article", *DAMAGES])
def test_commands_are_a_line_each_and_a_shell_parses_them(name: str) -> None:
    text = as_az(plan_of(name))

    assert all(line.startswith(("az ", "# ")) or not line for line in text.splitlines())
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0  # noqa: S607


def test_a_shell_hands_over_what_was_meant(tmp_path: Path) -> None:
    from scanner.fix.plan import plan  # noqa: PLC0415 - the one test that plans for an estate of its own

    stub = tmp_path / "az"
    stub.write_text(f'#!/bin/sh\nfor each in "$@"; do printf "%s\\0" "$each"; done >> {tmp_path}/argv\n')
    stub.chmod(0o755)
    made = plan(judged(hostile()))
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    subprocess.run(["bash", "-eu"], input=as_az(made), text=True, check=True, env=env, cwd=tmp_path)  # noqa: S607

    said = [word for step in made.steps for edit in step.change.edits for each in commands(edit) for word in each[1:]]
    assert (tmp_path / "argv").read_bytes().decode().split("\0")[:-1] == said
    assert any(HOSTILE.strip() in word for word in said)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["argv", "az"]


@pytest.mark.parametrize("name", ["two\nlines", "it's \\ a\ttab", "\x1b[2J", "\u2028é"])
def test_a_line_stays_one_and_means_what_it_meant(name: str) -> None:
    line = shell_line(["printf", "%s", name])

    assert line.isprintable()
    assert subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout.decode() == name  # noqa: S603, S607


def test_a_value_is_taken_for_no_option_and_no_file() -> None:
    words = ["az", "acr", "update", "--name", "@acr", "--yes", "--remove", "-st", "--set", "a=1"]

    assert with_values_bound(words) == ["az", "acr", "update", "--name=@acr", "--yes", "--remove=-st", "--set", "a=1"]


@pytest.mark.parametrize("name", ["demo", "article", *DAMAGES])
def test_terraform_parses_and_names_what_exists(name: str) -> None:
    text = as_terraform(plan_of(name))
    blocks = hcl2.loads(text).get("resource", [])
    kinds = {kind.strip('"') for block in blocks for kind in block}

    assert kinds <= {"azapi_resource", "azapi_update_resource", "azapi_resource_action"}
    assert bool(blocks or "# no block does this: az " in text) == any(plan_of(name).steps)


def test_terraform_takes_no_text_for_an_expression() -> None:
    from scanner.fix.plan import plan  # noqa: PLC0415

    lines = as_terraform(plan(judged(hostile()))).splitlines()
    text = "\n".join(each for each in lines if not each.startswith("#"))

    assert "$${x}" in text
    assert "%%{y}" in text
    assert "${x}" not in text.replace("$${x}", "")


def test_what_no_block_does_stays_a_remark_whatever_a_name_says() -> None:
    from scanner.fix.plan import plan  # noqa: PLC0415

    name = 'x\nresource "terraform_data" "pwned" {\n  provisioner "local-exec" {}\n}\n#'
    text = re.sub(
        r"(/networkInterfaces/)[^/\"]+", lambda found: found[1] + json.dumps(name)[1:-1], json.dumps(estate("demo"))
    )
    written = as_terraform(plan(judged(list(json.loads(text)))))

    assert "# no block does this: az network nic ip-config update" in written
    assert [line for line in written.splitlines() if line.startswith('resource "terraform_data"')] == []


def test_bicep_makes_what_is_new_and_tells_where_the_rest_belongs() -> None:
    text = as_bicep(plan_of("demo"))

    assert "resource step_2_1 'Microsoft.Network/privateEndpoints@2024-05-01' = {" in text
    assert "publicNetworkAccess: 'Disabled'" in text
    assert text.count("{") == text.count("}")


def test_bicep_keeps_the_order_of_the_plan_within_each_deployment() -> None:
    """Azure would make at once what depends on nothing: a zone group before its endpoint."""
    _, *deployments = as_bicep(plan_of("demo")).split("// deploy to ")
    made = [re.findall(r"^resource (\w+) ", each, re.MULTILINE) for each in deployments]
    after = [re.findall(r"^  dependsOn: \[\n    (\w+)\n  \]$", each, re.MULTILINE) for each in deployments]

    assert max(map(len, made)) > 2
    assert after == [each[:-1] for each in made]


def test_what_azure_adds_by_itself_is_not_asked_for() -> None:
    for write in WRITERS.values():
        assert "peeringState" not in write(plan_of("peering-one-sided"))


def test_a_part_that_arm_does_not_write_alone_is_changed_by_a_command() -> None:
    for write in (as_terraform, as_bicep):
        text = write(plan_of("jump-host-with-public-address"))
        assert "az network nic ip-config update" in text
        assert "networkInterfaces/ipConfigurations@" not in text


def test_json_has_every_step_and_what_remains() -> None:
    told = json.loads(as_plan_json(plan_of("demo")))

    assert [each["says"] for each in told["steps"]] == [each.change.says for each in plan_of("demo").steps]
    assert {each["rule"] for each in told["remaining"]} == {each.rule.id for each in plan_of("demo").remaining}
    assert all(each["why"] for each in told["remaining"])
    assert all(each["clears"] or each["eases"] for each in told["steps"])


def test_commands_of_a_plan_are_commands_of_the_cli() -> None:
    """The first words of each; their options were looked up in the reference of the Azure CLI."""
    groups = {" ".join(shlex.split(line)[1:3]) for line in as_az(plan_of("demo")).splitlines() if line[:3] == "az "}

    assert groups == {
        "acr update",
        "ml workspace",
        "network nic",
        "network nsg",
        "network private-dns",
        "network private-endpoint",
        "network private-endpoint-connection",
        "network vnet",
        "resource update",
        "rest --method",
        "role assignment",
        "storage account",
    }
