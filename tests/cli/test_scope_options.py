"""Where a scan looks and which way, as a user says it: a real process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.cli.commands.main import cli
from scanner.cli.options import Options, settled
from scanner.cli.wiring import requested
from scanner.config.defaults import Defaults
from scanner.config.file import Config
from scanner.simulator import Simulator, read_estate
from tests.cases import FIXTURES
from tests.cli.test_cli import SUBSCRIPTION, mlsec

OTHER = "99999999-9999-4999-8999-999999999999"


@pytest.fixture(scope="module")
def tenant() -> Iterator[Simulator]:
    estate = replace(
        read_estate(FIXTURES / "reference.json"),
        management_groups={"contoso": ("platform",), "platform": (SUBSCRIPTION,), "bare": ()},
    )
    with Simulator(estate) as simulator:
        yield simulator


@pytest.mark.parametrize("scope", [("--management-group", "contoso"), ("--all-subscriptions",)])
def test_scope_is_told_before_the_scan(tenant: Simulator, scope: tuple[str, ...]) -> None:
    done = mlsec(*scope, "--cloud", tenant.url, "--format", "json")

    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["scan"]["subscriptions"] == [SUBSCRIPTION]
    assert report["scan"]["via"] == "arm"
    assert done.stderr.startswith("scanning 1 subscription ")
    assert done.stderr.endswith(f": {SUBSCRIPTION}\n")


def test_quiet_tells_nothing(tenant: Simulator) -> None:
    assert mlsec("--all-subscriptions", "--cloud", tenant.url, "--quiet").stderr == ""


@pytest.mark.parametrize("way", ["graph", "arm"])
def test_way_of_reading_is_in_the_reports(tenant: Simulator, tmp_path: Path, way: str) -> None:
    file = tmp_path / "report.json"
    done = mlsec(
        "--subscription", SUBSCRIPTION, "--cloud", tenant.url, "--via", way, "--fresh", "--report", f"json={file}"
    )

    shown = "read by Azure Resource Graph: asked for; Resource Graph lags behind Azure by minutes"
    assert done.returncode == 0
    assert json.loads(file.read_text())["scan"]["via"] == way
    assert (shown in done.stdout) == (way == "graph")


def test_unknown_way_is_refused() -> None:
    assert mlsec("--demo", "--via", "pigeon").returncode == 2


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("nowhere", "management group nowhere could not be read: HTTP 404"),
        ("bare", "management group bare holds no subscription that you can see"),
    ],
)
def test_scope_without_subscriptions_scans_nothing(tenant: Simulator, scope: str, said: str) -> None:
    done = mlsec("--management-group", scope, "--cloud", tenant.url)

    assert (done.returncode, done.stdout) == (4, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_subscriptions_come_from_a_file(tenant: Simulator, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text(f"# ours\n\n{SUBSCRIPTION}  # main\n{SUBSCRIPTION}\n{OTHER}\n")

    done = mlsec("--subscription", "@ids.txt", "--cloud", tenant.url, "--format", "json", cwd=tmp_path)

    assert json.loads(done.stdout)["scan"]["subscriptions"] == [SUBSCRIPTION, OTHER]
    assert [gap["scope"] for gap in json.loads(done.stdout)["gaps"]] == [f"/subscriptions/{OTHER}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "@ids.txt cannot be read: No such file or directory"),
        (b"", "@ids.txt names no subscription"),
        (b"# nothing yet\n \n", "@ids.txt names no subscription"),
        (b"\xff\xfe", "@ids.txt is not a text file"),
        (f"{SUBSCRIPTION}\nroot:x:0:0\n".encode(), "@ids.txt: line 2 is not a subscription id"),
    ],
)
def test_file_that_names_no_subscriptions_is_told(tmp_path: Path, text: bytes | None, said: str) -> None:
    (tmp_path / "ids.txt").write_bytes(text or b"")
    name = "ids.txt" if text is not None else "none/ids.txt"

    done = mlsec("--subscription", f"@{name}", cwd=tmp_path)

    assert done.returncode == 2
    assert said in done.stderr.replace("none/", "")
    assert "root" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--subscription", SUBSCRIPTION, "--all-subscriptions"), "name one source"),
        (("--management-group", "a", "--all-subscriptions"), "name one source"),
        (("--management-group", "a", "--demo"), "name one source"),
        (("--management-group", ".."), "'..' is not the name of a management group"),
        (("--management-group", "a/b"), "'a/b' is not the name of a management group"),
        (("--subscription", "dev"), "'dev' is not a subscription id"),
    ],
)
def test_scopes_that_make_no_sense_are_refused(arguments: tuple[str, ...], said: str) -> None:
    done = mlsec(*arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_scope_of_the_command_line_takes_the_place_of_the_file(tenant: Simulator, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(f'[scan]\nsubscription = ["{OTHER}"]\nvia = "graph"\n')

    done = mlsec("--management-group", "contoso", "--cloud", tenant.url, "--format", "json", cwd=tmp_path)

    assert json.loads(done.stdout)["scan"]["subscriptions"] == [SUBSCRIPTION]
    assert json.loads(done.stdout)["scan"]["via"] == "graph"


def test_scope_may_be_in_the_file(tenant: Simulator, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text('[scan]\nmanagement_group = ["contoso"]\nfresh = true\n')

    done = mlsec("--cloud", tenant.url, "--format", "json", cwd=tmp_path)

    assert json.loads(done.stdout)["scan"]["subscriptions"] == [SUBSCRIPTION]


def test_role_at_a_management_group_can_find_its_subscriptions() -> None:
    role = json.loads(mlsec("permissions", "--management-group", "contoso").stdout)
    plain = json.loads(mlsec("permissions").stdout)

    more = {each for each in role["Actions"] if each not in plain["Actions"]}
    assert role["AssignableScopes"] == ["/providers/Microsoft.Management/managementGroups/contoso"]
    assert more > {"Microsoft.Management/managementGroups/descendants/read", "Microsoft.ResourceGraph/resources/read"}
    assert all(each.endswith("/read") for each in more)


def test_role_at_a_management_group_lets_the_graph_be_believed() -> None:
    role = json.loads(mlsec("permissions", "--management-group", "contoso").stdout)
    estate = replace(read_estate(FIXTURES / "reference.json"), management_groups={"contoso": (SUBSCRIPTION,)})
    with Simulator(estate, granted=frozenset(role["Actions"])) as simulator:
        done = mlsec("--management-group", "contoso", "--cloud", simulator.url, "--via", "graph")
        paths = [seen.path.lower() for seen in simulator.requests]

    assert done.returncode == 0
    assert not [each for each in paths if each.endswith(("/all", "/networkinterfaces", "/virtualnetworklinks"))]


@pytest.mark.parametrize(
    ("given", "file", "reads"),
    [((), None, True), (("--no-neighbours",), None, False), ((), True, False), (("--no-neighbours",), False, False)],
)
def test_neighbours_are_read_unless_that_is_declined(given: tuple[str, ...], file: bool | None, reads: bool) -> None:
    config = Config(defaults=Defaults(no_neighbours=file))
    context = cli.make_context("mlsec-scan", ["--subscription", SUBSCRIPTION, *given, "rules"])
    options = Options(**context.params, given=frozenset({"subscription", *(["no_neighbours"] if given else [])}))

    with requested(settled(options, config), config) as request:
        assert getattr(request.source, "neighbours", None) is reads


# Several names, and globs


def test_several_workspaces_and_rules_are_named_by_globs() -> None:
    done = mlsec(
        "--demo", "--workspace", "mlw-f*", "--workspace", "mlw-pricing", "--rule", "registry-*", "--format", "json"
    )
    report = json.loads(done.stdout)

    assert [each["workspace"].rpartition("/")[2] for each in report["solutions"]] == ["mlw-forecast", "mlw-pricing"]
    assert {each["rule"].partition("-")[0] for each in report["results"]} == {"registry"}
    assert report["narrowed"]["scope"]["workspace"]["value"] == "mlw-f*, mlw-pricing"
    assert {each["by"] for each in report["narrowed"]["rules"]["left_out"]} == {"--rule"}


def test_rules_are_left_out_by_a_glob() -> None:
    report = json.loads(mlsec("--demo", "--rule", "registry-*", "--skip-rule", "*-sku", "--format", "json").stdout)
    by = {each["rule"]: each["by"] for each in report["narrowed"]["rules"]["left_out"]}

    assert by["registry-premium-sku"] == "--skip-rule"
    assert "registry-premium-sku" not in {each["rule"] for each in report["results"]}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--rule", "nothing-*"), 2, "there is no rule that fits 'nothing-*'; `mlsec-scan rules` lists them"),
        (("--rule", "*", "--skip-rule", "*"), 2, "no rule is left"),
        (("--workspace", "mlw-forcast"), 4, "workspace mlw-forcast was not found; did you mean mlw-forecast"),
        (("--resource-group", "rg-forcast-ml"), 4, "did you mean rg-forecast-ml"),
    ],
)
def test_name_that_fits_nothing_is_told(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = mlsec("--demo", *arguments)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


@pytest.mark.parametrize("value", ['"mlw-f*"', '["mlw-forecast"]'])
def test_file_names_one_workspace_or_several(tmp_path: Path, value: str) -> None:
    (tmp_path / "mlsec.toml").write_text(f"[scan]\nworkspace = {value}\n")
    snapshot = str(tmp_path / "demo.gz")
    saved = mlsec("--demo", "--save-snapshot", snapshot, "--rule", "registry-admin-user")
    report = json.loads(mlsec("--snapshot", snapshot, "--format", "json", cwd=tmp_path).stdout)

    assert saved.returncode == 1
    assert [each["workspace"].rpartition("/")[2] for each in report["solutions"]] == ["mlw-forecast"]
