"""What probes found beside the model: a real run against the demo estate on loopback, and what reports say of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from scanner.cli.formats import REPORTERS
from scanner.errors import ProbeError
from scanner.probe.expected.joined import Evidence, joined, read_result
from scanner.probe.sealed import sealed
from scanner.probe.shapes import Answer, Expect, Kind, Outcome, Result, Stand
from scanner.report.html import as_html
from scanner.report.json_v1 import SCHEMA_FILE, as_json
from scanner.report.markdown import as_markdown
from scanner.report.text import as_text
from scanner.report.view import View
from scanner.scan.outcome import Scan
from tests.cli.test_cli import mlsec
from tests.probe.broken import JUMP, demo_plan
from tests.probe.conftest import Lab, saved
from tests.report.estates import demo, reference


@pytest.fixture(scope="module")
def answers(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Probe the demo estate from its jump subnet; return the file of answers."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "seen.json"
    done = lab.probe(str(saved(folder, demo_plan())), "--as", JUMP, "--format", "json", "--output", str(path))

    assert done.returncode == 1, done.stderr
    return path


@pytest.fixture(scope="module")
def with_evidence(answers: Path) -> Scan:
    scan = demo()
    assert scan.graph is not None
    return replace(scan, evidence=joined((read_result(answers),), scan.graph))


def _outcomes(scan: Scan) -> dict[str, tuple[str, str, str]]:
    assert scan.evidence is not None
    return {
        each.answer.name.removesuffix(".windows.net"): (
            each.outcome.value,
            each.answer.kind.value,
            each.hop.at.name if each.hop is not None else "",
        )
        for each in scan.evidence.compared
        if each.outcome is not Outcome.AGREED
    }


def test_each_answer_stands_beside_the_model_with_the_likeliest_hop(with_evidence: Scan) -> None:
    forecast, pricing = "54ddac34-8475-45d1-8d7d-c502cc1ad635", "22f0d729-d40a-4979-83d5-d93c5102a1ed"
    assert _outcomes(with_evidence) == {
        # Model yes, probe no.
        f"{forecast}.workspace.swedencentral.api.azureml.ms": ("differs", "TLS intercepted", ""),
        f"{forecast}.workspace.swedencentral.cert.api.azureml.ms": ("differs", "TLS intercepted", ""),
        "kv-pricing-ml.vault.azure.net": ("differs", "stale address", "privatelink.vaultcore.azure.net"),
        "stforecastml.blob.core": ("differs", "dropped", "snet-endpoints"),
        "stforecastml.queue.core": ("differs", "refused", "pe-stforecastml-queue"),
        # Model no, probe yes.
        f"{pricing}.workspace.swedencentral.api.azureml.ms": ("differs", "reached", ""),
        f"{pricing}.workspace.swedencentral.cert.api.azureml.ms": ("differs", "reached", ""),
        # Model unknown, probe answers.
        "crforecast.azurecr.io": ("settled", "reached", ""),
        "crforecast.swedencentral.data.azurecr.io": ("settled", "reached", ""),
    }


def test_reports_say_it_and_verdicts_stay(with_evidence: Scan) -> None:
    content = json.loads(as_json(with_evidence))
    said = [as_text(with_evidence), as_text(with_evidence, view=View(whole=True)), as_markdown(with_evidence)]
    page = as_html(with_evidence)
    jsonschema.validate(content, json.loads(SCHEMA_FILE.read_text()))
    settled = next(each for each in content["evidence"]["answers"] if each["name"] == "crforecast.azurecr.io")
    beside = [each for each in content["results"] if each["fingerprint"] in settled["results"]]

    assert content["results"] == json.loads(as_json(demo()))["results"]
    assert any("crforecast" in doubt["message"] for each in beside for doubt in each["doubts"])
    assert [each for each in (*said, page) if "What probes found" not in each] == []
    assert all("7 differ, 2 settled as probed" in each for each in (*said, page))
    assert "snet-endpoints" in as_markdown(with_evidence)
    assert len(as_text(with_evidence).splitlines()) <= 100
    assert "| model: yes | 7 | 5 | 0 |" in as_markdown(with_evidence)
    assert "| model: unknown | 2 | 0 | 0 |" in as_markdown(with_evidence)
    assert "What probes found" not in as_text(demo())


def _result(edit: dict[str, Any] | None = None, stand: Stand | None = None) -> Result:
    """Return made-up answers to the reference's probe file: all as predicted."""
    scan = reference()
    assert scan.graph is not None
    plan = json.loads(REPORTERS["probe"](scan))
    place = next(each for each in plan["places"] if each["subnet"].endswith("/snet-agents"))
    answers = [
        Answer(
            name=each["name"],
            port=each["port"],
            service=each["service"],
            group=each["group"],
            expect=Expect(each["expect"]),
            outcome=Outcome.AGREED,
            kind=Kind.REACHED,
            good=True,
            says="it answers",
            addresses=tuple(each.get("addresses", ())),
        )
        for each in place["targets"]
    ]
    told = Result(
        "mlsec-scan-probe-result/1",
        "1",
        plan["sha256"],
        plan["predictions"],
        stand or Stand(place["network"], place["subnet"], "metadata"),
        "2026-11-29T12:00:00Z",
        "2026-11-29T12:00:01Z",
        tuple(answers),
    )
    return msgspec.structs.replace(told, **(edit or {}))


def _joined(*results: Result) -> Evidence:
    graph = reference().graph
    assert graph is not None
    return joined(results, graph)


def test_what_agrees_is_counted() -> None:
    found = _joined(_result())

    assert len(found.of(Outcome.AGREED)) == len(found.compared) == 24
    assert (found.files[0].is_current, found.files[0].strangers) == (True, 0)


