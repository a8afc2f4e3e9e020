"""The command line as a user meets it: a real process, its exit code, stdout and stderr."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests import program
from tests.cases import FIXTURES

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
SCHEMA = Path(__file__).parents[2] / "scanner" / "report" / "mlsec-scan-1.schema.json"
PLAIN = program.PLAIN


OWN_RULE = '''
"""
Ours holds.

## Why
## Passes
## Fails
## Fix
## See
"""
from scanner.engine import Note, Severity, rule
from scanner.checks.selectors import workspaces

@rule(id="own", control="Ours", severity=Severity.LOW, each=workspaces)
def check(solution, graph):
    yield Note("looked at " + solution.name)
'''


def start(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "scanner", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=PLAIN | environment,
        cwd=cwd,
    )


def mlsec(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(arguments, PLAIN | environment, cwd)


def mlsec_anew(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start Python for it too: slower, and needed where the start itself is what is tested."""
    process = start(*arguments, cwd=cwd, **environment)
    stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


@pytest.fixture(scope="module")
def reference() -> Iterator[Simulator]:
    with Simulator(read_estate(FIXTURES / "reference.json")) as simulator:
        yield simulator


@pytest.fixture
def slow() -> Iterator[Simulator]:
    faults = [Fault("*/providers/Microsoft.Storage/storageAccounts", FaultKind.SLOW, seconds=30)]
    with Simulator(read_estate(FIXTURES / "reference.json"), faults=faults) as simulator:
        yield simulator


def live(simulator: Simulator, *more: str) -> tuple[str, ...]:
    return ("--subscription", SUBSCRIPTION, "--cloud", simulator.url, *more)


def assert_one_line_error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith(("mlsec-scan: ", "Error: "))
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr


# What works


def test_compliant_estate_exits_with_0(reference: Simulator) -> None:
    done = mlsec(*live(reference))

    assert done.returncode == 0, done.stdout
    assert "0 failed, 0 unknown" in done.stdout
    assert done.stderr == ""


def test_demo_exits_with_1_and_shows_every_kind_of_verdict_and_a_gap() -> None:
    done = mlsec("--demo", "--all")

    assert done.returncode == 1
    assert all(f"\n  {word}" in done.stdout for word in ("FAIL", "UNKNOWN", "PASS", "N/A"))
    assert "\nNot read: " in done.stdout


def test_unknown_alone_exits_with_3_and_is_allowed_on_request(tmp_path: Path) -> None:
    faults = [Fault("*/providers/Microsoft.KeyVault/vaults", FaultKind.FORBIDDEN)]
    with Simulator(read_estate(FIXTURES / "reference.json"), faults=faults) as simulator:
        strict = mlsec(*live(simulator, "--all", "--save-snapshot", str(tmp_path / "s")))
        allowed = mlsec("--snapshot", str(tmp_path / "s"), "--allow-unknown")

    assert (strict.returncode, allowed.returncode) == (3, 0)
    assert "needs Microsoft.KeyVault/vaults/read" in strict.stdout


@pytest.mark.parametrize(("fail_on", "code"), [("info", 1), ("high", 1), ("never", 3)])
def test_fail_on_decides_which_failures_count(fail_on: str, code: int) -> None:
    assert mlsec("--demo", "--fail-on", fail_on).returncode == code


def test_fail_on_is_met_only_by_severities_at_or_above_it() -> None:
    done = mlsec("--demo", "--rule", "registry-admin-user", "--fail-on", "high", "--all")

    assert "FAIL    medium" in done.stdout
    assert done.returncode == 0


def test_json_report_follows_its_schema_and_says_the_same_as_the_text(reference: Simulator, tmp_path: Path) -> None:
    done = mlsec(*live(reference, "--report", f"json={tmp_path / 'report.json'}"))
    report = json.loads((tmp_path / "report.json").read_text())

    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert f"{report['summary']['pass']} passed" in done.stdout
    assert report["scan"]["source"] == "live"
    assert report["scan"]["requests"] > 0


