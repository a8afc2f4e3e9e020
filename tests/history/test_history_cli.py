"""A history as a user meets it: real processes that scan, keep, and tell."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_cli import assert_one_line_error, mlsec

RULE = "registry-admin-user"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a snapshot of the demo, in which one registry has an admin user."""
    path = tmp_path_factory.mktemp("demo") / "demo.gz"
    mlsec("--demo", "--quiet", "--save-snapshot", str(path))
    return path


def _aged(snapshot: Path, folder: Path, days: int, *, fixed: bool) -> str:
    """Write the snapshot of a later day, with the admin user taken away if that is `fixed`."""
    header, *rows = map(json.loads, gzip.decompress(snapshot.read_bytes()).splitlines())
    for key in ("started", "finished"):
        header[key] = (datetime.fromisoformat(header[key]) + timedelta(days=days)).isoformat()
    for row in rows:
        if fixed and str(row.get("type")).lower() == "microsoft.containerregistry/registries":
            row["properties"]["adminUserEnabled"] = False
    path = folder / f"day-{days}.gz"
    path.write_bytes(gzip.compress(b"\n".join(json.dumps(each).encode() for each in (header, *rows)) + b"\n"))
    return str(path)


@pytest.fixture(scope="module")
def kept(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a history of two runs, in the second of which one failure is fixed, and its HTML report."""
    folder = tmp_path_factory.mktemp("kept")
    for days, fixed in ((0, False), (3, True)):
        scan = ("--snapshot", _aged(snapshot, folder, days, fixed=fixed), "--history", str(folder / "h.db"))
        mlsec(*scan, "--quiet", "--format", "html", "--output", str(folder / "report.html"))
    return folder


def _json(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    done = mlsec(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    (scope,) = json.loads(done.stdout)["scopes"]
    return scope


def test_history_tells_what_opened_and_closed_and_how_long_it_stayed(kept: Path) -> None:
    scope = _json("history", str(kept / "h.db"))
    (closed,) = [each for each in scope["failures"] if each["closed"]]
    opened, then = [(each["opened"], each["closed"]) for each in scope["runs"]]

    assert (closed["rule"], closed["ending"], closed["seconds"]) == (RULE, "fixed", 3 * 86_400)
    assert (opened, then) == ((len(scope["failures"]), 0), (0, 1))
    assert scope["intervals"] == []


def test_history_in_text_reads_the_same(kept: Path) -> None:
    told = mlsec("history", str(kept / "h.db")).stdout

    assert f"      closed  medium    {RULE}  crforecast, fixed after 3 d\n" in told
    assert "          open for 3 d, since " in told


def test_history_of_one_rule_shows_its_intervals(kept: Path) -> None:
    scope = _json("history", str(kept / "h.db"), "--rule", RULE, "--subject", "*/registries/crforecast")
    first, second = [each["run"] for each in scope["runs"]]

    assert [(each["verdict"], each["first"], each["until"]) for each in scope["intervals"]] == [
        ("fail", first, second),
        ("pass", second, None),
    ]
    assert [each["rule"] for each in scope["failures"]] == [RULE]


def test_trend_counts_after_each_run(kept: Path) -> None:
    scope = _json("trend", str(kept / "h.db"))
    first, second = scope["runs"]

    assert second["fail"] == first["fail"] - 1
    assert second["by_severity"]["medium"] == first["by_severity"]["medium"] - 1
    assert (scope["mean_seconds_to_fix"], scope["median_seconds_open"]) == (3 * 86_400, 3 * 86_400)
    assert "mean time to fix: 3 d\n" in mlsec("trend", str(kept / "h.db")).stdout


def test_last_limits_the_runs_that_are_shown(kept: Path) -> None:
    assert [len(_json(each, str(kept / "h.db"), "--last", "1")["runs"]) for each in ("history", "trend")] == [1, 1]


def test_html_report_draws_the_runs_before_and_this_one(kept: Path) -> None:
    page = (kept / "report.html").read_text()

    assert page.count('<g class="run"><title>') == 2
    assert "<title>this run, " in page


def test_scope_that_is_not_there_is_told(kept: Path) -> None:
    assert_one_line_error(mlsec("trend", str(kept / "h.db"), "--scope", "9"), 2, "no scope 9", "has 1")


def test_run_of_another_rule_closes_nothing(kept: Path, snapshot: Path, tmp_path: Path) -> None:
    history = tmp_path / "h.db"
    history.write_bytes((kept / "h.db").read_bytes())
    before = _json("trend", str(history))["runs"][-1]
    scan = ("--snapshot", _aged(snapshot, tmp_path, 6, fixed=True), "--history", str(history))
    mlsec(*scan, "--rule", "compute-in-vnet", "--quiet")
    after = _json("trend", str(history))["runs"][-1]

    assert after["run"] != before["run"]
    assert {**after, **{key: before[key] for key in ("run", "finished", "closed")}} == before
    assert after["closed"] == 0


def test_workspace_is_a_scope_of_its_own(kept: Path, snapshot: Path, tmp_path: Path) -> None:
    history = tmp_path / "h.db"
    history.write_bytes((kept / "h.db").read_bytes())
    mlsec("--snapshot", str(snapshot), "--workspace", "mlw-pricing", "--history", str(history), "--quiet")
    scopes = json.loads(mlsec("history", str(history), "--format", "json").stdout)["scopes"]

    assert [each["workspace"] for each in scopes] == [None, "mlw-pricing"]
    assert [len(each["runs"]) for each in scopes] == [2, 1]


def test_waived_failure_is_kept_as_waived(snapshot: Path, tmp_path: Path) -> None:
    waiver = f'[[waiver]]\nrule = "{RULE}"\nsubject = "*/registries/*"\nreason = "x"\nexpires = 2999-01-31\n'
    (tmp_path / "mlsec.toml").write_text(f'[scan]\nhistory = "h.db"\n{waiver}')
    mlsec("--snapshot", str(snapshot), "--rule", RULE, "--quiet", cwd=tmp_path)
    done = mlsec("history", cwd=tmp_path)

    assert f"{RULE}  crforecast  (waived)" in done.stdout
    assert [each.name for each in tmp_path.iterdir() if each.name == "h.db"] == ["h.db"]


# When it cannot be kept


def test_history_that_cannot_be_used_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "h.db").write_text("no database" * 100)
    done = mlsec("--demo", "--history", str(tmp_path / "h.db"), "--report", f"json={tmp_path / 'r.json'}")

    assert_one_line_error(done, 2, "h.db cannot be used", "damaged or something else")
    assert not (tmp_path / "r.json").exists()


def test_run_that_cannot_be_kept_leaves_its_reports_and_an_error(kept: Path, snapshot: Path, tmp_path: Path) -> None:
    history = tmp_path / "h.db"
    history.write_bytes((kept / "h.db").read_bytes())
    done = mlsec("--snapshot", str(snapshot), "--history", str(history), "--report", f"json={tmp_path / 'r.json'}")

    assert done.returncode == 2
    assert "holds a newer run of this scope" in done.stderr
    assert "the reports are written, but this run is not in the history" in done.stderr
    assert "failed" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["summary"]["fail"] > 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_file_that_may_not_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "h.db").touch(0o400)

    assert_one_line_error(
        mlsec("--demo", "--history", str(tmp_path / "h.db")), 2, "cannot be opened: Permission denied"
    )


def test_no_history_is_named(tmp_path: Path) -> None:
    assert_one_line_error(mlsec("history", cwd=tmp_path), 2, "name the history")


@pytest.mark.parametrize("value", ["postgresql://me@evil.example/x", "/tmp/h.db", "../h.db"])  # noqa: S108 - refused
def test_file_of_a_working_folder_names_no_place_outside_it(tmp_path: Path, value: str) -> None:
    (tmp_path / "mlsec.toml").write_text(f'[scan]\nhistory = "{value}"\n')

    assert_one_line_error(mlsec("--demo", cwd=tmp_path), 2, "[scan] history", "below the working folder")


def test_password_is_shown_nowhere(tmp_path: Path) -> None:
    where = "postgresql://me:s3cr3t-word@127.0.0.1:1/x"
    outputs = [
        mlsec("--history", where, *more, cwd=tmp_path)
        for more in (("config",), ("config", "--format", "json"), ("--demo", "--verbose"), ("history",))
    ]

    assert [each for each in outputs if "s3cr3t-word" in each.stdout + each.stderr] == []
    assert 'history = "postgresql://127.0.0.1:1/x"  # command line' in outputs[0].stdout
    assert [each.returncode for each in outputs] == [0, 0, 2, 2]


def test_hostile_names_reach_no_terminal(snapshot: Path, tmp_path: Path) -> None:
    name = "evil\x1b[31m\n##vso[task.complete]\u202e"
    header, *rows = gzip.decompress(snapshot.read_bytes()).decode().splitlines()
    changed = [row.replace("crforecast", json.dumps(name)[1:-1]) for row in rows]
    (tmp_path / "s.gz").write_bytes(gzip.compress("\n".join([header, *changed, ""]).encode()))
    mlsec("--snapshot", str(tmp_path / "s.gz"), "--history", str(tmp_path / "h.db"), "--quiet")
    outputs = [mlsec("history", str(tmp_path / "h.db"), "--format", kind).stdout for kind in ("text", "json")]

    assert [each for each in outputs if "evil" not in each] == []
    assert [each for each in outputs if {"\x1b", "\u202e"} & {*each} or "##vso[" in each] == []