def test_estate_that_changed_since_is_told_and_an_address_that_moved_settles_nothing() -> None:
    moved = _result({"predictions": "0" * 64})
    first = msgspec.structs.replace(moved.answers[0], addresses=("10.10.1.200",))
    gone = msgspec.structs.replace(moved.answers[1], name="stgone.blob.core.windows.net")
    found = _joined(msgspec.structs.replace(moved, answers=(first, gone, *moved.answers[2:])))

    assert (found.files[0].is_current, found.files[0].strangers) == (False, 1)
    assert [(each.answer.name, each.good) for each in found.of(Outcome.OPEN)] == [(first.name, None)]


def test_file_that_is_given_twice_counts_once_and_files_that_contradict_each_other_are_told() -> None:
    once, again = _result(), _result({"started": "2026-11-30T12:00:00Z"})
    first = msgspec.structs.replace(again.answers[0], good=False, kind=Kind.DROPPED)
    other = msgspec.structs.replace(again, answers=(first, *again.answers[1:]))
    twice, both = _joined(once, once), _joined(once, other)
    remarks = [(each.probed.started[:10], each.remark) for each in both.compared if each.remark]

    assert (len(twice.files), len(twice.compared)) == (1, 24)
    assert remarks == [
        ("2026-11-29", "the probe of 2026-11-30T12:00:00Z found otherwise"),
        ("2026-11-30", "the probe of 2026-11-29T12:00:00Z found otherwise"),
    ]
    assert "found otherwise" in " ".join(as_text(replace(reference(), evidence=both)).split())


@pytest.mark.parametrize(
    ("kind", "good", "outside"),
    [(Kind.DROPPED, True, False), (Kind.REACHED, False, False), (Kind.DROPPED, True, True), (Kind.ANSWERS, True, True)],
)
def test_answers_that_contradict_themselves_are_refused(kind: Kind, good: bool, outside: bool, tmp_path: Path) -> None:
    told = _result(stand=Stand("", "outside", "option") if outside else None)
    first = msgspec.structs.replace(told.answers[0], kind=kind, good=good)
    path = tmp_path / "seen.json"
    path.write_text(json.dumps(sealed(msgspec.structs.replace(told, answers=(first,)))))

    with pytest.raises(ProbeError, match="contradicts itself"):
        read_result(path)


def test_machine_without_network_settles_nothing_and_its_words_are_kept() -> None:
    told = _result({"notes": ("no name could be resolved",)})
    silent = tuple(msgspec.structs.replace(each, kind=Kind.NO_DNS, good=None) for each in told.answers)
    found = _joined(msgspec.structs.replace(told, answers=silent))
    content = json.loads(as_json(replace(reference(), evidence=found)))["evidence"]

    assert {(each.outcome, each.good, each.hop) for each in found.compared} == {(Outcome.OPEN, None, None)}
    assert content["files"][0]["notes"] == ["no name could be resolved"]
    assert "no name could be resolved" in as_markdown(replace(reference(), evidence=found))


def test_address_that_is_no_endpoints_settles_nothing() -> None:
    told = _result()
    elsewhere = msgspec.structs.replace(told.answers[0], addresses=("10.99.0.4",))
    found = _joined(msgspec.structs.replace(told, answers=(elsewhere, *told.answers[1:])))

    assert [each.good for each in found.of(Outcome.OPEN)] == [None]


def test_answers_about_another_estate_are_refused() -> None:
    with pytest.raises(ProbeError, match="are of another estate"):
        _joined(_result(stand=Stand("/x", "/x/subnets/elsewhere", "option")))


@pytest.mark.parametrize("kind", ["text", "markdown", "html", "json"])
def test_words_of_a_hostile_probe_do_nothing(kind: str) -> None:
    told = _result()
    bad = "\x1b[31m<script>\n::set-output name=x::y##vso[a]b"
    broken = msgspec.structs.replace(told.answers[0], good=False, kind=Kind.DROPPED, says=bad, chain=(bad,))
    hostile = _joined(msgspec.structs.replace(told, started=bad, answers=(broken, *told.answers[1:])))
    report = REPORTERS[kind](replace(reference(), evidence=hostile))

    assert "dropped" in report
    assert "\x1b" not in report
    assert "<script>\n" not in report
    assert "##vso[a]" not in report
    assert "\n::set-output" not in report


def test_edited_answers_are_refused_before_the_scan(tmp_path: Path) -> None:
    content = sealed(_result())
    content["answers"][0]["good"] = False
    path = tmp_path / "seen.json"
    path.write_text(json.dumps(content))
    done = mlsec("--demo", "--quiet", "--evidence", str(path))
    path.write_text('{"schema": "mlsec-scan-probe/1"}')
    other = mlsec("--demo", "--quiet", "--evidence", str(path))

    assert (done.returncode, other.returncode) == (2, 2)
    assert "was edited since it was written" in done.stderr
    assert "is no file of a probe's answers" in other.stderr


def test_scan_writes_the_file_that_the_probe_reads_and_takes_its_answers(answers: Path, tmp_path: Path) -> None:
    plan, report = tmp_path / "probe.json", tmp_path / "scan.json"
    done = mlsec(
        *("--demo", "--quiet", "--evidence", str(answers), "--report", f"probe={plan}", "--report", f"json={report}")
    )
    content = json.loads(report.read_text())

    assert done.returncode == 1
    assert json.loads(plan.read_text())["predictions"] == demo_plan().predictions
    assert content["evidence"]["files"][0]["current"] is True
    assert "What probes found: 7 differ" in done.stdout