@pytest.mark.slow
def test_two_scans_and_the_snapshot_of_one_differ_only_in_the_header(reference: Simulator, tmp_path: Path) -> None:
    snapshot = str(tmp_path / "estate.jsonl.gz")
    reports = [
        json.loads(mlsec_anew(*arguments, "--format", "json").stdout)
        for arguments in (live(reference, "--save-snapshot", snapshot), live(reference), ("--snapshot", snapshot))
    ]
    for report in reports:
        report.pop("scan")

    assert reports[0] == reports[1] == reports[2]


def test_snapshot_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    mlsec("--demo", "--save-snapshot", str(tmp_path / "demo.gz"))

    assert (tmp_path / "demo.gz").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_planted_tokens_are_in_no_report_snapshot_or_log(tmp_path: Path) -> None:
    estate = json.loads((FIXTURES / "reference.json").read_text())
    token, key = "q2" * 26, "AccountKey=" + "A1b2" * 20 + "=="
    machine = next(each for each in estate["resources"] if each["type"] == "Microsoft.Compute/virtualMachines")
    estate["resources"].append(
        {
            "id": f"{machine['id']}/extensions/agent",
            "type": "Microsoft.Compute/virtualMachines/extensions",
            "name": "agent",
            "properties": {"type": "CustomScript", "settings": {"commandToExecute": f"./config.sh --token {token}"}},
        }
    )
    machine["tags"] = {"note": key, "owner": token}
    machine["properties"]["osProfile"] = {"adminPassword": "Hunter2-Hunter2", "customData": "c2VjcmV0"}
    (tmp_path / "estate.json").write_text(json.dumps(estate))
    with Simulator(read_estate(tmp_path / "estate.json")) as simulator:
        reports = ("--report", f"json={tmp_path / 'r.json'}", "--save-snapshot", str(tmp_path / "s.gz"), "--verbose")
        done = mlsec(*live(simulator, *reports))
    written = gzip.decompress((tmp_path / "s.gz").read_bytes()).decode() + (tmp_path / "r.json").read_text()

    assert "extensions/agent" in written
    for secret in (token, key, "Hunter2-Hunter2", "c2VjcmV0"):
        assert secret not in written + done.stdout + done.stderr


def test_verbose_tells_of_requests_on_stderr(reference: Simulator) -> None:
    done = mlsec(*live(reference, "--verbose"))

    assert f"GET /subscriptions/{SUBSCRIPTION}: 200" in done.stderr
    assert "GET " not in done.stdout


@pytest.mark.parametrize("command", [("rules",), ("rules", "--format", "json"), ("permissions",), ("--version",)])
def test_listing_commands_work_without_azure(command: tuple[str, ...]) -> None:
    done = mlsec(*command)

    assert done.returncode == 0
    assert len(done.stdout) > 10
    assert done.stderr == ""


def test_explain_shows_a_rules_page() -> None:
    done = mlsec("explain", "storage-blob-private-endpoint")

    assert done.stdout.startswith("storage-blob-private-endpoint\nPrivate Link, high\n")
    assert "\n## Fix\n" in done.stdout


def test_permissions_are_reads_alone_in_the_shape_that_az_takes() -> None:
    role = json.loads(mlsec("permissions", "--subscription", SUBSCRIPTION).stdout)

    assert role["AssignableScopes"] == [f"/subscriptions/{SUBSCRIPTION}"]
    assert all(action.endswith("/read") for action in role["Actions"])
    assert role.keys() >= {"Name", "IsCustom", "Description", "NotActions", "DataActions", "NotDataActions"}


def test_workspace_narrows_what_is_judged(reference: Simulator) -> None:
    done = mlsec(*live(reference, "--workspace", "mlw-managed", "--format", "json"))

    assert [each["workspace"].rpartition("/")[2] for each in json.loads(done.stdout)["solutions"]] == ["mlw-managed"]


def test_configuration_in_the_working_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text('[agents]\nallowed_ip_ranges = ["198.51.100.0/24"]\n')
    done = mlsec("--demo", "--rule", "workspace-public-access-disabled", "--all", cwd=tmp_path)

    assert done.returncode == 0, done.stdout
    assert "in allowed_ip_ranges" in done.stdout


