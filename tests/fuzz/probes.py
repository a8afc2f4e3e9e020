"""Targets: probe files and answers of probes, as somebody else may have written them, sealed as ours are."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import ProbeError
from scanner.probe.expected.joined import joined, read_result
from scanner.probe.names import is_askable
from scanner.probe.running import read_plan
from scanner.probe.sealed import digest_of, sealed
from scanner.probe.shapes import RESULT_SCHEMA, Answer, Kind, Outcome, Plan, Result, Stand
from scanner.report.json_v1 import as_json
from scanner.report.markdown import as_markdown
from scanner.report.probe_file import as_probe
from scanner.report.probe_json import as_probe_json
from scanner.report.probe_junit import as_probe_junit
from scanner.report.probe_text import as_probe_text
from scanner.report.text import as_text
from scanner.scan.outcome import Scan
from tests.cases import estate
from tests.fuzz.dice import Dice
from tests.fuzz.mutations import damage, mutated_bytes
from tests.fuzz.support import file_of, scan_of

_FEW = 3


@cache
def _scan() -> Scan:
    return scan_of(estate("reference"))


@cache
def _plan() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(as_probe(_scan()))
    content["places"] = [
        {**place, "targets": place["targets"][:_FEW]}
        for place in content["places"]
        if place["subnet"].endswith(("/snet-agents", "/snet-jump"))
    ]
    content["outside"] = content["outside"][:_FEW]
    return content


@cache
def _answers() -> dict[str, Any]:
    plan = msgspec.convert(_plan(), Plan)
    place = plan.places[0]
    answers = tuple(
        Answer(
            name=each.name,
            port=each.port,
            service=each.service,
            group=each.group,
            expect=each.expect,
            outcome=Outcome.DIFFERS,
            kind=Kind.DROPPED,
            good=False,
            says="it did not answer",
            addresses=each.addresses,
            chain=(each.name, each.alias),
            server="10.0.0.4",
        )
        for each in place.targets
    )
    stand = Stand(place.network, place.subnet, "metadata")
    when = "2026-11-29T12:00:00Z"
    return sealed(Result(RESULT_SCHEMA, "1", plan.sha256, plan.predictions, stand, when, when, answers))


def _written(whole: dict[str, Any], dice: Dice, name: str) -> Path:
    """Write a file with odd things in it: sealed anew, so that what it holds is looked at, or cut and spliced."""
    if dice.below(6) == 0:
        return file_of(mutated_bytes(json.dumps(whole).encode(), dice), name)
    content = deepcopy(whole)
    for _ in range(1 + dice.below(3)):
        damage(content, dice)
    content.pop("sha256", None)
    with suppress(msgspec.MsgspecError, TypeError, ValueError, OverflowError, UnicodeEncodeError):
        content["sha256"] = digest_of(json.loads(json.dumps(content)))
    return file_of(json.dumps(content).encode("utf-8", "surrogatepass"), name)


def probe_file(data: bytes) -> None:
    """Read a probe file: it is refused, or asks for nothing but private services."""
    with suppress(ProbeError):
        plan = read_plan(_written(_plan(), Dice(data), "probe.json"))

        assert all(is_askable(each) for place in plan.places for each in place.targets)
        assert all(is_askable(each) for each in plan.outside)


def probe_answers(data: bytes) -> None:
    """Read the answers of a probe: they are refused, or told in every report, and no verdict changes."""
    with suppress(ProbeError):
        result = read_result(_written(_answers(), Dice(data), "answers.json"))
        for write in (as_probe_text, as_probe_json, as_probe_junit):
            write(result)
        scan = _scan()
        assert scan.graph is not None
        found = replace(scan, evidence=joined((result,), scan.graph))
        text = "".join(write(found) for write in (as_text, as_markdown))

        assert all(char.isprintable() or char in "\r\n" for char in text)
        assert json.loads(as_json(found))["results"] == json.loads(as_json(scan))["results"]
