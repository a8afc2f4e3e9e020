"""What fuzzing brought to light, each in its smallest form: odd input is refused in words, and never ends a scan."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.session.answers import CAUGHT, failure_in, failure_of
from scanner.collect.azure.session.wire import WireError, payload_of
from scanner.collect.snapshot import save_snapshot
from scanner.collect.snapshot_reading import read_snapshot
from scanner.config.file import read_config
from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.errors import ReportError, SnapshotError, UsageError
from scanner.evidence import Unknown
from scanner.model.fields import Malformed, decode
from scanner.model.network_security import PortRange, SecurityRule, ports
from scanner.report.earlier import read_report
from tests.cases import estate, graph_of
from tests.fuzz.judging import as_every_report
from tests.fuzz.support import answer, collected, scan_of

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
ASSIGNMENT = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/a"
DEEPEST = 100_000
LONGEST = "9" * 5_000

_DEEP = "[" * DEEPEST + "]" * DEEPEST


def snapshot_of(tmp_path: Path, *resources: str) -> Path:
    """Return a snapshot whose resources are these lines, whatever they say."""
    path = tmp_path / "scan.snapshot"
    save_snapshot(collected([{"id": SUBSCRIPTION}] * len(resources)), path)
    header = gzip.decompress(path.read_bytes()).splitlines()[0]
    path.write_bytes(gzip.compress(b"\n".join([header, *(each.encode("latin-1") for each in resources)])))
    return path


# Files


@pytest.mark.parametrize("depth", [600, DEEPEST])
def test_a_snapshot_nested_too_deeply_is_refused(tmp_path: Path, depth: int) -> None:
    path = snapshot_of(tmp_path, f'{{"id": "{SUBSCRIPTION}", "tags": {"[" * depth}{"]" * depth}}}')

    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(path)


def test_a_snapshot_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = snapshot_of(tmp_path, f'{{"id": "{SUBSCRIPTION}", "x": "\xed\xa0"}}')

    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(path)


@pytest.mark.parametrize("line", ['{"schema": "\xed"}', f'{{"x": {_DEEP}, "schema": 1}}'], ids=["utf-8", "deep"])
def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(line.encode("latin-1")))

    with pytest.raises(SnapshotError, match="its first line is not a header"):
        read_snapshot(tmp_path / "x")


@pytest.mark.parametrize(
    "content",
    [b" " * (1 << 26), (b'{"id": "/' + b"x" * 3_000 + b'"}\n') * (1 << 13)],
    ids=["one endless line", "endless lines"],
)
def test_a_snapshot_that_unpacks_without_end_is_not_read_on(tmp_path: Path, content: bytes) -> None:
    path = snapshot_of(tmp_path)
    header = gzip.decompress(path.read_bytes()).replace(b'"resources":0', b'"resources":100000000')
    path.write_bytes(gzip.compress(header + b"\n" + content, 9))

    with pytest.raises(SnapshotError, match="unpacks to far more"):
        read_snapshot(path)


def test_a_snapshot_with_more_than_it_promises_is_read_no_further(tmp_path: Path) -> None:
    path = snapshot_of(tmp_path, f'{{"id": "{SUBSCRIPTION}"}}')
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content + b"\n{}\nnot even JSON"))

    with pytest.raises(SnapshotError, match="it should hold 1 resources"):
        read_snapshot(path)


def test_a_name_that_utf_8_does_not_hold_is_saved_as_escapes(tmp_path: Path) -> None:
    row: dict[str, Any] = {"id": SUBSCRIPTION, "displayName": "a\ud800", "tags": {"\udfff": ["\ud800", 10**30]}}
    save_snapshot(collected([row]), tmp_path / "x")

    assert read_snapshot(tmp_path / "x").resources == (
        {"id": SUBSCRIPTION, "displayName": "a\\ud800", "tags": {"\\udfff": ["\\ud800", 10**30]}},
    )


@pytest.mark.parametrize(
    "content",
    [f'{{"results": [], "x": {_DEEP}, "schema": "mlsec-scan/1"}}', '{"schema": "\xed"}'],
    ids=["deep", "utf-8"],
)
def test_a_report_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_bytes(content.encode("latin-1"))

    with pytest.raises(ReportError, match="is not a JSON report"):
        read_report(tmp_path / "x")


def test_a_report_damaged_further_down_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'{"schema": "mlsec-scan/1", "results": [{"rule": "\xed"}]}')

    with pytest.raises(ReportError):
        read_report(tmp_path / "x")


@pytest.mark.parametrize(
    "content",
    [
        f"x = {_DEEP}",
        f"[scan]\nconcurrency = {LONGEST}",
        f"[scan]\nconcurrency = 0x{LONGEST}",
        f"[scan]\ntimeout = {LONGEST[:400]}",
        f"[scan]\nsubscription = [0x{LONGEST}]",
        "[scan]\ntimeout = inf",
        "[scan]\ntimeout = nan",
    ],
    ids=["deep", "long", "long hexadecimal", "too large for a float", "in a list", "infinite", "not a number"],
)
def test_a_configuration_with_a_value_beyond_bounds_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "mlsec.toml").write_text(content)

    with pytest.raises(UsageError, match=r"mlsec\.toml"):
        read_config(tmp_path / "mlsec.toml")


# Answers


def test_an_answer_nested_too_deeply_is_no_answer() -> None:
    with pytest.raises(WireError, match="not JSON"):
        payload_of(answer(f'{{"value": {_DEEP}}}'))


def test_a_refusal_nested_too_deeply_is_told_as_one() -> None:
    assert failure_in(500, _DEEP).why == "HTTP 500 an answer that is not ARM's"


def test_a_resource_nested_too_deeply_is_a_gap_and_not_the_end() -> None:
    deep: Any = json.loads("[" * 900 + "]" * 900)

    with pytest.raises(CAUGHT) as caught:
        Store().add([{"id": SUBSCRIPTION, "tags": deep}], home=True)
    assert failure_of(caught.value).why == "the answer is nested too deeply"


@pytest.mark.parametrize("properties", ["x", ["x"], 7, {"assignedTo": 7}, {"assignedTo": [[]]}])
def test_an_odd_role_assignment_is_kept(properties: object) -> None:
    store = Store()
    store.add([{"id": ASSIGNMENT, "properties": properties}], home=True, on_behalf="p")

    store.settle()

    assert len(store.rows) == 1


# Security rules


@pytest.mark.parametrize("odd", [["10.0.0.0/8"], {"a": 1}, 7, False])
def test_a_prefix_that_is_no_text_is_unknown(odd: object) -> None:
    rule = decode(SecurityRule, {"name": "r", "properties": {"sourceAddressPrefix": odd}})

    assert isinstance(rule.sources, Unknown)


@pytest.mark.parametrize("text", ["443-22", "65536", "0-65536", "99999999999", "٤٤٣", "1_000", "+1", "1-2-3", "-1"])
def test_ports_that_azure_does_not_take_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        ports(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("0", (0, 0)), ("65535", (65535, 65535)), ("80 - 90", (80, 90)), (" * ", (0, 65535))]
)
def test_ports_that_azure_takes_are_read(text: str, expected: tuple[int, int]) -> None:
    assert ports(text) == PortRange(*expected)


# Estates


def test_a_resource_whose_id_is_none_of_arms_makes_a_snapshot_unusable(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="a resource has no id"):
        read_snapshot(snapshot_of(tmp_path, '{"id": "x"}'))


def test_a_bastion_host_outside_every_network_breaks_no_rule(pack: dict[str, Rule[Subject]]) -> None:
    outside = {"properties": {"ipConfigurations": [{"properties": {"subnet": {"id": SUBSCRIPTION}}}]}}
    results = evaluate(
        [pack["private-access-path"]], graph_of({"base": "article", "patch": {"bastionHosts/bastion": outside}})
    )

    assert {each.verdict for each in results} <= {Verdict.FAIL, Verdict.UNKNOWN}


# Reports


def test_a_project_whose_hub_was_not_read_is_drawn_without_its_rules() -> None:
    as_every_report(scan_of([each for each in estate("managed-network") if not each["id"].endswith("/hub-assist")]))


def test_a_subnet_without_an_id_is_left_out_of_the_picture() -> None:
    damaged = json.loads(json.dumps(estate("reference")))
    for each in damaged:
        for subnet in (each.get("properties") or {}).get("subnets", []):
            subnet["id"] = 7
    as_every_report(scan_of(damaged))
