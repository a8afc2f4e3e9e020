"""Which workspaces are judged: names, ids and globs, and what a name that nothing answers to gets."""

from __future__ import annotations

import pytest

from scanner.collect.collected import Collected
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.graph.settings import Scope, Settings
from scanner.model.arm import ArmId
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import estate
from tests.report.sample import HEADER

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
BELOW = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices"


def judged(scope: Scope, gaps: tuple[Gap, ...] = ()) -> Scan:
    rows = tuple(estate("reference"))
    times = HEADER.started, HEADER.finished
    return judge(Collected(rows, gaps, "snapshot", "public", (SUBSCRIPTION,), (), *times), (), Settings(scope=scope))


def names(scope: Scope) -> list[str]:
    return [ArmId(each.workspace).name for each in judged(scope).solutions]


BOTH = ["mlw-managed", "mlw-reference"]


@pytest.mark.parametrize(
    ("workspaces", "found"),
    [
        ((), BOTH),
        (("mlw-managed",), ["mlw-managed"]),
        (("MLW-Managed", "mlw-reference"), BOTH),
        (("mlw-*",), BOTH),
        (("mlw-m*",), ["mlw-managed"]),
        (("*[ed]",), BOTH),
        (("mlw-?????????",), ["mlw-reference"]),
        ((f"{BELOW}/workspaces/mlw-managed/",), ["mlw-managed"]),
        ((f"{BELOW.upper()}/workspaces/*",), BOTH),
    ],
)
def test_names_ids_and_globs_choose_workspaces(workspaces: tuple[str, ...], found: list[str]) -> None:
    assert names(Scope(workspaces=workspaces)) == found


@pytest.mark.parametrize("groups", [("rg-ml",), ("RG-*",), ("rg-m?", "rg-ml")])
def test_names_and_globs_choose_resource_groups(groups: tuple[str, ...]) -> None:
    assert names(Scope(resource_groups=groups)) == BOTH


def test_both_must_fit() -> None:
    assert names(Scope(resource_groups=("rg-*",), workspaces=("*-managed",))) == ["mlw-managed"]


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(workspaces=("mlw-refernce",)), r"workspace mlw-refernce was not found; did you mean mlw-reference"),
        (Scope(workspaces=("mlw-*", "mlw-mangd")), r"workspace mlw-mangd was not found; did you mean mlw-managed"),
        (Scope(workspaces=("zzz",)), "workspace zzz was not found; there are mlw-managed, mlw-reference"),
        (Scope(workspaces=("zzz*",)), r"workspace zzz\* was not found"),
        (Scope(workspaces=(f"{BELOW}/workspaces/mlw-manage",)), "did you mean mlw-managed"),
        (Scope(resource_groups=("rg-m1",)), r"resource group rg-m1 was not found; did you mean rg-ml\?"),
        (Scope(resource_groups=("other",)), "resource group other was not found; there are rg-ml"),
        (Scope(workspaces=("a\x1b[31m\nb",)), r"workspace a \[31m b was not found"),
    ],
)
def test_name_that_nothing_answers_to_is_told_with_those_that_may_be_meant(scope: Scope, said: str) -> None:
    with pytest.raises(NothingScanned, match=f"^no workspace to judge: .*{said}"):
        judged(scope)


def test_name_may_be_right_where_not_all_workspaces_were_listed() -> None:
    gap = Gap("Microsoft.MachineLearningServices/workspaces", BELOW.partition("/resourceGroups")[0], "HTTP 403", 403)

    assert judged(Scope(workspaces=("mlw-hidden",)), (gap,)).solutions == ()