def test_rules_of_a_folder_named_by_the_user_are_judged_too(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN_RULE)
    done = mlsec("--demo", "--rules", str(tmp_path), "--rule", "own", "--all")

    assert "looked at mlw-forecast" in done.stdout


@pytest.mark.slow
def test_proxy_settings_do_not_keep_loopback_from_being_reached() -> None:
    proxy = "http://127.0.0.1:9"

    assert mlsec("--demo", "--fail-on", "never", "--allow-unknown", HTTP_PROXY=proxy, http_proxy=proxy).returncode == 0


# What bad input gets


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["--subscription", "--snapshot", "--demo"]),
        (("--demo", "--snapshot", "x"), ["name one source"]),
        (("--demo", "--subscripton", "x"), ["--subscription"]),
        (("--demo", "--rule", "storage-blob-private-endpiont"), ["did you mean storage-blob-private-endpoint?"]),
        (("--demo", "--skip-rule", "nonsense"), ["mlsec-scan rules"]),
        (("--demo", "--control", "Private Lnik"), ["did you mean Private Link?"]),
        (("--demo", "--rule", "compute-in-vnet", "--skip-rule", "compute-in-vnet"), ["no rule is left"]),
        (("--subscription", "my subscription"), ["az account list"]),
        (("--demo", "--report", "jsno=x"), ["did you mean json?"]),
        (("--demo", "--report", "json"), ["FORMAT=FILE"]),
        (("--subscription", SUBSCRIPTION, "--cloud", "http://example.com"), ["https://", "loopback"]),
        (("--subscription", SUBSCRIPTION, "--cloud", "mars"), ["public, usgov, china"]),
        (("--subscription", SUBSCRIPTION, "--cloud", "https://user:secret@example.com"), ["scheme, host and port"]),
        (("--snapshot", "/nowhere/x.gz"), ["/nowhere/x.gz", "No such file"]),
        (("--demo", "--config", "/nowhere/mlsec.toml"), ["/nowhere/mlsec.toml"]),
        (("--demo", "--rules", "/nowhere"), ["not a folder"]),
        (("--demo", "--output", "/nowhere/report.txt"), ["cannot be written"]),
        (("--demo", "--save-snapshot", "/nowhere/s.gz"), ["cannot be written"]),
        (("--demo", "--framework", "iso-27"), ["did you mean iso-27001-2022?"]),
        (("explain", "compute-in-vent"), ["did you mean compute-in-vnet?"]),
    ],
)
def test_bad_usage_is_one_line_with_advice_and_exit_code_2(arguments: tuple[str, ...], words: list[str]) -> None:
    assert_one_line_error(mlsec(*arguments), 2, *words)


def _snapshot(tmp_path: Path) -> bytes:
    mlsec("--demo", "--save-snapshot", str(tmp_path / "whole.gz"))
    return (tmp_path / "whole.gz").read_bytes()


