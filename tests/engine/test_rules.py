"""Every rule against its cases: the file's name pins the verdict, the text beside it what a user reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack
from tests.cases import CASES, VERDICTS, judge, text_of, worst

RULE_IDS = sorted(path.stem for path in built_in_pack().rglob("*.py"))
CASE_FILES = sorted(CASES.glob("*/*.json"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASE_FILES, ids=_name)
def test_case_has_the_verdict_in_its_name_and_the_text_beside_it(
    path: Path, pack: dict[str, Rule[Subject]], accept: bool
) -> None:
    results = judge(pack[path.parent.name], json.loads(path.read_text()))
    expected = path.with_suffix(".txt")
    written = accept and expected.write_text(text_of(results))

    assert worst(results) is VERDICTS[path.stem.partition("-")[0]], text_of(results)
    assert written or text_of(results) == expected.read_text()


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_rule_has_a_case_for_every_verdict(rule_id: str) -> None:
    verdicts = {path.stem.partition("-")[0] for path in CASE_FILES if path.parent.name == rule_id}

    assert verdicts == set(VERDICTS)


def test_no_case_lacks_its_rule() -> None:
    assert {path.parent.name for path in CASE_FILES} <= set(RULE_IDS)


def test_no_text_lacks_its_case() -> None:
    texts = {path.with_suffix("") for path in CASES.glob("*/*.txt")}

    assert texts == {path.with_suffix("") for path in CASE_FILES}
