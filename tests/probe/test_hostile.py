"""Probe files that somebody else wrote: bounded, told, and nothing but private services is ever asked for."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from scanner.domain.private_names import public_domain
from scanner.domain.zone_names import CLOUDS, zones_for
from scanner.errors import ProbeError
from scanner.evidence import MissingEvidence
from scanner.probe import resolving
from scanner.probe.names import is_askable
from scanner.probe.running import read_plan
from scanner.probe.sealed import LARGEST, digest_of, sealed
from scanner.probe.shapes import RESULT_SCHEMA, Answer, Expect, Kind, Outcome, Result, Stand, Target
from scanner.report.probe_text import as_probe_text
from tests.cli.test_cli import mlsec
from tests.probe.conftest import plan, saved, target

GROUPS = (
    *("amlworkspace", "registry", "vault", "blob", "file", "queue", "table", "dfs", "web"),
    *("sqlserver", "sql", "mongodb", "databricks_ui_api", "searchservice", "account"),
)


def _changed(values: dict[str, Any]) -> dict[str, Any]:
    """Return a whole probe file whose one target was given other values, sealed anew."""
    content = sealed(plan([target("stgood")]))
    content["places"][0]["targets"][0].update(values)
    del content["sha256"]
    return content | {"sha256": digest_of(content)}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "169.254.169.254"},
        {"name": "localhost"},
        {"name": "evil.example.com"},
        {"name": "blob.core.windows.net.evil.example"},
        {"name": "st.blob.core.windows.net\nHost: x"},
        {"name": "st.blob.core.windows.net."},
        {"name": "st\u0430.blob.core.windows.net"},
        {"name": "x" * 64 + ".blob.core.windows.net"},
        {"name": "*.blob.core.windows.net"},
        {"name": "a." * 120 + "blob.core.windows.net"},
        {"name": "user@st.blob.core.windows.net"},
        {"name": 7},
        {"name": None},
        {"port": 22},
        {"port": 6379},
        {"port": -1},
        {"port": "443"},
        {"addresses": ["169.254.169.254"]},
        {"addresses": ["168.63.129.16"]},
        {"addresses": ["127.0.0.1"]},
        {"addresses": ["::1"]},
        {"addresses": ["::ffff:127.0.0.1"]},
        {"addresses": ["0.0.0.1"]},
        {"addresses": ["10.0.0.0/8"]},
        {"addresses": "10.0.0.4"},
        {"expect": "perhaps"},
        {"says": "x" * 3_000},
    ],
    ids=lambda values: str(values)[:60],
)
def test_target_that_is_no_private_service_is_refused(values: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "probe.json"
    path.write_text(json.dumps(_changed(values)))

    with pytest.raises(ProbeError) as told:
        read_plan(path)

    assert str(told.value).isprintable()
    assert len(str(told.value)) < 600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"schema": "mlsec-scan-probe/1"}',
        b'{"schema": "mlsec-scan-probe/2", "sha256": ""}',
        b'{"schema": {"a": []}}',
        json.dumps(sealed(plan([target("stgood")]))).replace("reached", "broken").encode(),
    ],
    ids=range(8),
)
def test_file_that_is_none_or_was_edited_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "probe.json"
    path.write_bytes(content)

    with pytest.raises(ProbeError):
        read_plan(path)


def test_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "probe.json"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)

    with pytest.raises(ProbeError, match="it holds more than 32 MiB"):
        read_plan(path)


def test_more_targets_than_an_estate_has_are_refused(tmp_path: Path) -> None:
    content = sealed(plan([]))
    one = sealed(plan([target("stgood")]))["places"][0]["targets"][0]
    content["places"][0]["targets"] = [one] * 20_001
    del content["sha256"]
    path = tmp_path / "probe.json"
    path.write_text(json.dumps(content | {"sha256": digest_of(content)}))

    with pytest.raises(ProbeError, match="length <= 20000"):
        read_plan(path)


def test_every_zone_of_the_tables_is_one_that_a_probe_asks_for() -> None:
    found = 0
    for group in GROUPS:
        for cloud in CLOUDS:
            try:
                zones = zones_for(group, cloud)
            except MissingEvidence:
                continue
            for zone in zones:
                found += 1
                for name in (f"x.{zone}", f"x.{public_domain(zone)}"):
                    assert is_askable(Target(name, 443, "/x", group, Expect.REACHED)), name

    assert found > 40


def test_resolver_that_hangs_or_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _fail)

    assert resolving.resolved("x.azurecr.io", 1).says == "DNS did not answer: Temporary failure in name resolution"


def _fail(*_: object) -> None:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def test_one_line_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    missing = mlsec("probe", str(tmp_path / "none.json"))
    path = saved(tmp_path, plan([]))
    nothing = mlsec("probe", str(path), "--as", "vnet-agents")
    same = mlsec("probe", str(path), "--as", "outside", "--output", str(path))

    timeless = mlsec("probe", str(path), "--timeout", "nan")

    assert (missing.returncode, nothing.returncode, same.returncode, timeless.returncode) == (2, 2, 2, 2)
    assert "nan is no number of seconds" in timeless.stderr
    assert "none.json cannot be read: No such file or directory" in missing.stderr
    assert "has nothing to try from here" in nothing.stderr
    assert "are one place" in same.stderr


def test_text_keeps_to_the_width_of_a_terminal_but_for_names() -> None:
    name = "stgood.blob.core.windows.net"
    answer = Answer(
        name=name,
        port=443,
        service="/x/stgood",
        group="blob",
        expect=Expect.REACHED,
        outcome=Outcome.AGREED,
        kind=Kind.REACHED,
        good=True,
        says="it answers",
    )
    stand = Stand("/x/vnet-agents", "/x/vnet-agents/snet-agents", "option")
    when = "2026-11-29T12:00:00Z"
    told = Result(RESULT_SCHEMA, "0.1.0", "", "", stand, when, when, (answer,) * 3)
    lines = as_probe_text(told, 40).splitlines()

    assert [each for each in lines if len(each) > 40 and name not in each] == []
    assert lines[0].startswith("mlsec-scan probe 0.1.0: from")
