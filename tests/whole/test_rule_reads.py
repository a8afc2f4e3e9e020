"""Which types each rule reads, and so which permissions it needs: the file beside the rules is current."""

from __future__ import annotations

import json

import pytest

from scanner.collect.azure.arm.listings import actions
from scanner.collect.azure.role import actions_by_rule
from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack
from scanner.engine.reads import NAME, as_file, reads_of_rules
from tests.recording import reads_of

FILE = built_in_pack() / NAME
RULES = sorted(path.stem for path in built_in_pack().rglob("*.py") if path.stem != "__init__")


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", RULES)
def test_file_says_what_a_rule_reads(rule_id: str, pack: dict[str, Rule[Subject]], accept: bool) -> None:
    """Without -n, `--accept` writes what is found."""
    found = reads_of(pack[rule_id])
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    written = accept and FILE.write_text(as_file({**known, rule_id: found}))

    assert written or known[rule_id] == found


def test_file_names_the_rules_that_there_are() -> None:
    assert sorted(reads_of_rules()) == RULES
    assert FILE.read_text() == as_file({rule: [*types] for rule, types in reads_of_rules().items()})


def test_every_rule_needs_permissions_and_every_permission_is_in_the_role() -> None:
    by_rule = actions_by_rule(reads_of_rules())

    assert all(by_rule.values())
    assert {action for found in by_rule.values() for action in found} <= {*actions()}


def test_a_rule_needs_what_its_parents_are_listed_by() -> None:
    found = actions_by_rule({"x": ("Microsoft.MachineLearningServices/workspaces/computes",)})["x"]

    assert found == [
        "Microsoft.MachineLearningServices/workspaces/computes/read",
        "Microsoft.MachineLearningServices/workspaces/read",
    ]
