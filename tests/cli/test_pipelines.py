"""What pipelines are given: the action, the Azure Pipelines template, the image and the pre-commit hook.

Their YAML parses, what they name exists, and their scripts run, against the simulator where they scan.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from scanner.cli.commands.main import cli
from scanner.cli.pipelines import Pipeline, template
from scanner.comment.body import mark_of
from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES
from tests.cli.test_cli import PLAIN, SUBSCRIPTION, mlsec
from tests.collect.iac.plan_json import Ref, plan
from tests.collect.iac.support import made
from tests.collect.tls import private_authority
from tests.comment.platforms import AzureDevOps, GitHub, Job, Platform

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
AZURE: dict[str, Any] = yaml.safe_load(template(Pipeline.AZURE))
AZURE_DEFAULTS = {each["name"]: each.get("default") for each in AZURE["parameters"]}
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
OPTIONS = {each.name or "" for each in cli.params}

OF_THE_ACTION = {"upload-sarif", "category", "comment", "artifact"}
"""Inputs that are about what becomes of the reports, not the scan."""

OF_ITS_REPORTS = {"format", "output", "quiet", "verbose"} | {"whole", "only", "min_severity", "group_by", "top"}
"""Options that the action sets itself, and those of the text report, which it does not write."""


@pytest.fixture(scope="module")
def reference() -> Iterator[Simulator]:
    with Simulator(read_estate(FIXTURES / "reference.json")) as simulator:
        yield simulator


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    """Return a temporary folder of an agent, with the program where an installation puts it."""
    program = tmp_path / "mlsec-scan" / "bin" / "mlsec-scan"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m scanner "$@"\n')
    program.chmod(0o755)
    (tmp_path / "checkout").mkdir()
    return tmp_path


def _bash(script: str, agent: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as the systems do: in the checkout, with -e and pipefail."""
    (agent / "script.sh").write_text(script)
    path = f"{Path(sys.executable).parent}:{PLAIN['PATH']}"
    return subprocess.run(  # noqa: S603 - a script of ours
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(agent / "script.sh")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=agent / "checkout",
        env={**PLAIN, "PATH": path, **variables},
    )


def _reports(agent: Path) -> set[str]:
    """Return the names of all reports that were written below an agent's folder."""
    return {each.name for each in agent.rglob("mlsec-scan.*")}


# The GitHub Action


def _step(name: str) -> dict[str, Any]:
    return next(each for each in ACTION["runs"]["steps"] if each.get("name") == name)


