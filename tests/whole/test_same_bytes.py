"""The same scan gives the same bytes, whatever order this process hashes in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CASES = ("private-dns-zone-unique/fail-no-record", "private-path-from-aml-vnet/fail-outbound-denied")
SEEDS = ("1", "2", "3", "4")

_JUDGE = """
import json, sys
from pathlib import Path
from scanner.engine import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from tests.cases import CASES, graph_of
graph = graph_of(json.loads((CASES / f"{sys.argv[1]}.json").read_text()))
for each in evaluate(load_packs([built_in_pack()]), graph):
    print(each.verdict, each.subject and each.subject.id, each.problems, each.doubts, each.notes)
"""


@pytest.mark.parametrize("case", CASES)
def test_results_do_not_depend_on_the_hash_seed(case: str) -> None:
    outputs = [_judged(case, seed) for seed in SEEDS]

    assert len(outputs[0].splitlines()) > len(CASES)
    assert set(outputs) == {outputs[0]}


def _judged(case: str, seed: str) -> str:
    command = [sys.executable, "-c", _JUDGE, case]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
