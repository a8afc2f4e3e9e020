"""Targets: the files that a user names. Whatever is in them, only the documented errors come out."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from scanner.collect.snapshot import save_snapshot
from scanner.collect.snapshot_reading import read_snapshot
from scanner.config.file import read_config
from scanner.config.frameworks import read_framework
from scanner.errors import NothingScanned, ReportError, SnapshotError, UsageError
from scanner.graph.settings import Settings
from scanner.report.earlier import read_report
from scanner.report.json_v1 import as_json
from scanner.scan.diff import compare
from scanner.scan.judging import judge
from tests.cases import estate
from tests.fuzz.dice import Dice
from tests.fuzz.judging import as_every_report
from tests.fuzz.mutations import damage, mutated_bytes, mutated_text, odd
from tests.fuzz.support import collected, file_of, rules, scan_of
from tests.report.mapped import against, mapped_sample

_CONFIG = """
[scan]
subscription = ["11111111-1111-4111-8111-111111111111"]
profile = "Article"
fail_on = "HIGH"
allow_unknown = false
report = ["sarif=out/mlsec.sarif"]
baseline = "../last.json"
output = "report.txt"
concurrency = 8
timeout = 90.5
[roles]
aml_vnets = ["vnet-ml"]
access_vnets = []
[agents]
allowed_ip_ranges = ["203.0.113.0/24", "2001:db8::/32"]
[private_link]
trusted_subscriptions = ["00000000-0000-0000-0000-00000000000A"]
[severity]
registry-admin-user = "critical"
[[waiver]]
rule = "compute-in-vnet"
subject = "*/computes/ci-analyst"
reason = "until the move"
expires = 2027-01-31
"""


@cache
def _snapshot() -> bytes:
    path = file_of(b"", "whole.snapshot")
    save_snapshot(collected(estate("article")), path)
    return path.read_bytes()


@cache
def _report() -> str:
    return as_json(scan_of(estate("article")))


def snapshot_bytes(data: bytes) -> None:
    """Read a snapshot that was cut, spliced or overwritten, or any bytes at all."""
    dice = Dice(data)
    content = mutated_bytes(_snapshot(), dice) if dice.below(4) else dice.rest()
    if dice.flag():
        content += _snapshot()[: dice.below(len(_snapshot()))]
    _read_and_judge(file_of(content, "bytes.snapshot"))


def snapshot_lines(data: bytes) -> None:
    """Read a snapshot whose lines are well packed, and say odd things."""
    dice = Dice(data)
    lines = gzip.decompress(_snapshot()).splitlines()
    for _ in range(1 + dice.below(4)):
        at = dice.pick((0, dice.below(len(lines)), len(lines) - 1))
        lines[at] = _odd_line(lines[at], dice)
    _read_and_judge(file_of(gzip.compress(b"\n".join(lines), 1), "lines.snapshot"))


def _odd_line(line: bytes, dice: Dice) -> bytes:
    if dice.below(3) == 0:
        return mutated_bytes(line, dice)
    row = json.loads(line) if line[:1] == b"{" and line[-1:] == b"}" and _is_json(line) else {}
    damage(row, dice)
    return json.dumps(row, ensure_ascii=dice.flag()).encode("utf-8", "surrogatepass")


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _read_and_judge(path: Path) -> None:
    with suppress(SnapshotError, NothingScanned):
        read = read_snapshot(path)
        as_every_report(judge(read, rules(), Settings()))
        save_snapshot(read, path)
        again = read_snapshot(path)

        assert (again.resources, again.gaps, again.started) == (read.resources, read.gaps, read.started)


def config(data: bytes) -> None:
    """Read a configuration that is odd as text or in what its keys hold."""
    dice = Dice(data)
    text = (
        mutated_text(_CONFIG, dice) if dice.flag() else "\n".join(_odd_key(line, dice) for line in _CONFIG.split("\n"))
    )
    with suppress(UsageError):
        read_config(file_of(text.encode("utf-8", "surrogatepass"), "mlsec.toml"))


_FRAMEWORK = """
id = "acme-net-2"
title = "ACME network standard"
version = "2"
publisher = "ACME"
[[control]]
id = "NET-1 (a)"
title = "Nothing is public"
rules = ["compute-in-vnet"]
partial = ["registry-admin-user"]
supporting = []
[[control]]
id = "NET-2"
profile = "current"
"""


def framework(data: bytes) -> None:
    """Read a framework that is odd as text or in what its keys hold, and write what comes of it in every format."""
    dice = Dice(data)
    lines = _FRAMEWORK.split("\n")
    text = mutated_text(_FRAMEWORK, dice) if dice.flag() else "\n".join(_odd_key(line, dice) for line in lines)
    with suppress(UsageError):
        path = file_of(text.encode("utf-8", "surrogatepass"), "acme.toml")
        found = read_framework(path, ("compute-in-vnet", "registry-admin-user"), ())
        as_every_report(against(mapped_sample(), found))


def _odd_key(line: str, dice: Dice) -> str:
    key, is_key, _ = line.partition(" = ")
    return f"{key} = {_toml(odd(dice))}" if is_key and dice.below(6) == 0 else line


def _toml(value: object) -> str:
    """Write a value as TOML, as far as it has a form there."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case None:
            return "1979-05-27T07:32:00Z"
        case float():
            return str(value)
        case _:
            return json.dumps(value)


def earlier_report(data: bytes) -> None:
    """Read a damaged report of an earlier scan; compared with itself it has no news."""
    dice = Dice(data)
    if dice.flag():
        content = mutated_bytes(_report().encode(), dice)
    else:
        report: Any = json.loads(_report())
        for _ in range(1 + dice.below(6)):
            damage(report, dice)
        content = json.dumps(report).encode()
    with suppress(ReportError):
        results = read_report(file_of(content, "report.json"))

        assert not any(each.is_news for each in compare(results, results))
