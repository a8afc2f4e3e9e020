"""Nothing judged is not success, as a user meets it: exit codes, and one line on stderr that says why."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.collect.collected import Collected
from scanner.collect.snapshot import save_snapshot
from scanner.evidence import Gap
from scanner.simulator import Simulator, read_estate
from tests.cases import FIXTURES, Resource, estate
from tests.cli.test_cli import SUBSCRIPTION, assert_one_line_error, live, mlsec
from tests.report.sample import HEADER

OTHER = "99999999-9999-4999-8999-999999999999"
GAP = Gap("Microsoft.Resources/subscriptions", f"/subscriptions/{OTHER}", "HTTP 403 AuthorizationFailed", 403)


def _without_workspaces(resources: list[Resource]) -> list[Resource]:
    return [each for each in resources if "/workspaces/" not in str(each["id"]).lower()]


@pytest.fixture(scope="module")
def bare() -> Iterator[Simulator]:
    whole = read_estate(FIXTURES / "reference.json")
    kept = tuple(each for each in whole.resources if "/workspaces/" not in str(each["id"]).lower())
    with Simulator(replace(whole, resources=kept)) as simulator:
        yield simulator


def snapshot(
    path: Path, resources: list[Resource], *gaps: Gap, subscriptions: tuple[str, ...] = (SUBSCRIPTION,)
) -> str:
    times = HEADER.started, HEADER.finished
    save_snapshot(Collected(tuple(resources), gaps, "live", "public", subscriptions, (), *times), path)
    return str(path)


def test_estate_without_a_workspace_exits_with_3_and_says_why_in_one_line(bare: Simulator) -> None:
    done = mlsec(*live(bare, "--quiet", "--allow-unknown"))

    assert done.returncode == 3
    assert done.stderr.startswith("mlsec-scan: no workspace was judged in 1 subscription; ")
    assert done.stderr.count("\n") == 1
    assert "no workspace was judged in 1 subscription" in done.stdout


def test_it_is_allowed_by_an_option_and_by_the_file(bare: Simulator, tmp_path: Path) -> None:
    allowed = mlsec(*live(bare, "--quiet", "--allow-unknown", "--allow-empty"))
    (tmp_path / "mlsec.toml").write_text("[scan]\nallow_empty = true\nallow_unknown = true\n")
    by_file = mlsec(*live(bare, "--quiet"), cwd=tmp_path)
    overruled = mlsec(*live(bare, "--quiet", "--no-allow-empty"), cwd=tmp_path)

    assert [each.returncode for each in (allowed, by_file, overruled)] == [0, 0, 3]
    assert [each.stderr for each in (allowed, by_file)] == ["", ""]


def test_snapshot_without_a_workspace_exits_with_3(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "s", _without_workspaces(estate("reference")))

    assert mlsec("--snapshot", path, "--allow-unknown").returncode == 3


def test_workspace_that_is_not_there_still_exits_with_4(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "s", _without_workspaces(estate("reference")))

    assert_one_line_error(mlsec("--snapshot", path, "--workspace", "x", "--allow-empty"), 4, "workspace x")


@pytest.mark.parametrize("gaps", [(), (GAP,)], ids=["bare", "beside a 403"])
def test_snapshot_that_holds_nothing_of_its_scope_is_an_error_that_names_it(
    tmp_path: Path, gaps: tuple[Gap, ...]
) -> None:
    path = snapshot(tmp_path / "s", estate("reference"), *gaps, subscriptions=(SUBSCRIPTION, OTHER))

    assert_one_line_error(mlsec("--snapshot", path, "--allow-empty"), 2, path, f"nothing of subscription {OTHER}")


def test_emptied_snapshot_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "s"
    snapshot(path, estate("reference"))
    header = json.loads(gzip.decompress(path.read_bytes()).splitlines()[0])
    path.write_bytes(
        gzip.compress(json.dumps(header | {"resources": 0, "subscriptions": [], "digest": False}).encode())
    )

    assert_one_line_error(mlsec("--snapshot", str(path), "--allow-empty"), 2, str(path), "no resource at all")


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_spelling_of_a_subscription_does_not_matter(tmp_path: Path, change: Callable[[str], str]) -> None:
    spelled = json.loads(json.dumps(estate("article")).replace("44444444-4444", "aaaabbbb-4444"))
    path = snapshot(tmp_path / "s", spelled, subscriptions=(change("aaaabbbb-4444-4444-8444-444444444444"),))

    assert mlsec("--snapshot", path, "--fail-on", "never", "--allow-unknown").returncode == 0


def test_diff_keeps_its_own_exit_codes(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "s", _without_workspaces(estate("reference")))

    assert mlsec("diff", path, path).returncode == 0