def _github(agent: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """Run the action's scan with some inputs; return the process, its outputs and the job summary."""
    values = {name: given.get("default", "") for name, given in ACTION["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    variables = {key: values[_input_of(text)] for key, text in _step("Scan")["env"].items()}
    files = {key: str(agent / key) for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        Path(file).touch()
    done = _bash(_step("Scan")["run"], agent, {**variables, **files, "RUNNER_TEMP": str(agent)})
    lines = Path(files["GITHUB_OUTPUT"]).read_text().splitlines()
    return done, dict(line.split("=", 1) for line in lines), Path(files["GITHUB_STEP_SUMMARY"]).read_text()


def _input_of(text: str) -> str:
    found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
    assert found is not None, text
    return found[1]


def test_action_takes_every_option_of_a_scan() -> None:
    inputs = {name.replace("-", "_") for name in {*ACTION["inputs"]} - OF_THE_ACTION}

    assert inputs == OPTIONS - OF_ITS_REPORTS - {"version"}


def test_action_hands_every_input_to_the_script_and_none_into_its_text() -> None:
    handed = {_input_of(text) for text in _step("Scan")["env"].values()}
    scripts = [each["run"] for each in ACTION["runs"]["steps"] if "run" in each]

    assert handed == {*ACTION["inputs"]} - OF_THE_ACTION
    assert [text for text in scripts if "${{" in text] == []


def test_action_uploads_before_it_fails() -> None:
    names = [each.get("name", each.get("uses")) for each in ACTION["runs"]["steps"]]

    assert names[-5:] == ["Scan", "Upload SARIF", "Keep the HTML report", "Comment", "Verdict"]
    assert _step("Verdict")["if"].startswith("always()")
    assert _step("Upload SARIF")["uses"].startswith("github/codeql-action/upload-sarif@")
    assert _step("Keep the HTML report")["with"]["path"] == "${{ steps.scan.outputs.html }}"
    assert _step("Keep the HTML report")["continue-on-error"] is True
    assert (ACTION["inputs"]["comment"]["default"], AZURE_DEFAULTS["comment"]) == ("false", False)
    assert _step("Comment")["if"].startswith("inputs.comment == 'true' &&")


@pytest.mark.parametrize("file", ["action.yml", "README.md"])
def test_actions_of_others_are_named_by_commit_with_the_version_beside(file: str) -> None:
    used = re.findall(r"uses: ((?!OWNER/)\S+)(.*)", (ROOT / file).read_text())

    assert len(used) >= 2
    assert [each for each, _ in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each)] == []
    assert [each for each, version in used if not re.fullmatch(r" # v\d+\.\d+\.\d+", version)] == []


def test_no_text_names_a_package_that_no_index_has() -> None:
    texts = [ROOT / "README.md", *(ROOT / "scanner").rglob("*.py"), *(ROOT / "scanner").rglob("*.yml")]
    named = [line for path in texts for line in path.read_text().splitlines() if "mlsec-scan[" in line]

    assert named == []


def test_action_outputs_are_those_of_its_scan(agent: Path) -> None:
    named = {text["value"] for text in ACTION["outputs"].values()}
    _, outputs, _ = _github(agent, demo="true", rule="registry-admin-user")

    assert named == {f"${{{{ steps.scan.outputs.{name} }}}}" for name in outputs}


def test_action_reports_failures_and_leaves_the_verdict_to_its_last_step(agent: Path) -> None:
    done, outputs, summary = _github(agent, demo="true", rule="registry-admin-user", fail_on="medium")

    assert (done.returncode, done.stderr, outputs["exit-code"]) == (0, "", "1")
    assert json.loads(Path(outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert json.loads(Path(outputs["json"]).read_text())["summary"]["fail"] == 1
    assert summary.startswith("## mlsec-scan: failed")
    assert _bash(_step("Verdict")["run"], agent, {"EXIT_CODE": outputs["exit-code"]}).returncode == 1


def test_action_scans_live(agent: Path, reference: Simulator) -> None:
    done, outputs, _ = _github(agent, subscription=f" {SUBSCRIPTION}\n", cloud=reference.url)

    assert outputs["exit-code"] == "0", done.stdout + done.stderr


def test_action_puts_the_report_between_marks_that_stop_commands(agent: Path) -> None:
    done, _, _ = _github(agent, demo="true", rule="registry-admin-user")
    first, *report, last = done.stdout.splitlines()

    assert re.fullmatch(r"::stop-commands::[0-9a-f]{64}", first)
    assert last == f"::{first.rpartition('::')[2]}::"
    assert any("registry-admin-user" in line for line in report)


def test_action_splits_lists_into_repeated_options_and_expands_no_pattern(agent: Path) -> None:
    (agent / "checkout" / "compute-in-vnet-2").touch()
    done, outputs, _ = _github(
        agent,
        demo="true",
        rule="registry-admin-user\ncompute-in-vnet *-in-vnet?*",
        control="Container Registry\nCompute",
    )
    _, right, _ = _github(
        agent, demo="true", rule="registry-admin-user\ncompute-in-vnet", control="Container Registry\nCompute"
    )
    judged = {each["rule"] for each in json.loads(Path(right["json"]).read_text())["results"]}

    assert outputs["exit-code"] == "2"
    assert "'*-in-vnet?*'" in done.stderr
    assert {*judged} <= {"registry-admin-user", "compute-in-vnet"}
    assert "registry-admin-user" in judged


def test_action_writes_more_reports_and_names_controls(agent: Path) -> None:
    events, own = agent / "events.jsonl", agent / "acme.toml"
    own.write_text('id = "acme"\n[[control]]\nid = "A-1"\nrules = ["compute-in-vnet"]\n')
    _, outputs, summary = _github(
        agent, demo="true", framework="mcsb csf-2", framework_file=str(own), report=f"ocsf={events}\n"
    )
    report = json.loads(Path(outputs["json"]).read_text())

    assert [each["id"] for each in report["frameworks"]] == ["mcsb-v1", "nist-csf-2.0", "acme"]
    assert len(events.read_text().splitlines()) == len(report["results"])
    assert "### Microsoft cloud security benchmark v1" in summary


def test_action_without_a_scan_uploads_nothing_and_fails(agent: Path) -> None:
    done, outputs, summary = _github(agent, demo="true", fail_on="hgih")

    assert outputs == {"exit-code": "2"}
    assert "--fail-on" in done.stderr
    assert summary == ""


def test_action_runs_no_input_as_a_command(agent: Path) -> None:
    _, outputs, _ = _github(agent, demo="true", workspace='"; touch hacked; $(touch hacked) `touch hacked`')

    assert outputs["exit-code"] == "4"
    assert list((agent / "checkout").iterdir()) == []


# Azure Pipelines

STEPS: list[dict[str, Any]] = AZURE["jobs"][0]["steps"]
SCAN = next(each for each in STEPS if each.get("name") == "scan")


def _azure(agent: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the template's scan with some variables in place of its parameters."""
    given = {"SUBSCRIPTIONS": SUBSCRIPTION, "CONTEXT_SUBSCRIPTIONS": "", "ALLOW_UNKNOWN": "False", "BASELINE": ""}
    folders = {"AGENT_TEMPDIRECTORY": str(agent), "BUILD_ARTIFACTSTAGINGDIRECTORY": str(agent / "staging")}
    return _bash(SCAN["inputs"]["inlineScript"], agent, {**given, **folders, "FAIL_ON": "low", **variables})


def test_template_is_printed_as_it_is_shipped() -> None:
    done = mlsec("pipeline", "azure")

    assert yaml.safe_load(done.stdout) == AZURE


def test_template_uses_the_parameters_that_it_declares() -> None:
    text = template(Pipeline.AZURE)
    body = text[text.index("\njobs:") :]

    assert {*re.findall(r"parameters\.(\w+)", body)} == {each["name"] for each in AZURE["parameters"]}
    assert "${{" not in SCAN["inputs"]["inlineScript"]


def test_template_installs_nothing_that_was_not_named() -> None:
    (package,) = (each for each in AZURE["parameters"] if each["name"] == "package")

    assert "default" not in package


def test_template_sets_every_variable_that_its_script_reads() -> None:
    script = SCAN["inputs"]["inlineScript"]
    read = {*re.findall(r"\$\{?([A-Z_]{3,})", script)} - {"AGENT_TEMPDIRECTORY", "BUILD_ARTIFACTSTAGINGDIRECTORY"}

    assert read == {*SCAN["env"]}


def test_template_hands_over_nothing_when_nothing_could_be_scanned(agent: Path) -> None:
    done = _azure(agent, CLOUD="http://127.0.0.1:9")

    assert done.returncode == 4
    assert "##vso" not in done.stdout


def test_template_scans_and_hands_over_its_reports(agent: Path, reference: Simulator) -> None:
    done = _azure(agent, CLOUD=reference.url)

    assert done.returncode == 0, done.stderr
    assert _reports(agent) == {f"mlsec-scan.{kind}" for kind in ("txt", "sarif", "xml", "md", "html", "json")}
    assert f"##vso[task.uploadsummary]{agent}/staging/mlsec-scan/mlsec-scan.md\n" in done.stdout
    assert "##vso[task.setvariable variable=mlsecScanned]true\n" in done.stdout


def test_template_hands_over_reports_of_a_scan_that_failed(agent: Path) -> None:
    with Simulator(read_estate(FIXTURES / "article.json")) as simulator:
        done = _azure(agent, CLOUD=simulator.url, SUBSCRIPTIONS="44444444-4444-4444-8444-444444444444")

    assert done.returncode == 1, done.stderr
    assert "##vso[task.uploadsummary]" in done.stdout


@pytest.mark.parametrize(("allowed", "code"), [("True", 0), ("true", 0), ("False", 3)])
def test_template_allows_unknowns_on_request(allowed: str, code: int, agent: Path) -> None:
    faults = [Fault("*/providers/Microsoft.KeyVault/vaults", FaultKind.FORBIDDEN)]
    with Simulator(read_estate(FIXTURES / "reference.json"), faults=faults) as simulator:
        done = _azure(agent, CLOUD=simulator.url, ALLOW_UNKNOWN=allowed)

    assert done.returncode == code, done.stdout


def test_template_publishes_what_its_script_writes_whether_or_not_that_failed() -> None:
    script, published = SCAN["inputs"]["inlineScript"], STEPS[STEPS.index(SCAN) + 1 : -1]
    files = [each["inputs"].get("PathtoPublish", each["inputs"].get("testResultsFiles")) for each in published]

    assert [each["task"].partition("@")[0] for each in published] == [
        "PublishTestResults",
        "PublishBuildArtifacts",
        "PublishBuildArtifacts",
        "PublishBuildArtifacts",
    ]
    assert all(each["condition"] == "and(always(), eq(variables.mlsecScanned, 'true'))" for each in published)
    assert all(f"$reports/{file.rpartition('/')[2]}" in script for file in files)
    assert published[1]["inputs"]["ArtifactName"] == "CodeAnalysisLogs"


# A plan, in Azure Pipelines, in the action and before a commit

PLAN_STEPS: list[dict[str, Any]] = yaml.safe_load(template(Pipeline.AZURE_PLAN))["jobs"][0]["steps"]
JUDGE = next(each for each in PLAN_STEPS if each.get("name") == "scan")


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a plan of one registry, and its code."""
    folder = tmp_path_factory.mktemp("code")
    registry = made("azurerm_container_registry", "this", sku="Premium", admin_enabled=True)
    workspace = made("azurerm_machine_learning_workspace", "this", container_registry_id=Ref(registry.address))
    (folder / "plan.json").write_text(json.dumps(plan([registry, workspace])))
    blocks = (f'resource "{each.type}" "this" {{\n  admin_enabled = true\n}}\n' for each in (registry, workspace))
    (folder / "main.tf").write_text("".join(blocks))
    return folder


def test_plan_template_judges_a_plan_without_a_connection(agent: Path, code: Path) -> None:
    shutil.copy(code / "main.tf", agent / "checkout")
    (agent / "artifact").symlink_to(code)
    folders = {"AGENT_TEMPDIRECTORY": str(agent), "BUILD_ARTIFACTSTAGINGDIRECTORY": str(agent / "staging")}
    given = {"PIPELINE_WORKSPACE": str(agent), "PLAN": "artifact", "SOURCE": ".", "FAIL_ON": "low"}
    done = _bash(JUDGE["bash"], agent, {**folders, **given, "ALLOW_UNKNOWN": "True", "POLICY": ""})
    read = {*re.findall(r"\$\{?([A-Z_]{3,})", JUDGE["bash"])} - {*folders, "PIPELINE_WORKSPACE"}
    text = template(Pipeline.AZURE_PLAN)
    declared = {each["name"] for each in yaml.safe_load(text)["parameters"]}

    assert done.returncode == 1, done.stderr
    assert read == {*JUDGE["env"]}
    assert {*re.findall(r"parameters\.(\w+)", text[text.index("\njobs:") :])} == declared
    assert _reports(agent) == {f"mlsec-scan.{kind}" for kind in ("txt", "sarif", "xml", "md")}
    assert '"uri": "main.tf"' in (agent / "staging" / "mlsec-scan" / "mlsec-scan.sarif").read_text()
    assert not any("azureSubscription" in str(each) for each in PLAN_STEPS)


def test_action_judges_a_plan_with_its_lines(agent: Path, code: Path) -> None:
    shutil.copy(code / "main.tf", agent / "checkout")
    _, outputs, _ = _github(agent, plan=str(code / "plan.json"), source=".", allow_unknown="true")

    assert outputs["exit-code"] == "1"
    assert '"uri": "main.tf"' in Path(outputs["sarif"]).read_text()


def test_hook_judges_the_plan_of_changed_code(code: Path) -> None:
    hook = HOOKS[1]
    fitting = [
        each for each in ("main.tf", "a/b.tf.json", "c.tofu", "x.tfvars", "plan.json") if re.search(hook["files"], each)
    ]
    done = mlsec(*hook["args"], cwd=code)

    assert fitting == ["main.tf", "a/b.tf.json", "c.tofu"]
    assert hook["pass_filenames"] is False
    assert done.returncode == 1, done.stderr
    assert "at main.tf:2:3" in done.stdout


# Comments on pull requests


def _commented(step: Mapping[str, Any], agent: Path, platform: Platform, **variables: str) -> CompletedProcess[str]:
    """Run a step that comments, after a scan, with what a platform sets."""
    for folder in (agent / "mlsec-scan-reports", agent / "staging" / "mlsec-scan"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mlsec-scan.md").write_text("## mlsec-scan: failed\n")
    folders = {"RUNNER_TEMP": str(agent), "AGENT_TEMPDIRECTORY": str(agent)}
    staging = {"BUILD_ARTIFACTSTAGINGDIRECTORY": str(agent / "staging")}
    job = Job(agent, agent / "authority.pem").of(platform)
    return _bash(step.get("run") or step["bash"], agent, {**job, **folders, **staging, **variables})


@pytest.fixture
def tls(agent: Path) -> ssl.SSLContext:
    return private_authority(agent)[1]


def test_action_comments_once_and_warns_where_it_may_not(agent: Path, tls: ssl.SSLContext) -> None:
    with GitHub(tls) as platform:
        done = [_commented(_step("Comment"), agent, platform, CATEGORY="prod") for _ in range(2)]
        platform.may_write = False
        refused = _commented(_step("Comment"), agent, platform, CATEGORY="prod")

    assert [each.stdout for each in done] == [
        "commented on pull request 7\n",
        "updated the comment on pull request 7\n",
    ]
    assert platform.comments == [["github-actions", f"{mark_of('prod')}\n## mlsec-scan: failed\n"]]
    assert refused.returncode == 0
    assert re.fullmatch("::warning title=mlsec-scan::.*Resource not accessible by integration.*\n", refused.stdout)


def test_template_comments_once_and_warns_where_it_may_not(agent: Path, tls: ssl.SSLContext) -> None:
    step = STEPS[-1]
    with AzureDevOps(tls) as platform:
        done = [_commented(step, agent, platform, NAME="prod") for _ in range(2)]
        platform.may_write = False
        refused = _commented(step, agent, platform, NAME="prod")

    assert [each.stdout for each in done] == [
        "commented on pull request 9\n",
        "updated the comment on pull request 9\n",
    ]
    assert len(platform.threads) == 1
    assert refused.returncode == 0
    assert re.fullmatch(r"##vso\[task.logissue type=warning\].*TF401027.*\n", refused.stdout)
    assert step["env"] == {"NAME": "${{ parameters.commentName }}", "SYSTEM_ACCESSTOKEN": "$(System.AccessToken)"}


# The image


def _instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, each with its text on one line."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def _of(instruction: str) -> list[str]:
    return [text for name, text in _instructions() if name == instruction]


def test_image_has_two_stages_of_one_pinned_base() -> None:
    bases = [text.partition(" ")[0] for text in _of("FROM")]

    assert len(bases) == 2
    assert len({*bases}) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", bases[0])


def test_image_does_not_run_as_root() -> None:
    assert [name for name, _ in _instructions()].index("USER") > [name for name, _ in _instructions()].index("ENV")
    assert [int(text.partition(":")[0]) > 0 for text in _of("USER")] == [True]


def test_image_copies_what_is_there_and_runs_the_program() -> None:
    sources = [word for text in _of("COPY") if "--from" not in text for word in text.split()[:-1]]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]

    assert [each for each in sources if not (ROOT / each).exists()] == []
    assert {"pyproject.toml", "README.md", "scanner", "rules", "fixtures/demo.json"} <= {*sources}
    assert json.loads(_of("ENTRYPOINT")[0]) == [*scripts]


# The pre-commit hook


def test_hook_runs_on_the_configuration_and_nothing_else() -> None:
    hook = HOOKS[0]
    fitting = [
        name for name in ("mlsec.toml", "a/mlsec.toml", "xmlsec.toml", "mlsec.tomll") if re.search(hook["files"], name)
    ]

    assert fitting == ["mlsec.toml", "a/mlsec.toml"]
    assert {*hook} == {"id", "name", "description", "entry", "language", "files"}


@pytest.mark.parametrize(("content", "code"), [("[scan]\nfail_on = 'high'\n", 0), ("[scan]\nfail_on = 'hgih'\n", 2)])
def test_hook_fails_for_a_file_that_is_not_in_order(content: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(content)
    program, *arguments = HOOKS[0]["entry"].split()

    assert program == "mlsec-scan"
    assert mlsec(*arguments, "mlsec.toml", cwd=tmp_path).returncode == code