@pytest.mark.slow
def test_broken_snapshots_are_told_apart(tmp_path: Path) -> None:
    whole = _snapshot(tmp_path)
    lines = gzip.decompress(whole).splitlines(keepends=True)
    contents = {
        "truncated or damaged": whole[: len(whole) // 2],
        "should hold": gzip.compress(b"".join(lines[:-5])),
        "not gzip": b"PK\x03\x04 something else",
        "not a header": gzip.compress(b'{"resources": []}\n'),
        "mlsec-scan-snapshot/99": gzip.compress(lines[0].replace(b"snapshot/1", b"snapshot/99") + b"".join(lines[1:])),
        "is damaged": gzip.compress(lines[0] + b"{not json\n" + b"".join(lines[2:])),
    }
    for word, content in contents.items():
        (tmp_path / "broken.gz").write_bytes(content)

        assert_one_line_error(mlsec("--snapshot", str(tmp_path / "broken.gz")), 2, word)


@pytest.mark.slow
def test_broken_rule_packs_are_told_apart(tmp_path: Path) -> None:
    packs = {
        "SyntaxError": ("own.py", "def ("),
        "defines one rule": ("own.py", "x = 1"),
        "already defined": ("compute-in-vnet.py", OWN_RULE.replace("own", "compute-in-vnet")),
        "named after its rule": ("other.py", OWN_RULE),
        "no section": ("own.py", OWN_RULE.replace("## Fix", "## Repair")),
    }
    for number, (word, (name, content)) in enumerate(packs.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_text(content)

        assert_one_line_error(mlsec("--demo", "--rules", str(folder)), 2, word)


def test_rule_that_breaks_while_judging_is_named(tmp_path: Path) -> None:
    broken = OWN_RULE.replace("yield", "1 / 0; yield")
    (tmp_path / "own.py").write_text(broken)

    assert_one_line_error(mlsec("--demo", "--rules", str(tmp_path)), 2, "rule own broke", "ZeroDivisionError")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("[agent]\n", "did you mean agents?"),
        ("[agents]\nallowed_ip_range = []\n", "did you mean allowed_ip_ranges?"),
        ('[agents]\nallowed_ip_ranges = ["10.0.0.0/33"]\n', "10.0.0.0/33"),
        ('[roles]\naml_vnets = "vnet"\n', "list of texts"),
        ("[agents\n", "not TOML"),
    ],
)
def test_bad_configuration_names_what_is_wrong(content: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(content)

    assert_one_line_error(mlsec("--demo", cwd=tmp_path), 2, word)


def test_subscription_that_does_not_exist_exits_with_4(reference: Simulator) -> None:
    other = "99999999-9999-4999-8999-999999999999"
    done = mlsec("--subscription", other, "--cloud", reference.url)

    assert_one_line_error(done, 4, "SubscriptionNotFound", "az account list")


@pytest.mark.slow
def test_expired_token_exits_with_4() -> None:
    with Simulator(read_estate(FIXTURES / "reference.json"), faults=[Fault("*", FaultKind.UNAUTHORIZED)]) as simulator:
        done = mlsec(*live(simulator))

    assert_one_line_error(done, 4, "ExpiredAuthenticationToken")


@pytest.mark.slow
def test_endpoint_that_nobody_serves_exits_with_4() -> None:
    done = mlsec("--subscription", SUBSCRIPTION, "--cloud", "http://127.0.0.1:9")

    assert_one_line_error(done, 4, "Connection refused", "--cloud")


@pytest.mark.slow
def test_no_credential_exits_with_4_and_says_what_was_tried() -> None:
    done = mlsec("--subscription", SUBSCRIPTION, "--cloud", "https://127.0.0.1:9")

    assert_one_line_error(done, 4, "EnvironmentCredential", "AzureCliCredential", "az login")
    assert len(done.stderr.splitlines()) == 1


def test_workspace_that_is_not_there_exits_with_4(reference: Simulator) -> None:
    assert_one_line_error(mlsec(*live(reference, "--workspace", "mlw-nowhere")), 4, "mlw-nowhere", "not found")


@pytest.mark.slow
def test_timeout_ends_the_scan_and_what_is_left_is_unknown(slow: Simulator) -> None:
    began = time.monotonic()
    done = mlsec(*live(slow, "--timeout", "3"))

    assert done.returncode == 3, done.stdout + done.stderr
    assert time.monotonic() - began < 20
    assert "Microsoft.Storage/storageAccounts" in done.stdout.partition("\nNot read: ")[2]


# Endings


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("--demo",), ("rules",)])
def test_closed_pipe_ends_quietly(arguments: tuple[str, ...]) -> None:
    with start(*arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        code, errors = process.wait(60), process.stderr.read()

    assert (code, errors) == (141, "")


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupt_ends_quietly_and_leaves_no_file(
    sent: signal.Signals, code: int, slow: Simulator, tmp_path: Path
) -> None:
    process = start(*live(slow, "--output", str(tmp_path / "r.txt"), "--save-snapshot", str(tmp_path / "s.gz")))
    while not slow.requests and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(sent)
    stdout, stderr = process.communicate(timeout=10)

    assert process.returncode == code
    assert (stdout, stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.mkdir()
    done = mlsec("--demo", "--output", str(target))

    assert_one_line_error(done, 2, "cannot be written")
    assert list(tmp_path.iterdir()) == [target]
