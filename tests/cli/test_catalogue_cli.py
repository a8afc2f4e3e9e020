"""What programs ask before any scan: the catalogue of rules, the schema of the report, the permissions by rule."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from scanner.cli.commands.main import cli
from scanner.engine import Rule, Subject
from tests.cli.test_cli import OWN_RULE, SCHEMA, assert_one_line_error, mlsec


def test_catalogue_has_every_part_of_every_page(pack: dict[str, Rule[Subject]]) -> None:
    found = json.loads(mlsec("rules", "--format", "json").stdout)
    parts = ("id", "control", "severity", "title", "why", "passes", "fails", "fix", "links", "sources", "permissions")

    assert [each["id"] for each in found] == [*pack]
    assert {tuple(each) for each in found} == {parts}
    assert [(each["id"], part) for each in found for part in parts if part != "links" and not each[part]] == []


def test_links_are_among_the_sources() -> None:
    found = json.loads(mlsec("rules", "--format", "json").stdout)

    assert [
        each["id"] for each in found if not {*each["links"]} <= {word for s in each["sources"] for word in s.split()}
    ] == []


def test_what_a_rule_of_the_users_own_needs_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN_RULE)
    found = json.loads(mlsec("rules", "--format", "json", "--rules", str(tmp_path)).stdout)
    (own,) = (each for each in found if each["id"] == "own")

    assert own["permissions"] is None
    assert own["sources"] == []


def test_schema_is_printed_as_it_is_shipped() -> None:
    assert mlsec("schema").stdout == SCHEMA.read_text()


def test_permissions_by_rule_are_those_of_the_role(pack: dict[str, Rule[Subject]]) -> None:
    found = json.loads(mlsec("permissions", "--by-rule").stdout)
    role = json.loads(CliRunner().invoke(cli, ["permissions"]).stdout)
    used = {action for actions in found["rules"].values() for action in actions}

    assert found["rules"].keys() == pack.keys()
    assert {*found["always"], *used} <= {*role["Actions"]}


def test_permissions_by_rule_are_of_no_subscription() -> None:
    done = mlsec("permissions", "--by-rule", "--subscription", "11111111-1111-4111-8111-111111111111")

    assert_one_line_error(done, 2, "--by-rule is the same everywhere")
