"""The template that probes in Azure Pipelines: its YAML parses, and its scripts do what they say."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.cli.pipelines import Pipeline, template
from tests.cli.test_cli import PLAIN
from tests.probe.broken import JUMP, demo_plan
from tests.probe.conftest import Lab, saved

PROBE: dict[str, Any] = yaml.safe_load(template(Pipeline.AZURE_PROBE))
PREDICT_JOB, PROBE_JOB = PROBE["jobs"]


def _step(job: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in job["steps"] if each.get("name") == name)


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    program = tmp_path / "mlsec-scan" / "bin" / "mlsec-scan"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m scanner "$@"\n')
    program.chmod(0o755)
    return tmp_path


def test_template_uses_the_parameters_that_it_declares_and_puts_none_into_a_script() -> None:
    text = template(Pipeline.AZURE_PROBE)
    body = text[text.index("\njobs:") :]
    scripts = [_step(PREDICT_JOB, "predict")["inputs"]["inlineScript"], _step(PROBE_JOB, "probe")["script"]]

    assert {*re.findall(r"parameters\.(\w+)", body)} == {each["name"] for each in PROBE["parameters"]}
    assert [each for each in scripts if "${{" in each] == []
    assert "azureSubscription" not in json.dumps(PROBE_JOB)
    assert PROBE_JOB["dependsOn"] == PREDICT_JOB["job"]


def test_probe_job_publishes_what_it_found_and_fails_with_it(lab: Lab, agent: Path) -> None:
    folder = agent / "mlsec-predictions"
    folder.mkdir()
    saved(folder, demo_plan())
    script = _step(PROBE_JOB, "probe")["script"]
    folders = {"AGENT_TEMPDIRECTORY": str(agent), "PIPELINE_WORKSPACE": str(agent)}
    folders |= {"BUILD_ARTIFACTSTAGINGDIRECTORY": str(agent / "staging"), "STANDS_IN": JUMP}
    done = lab.run("bash", "-eo", "pipefail", "-c", script, **folders)
    lost = lab.run("bash", "-eo", "pipefail", "-c", script, **folders | {"STANDS_IN": ""})

    assert (done.returncode, lost.returncode) == (1, 2), done.stderr
    assert done.stdout.startswith("mlsec-scan probe ")
    assert {each.name for each in (agent / "staging").rglob("*.*")} == {"probe.txt", "probe.xml", "answers.json"}
    assert "10.1.0.0/24, which is no subnet of the probe file" in lost.stderr


def test_running_side_loads_neither_azure_nor_the_graph(tmp_path: Path) -> None:
    path = saved(tmp_path, demo_plan())
    code = (
        "import sys\nfrom scanner.cli.commands.main import cli\n"
        f"try: cli.main(['probe', {str(path)!r}, '--as', 'vnet-none'], standalone_mode=False)\n"
        "except Exception as error: print(error)\nsys.stderr.write(' '.join(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=PLAIN)  # noqa: S603
    loaded = ran.stderr.split()
    barred = {"graph", "engine", "estate", "checks", "domain", "model", "collect", "scan"}

    assert "the probe file has no such network" in ran.stdout
    assert {each.partition(".")[0] for each in loaded} & {"azure", "msal", "requests"} == set()
    assert [each for each in loaded if each.startswith("scanner.") and each.split(".")[1] in barred] == []
