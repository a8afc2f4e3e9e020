"""Names, texts and errors that were chosen to deceive, through the real program: every format stays what it is."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from scanner.collect.snapshot_reading import read_snapshot
from scanner.simulator import answers
from scanner.simulator.answers import Answer
from scanner.simulator.service import Call
from scanner.system.plain import plain
from tests.cli.test_cli import OWN_RULE, PLAIN, SCHEMA, mlsec, mlsec_anew
from tests.hostile import fixture, served
from tests.report.oscal_schema import violations as oscal_violations
from tests.report.sarif_schema import violations

FORMATS = ("text", "json", "sarif", "sarif-alerts", "junit", "markdown", "html", "csv", "ocsf", "oscal")
SUBSCRIPTION = "22222222-2222-4222-8222-222222222222"
OTHER = "33333333-3333-4333-8333-333333333333"
PAYLOADS = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "cr\r\n::error::x",
    "lf\n##vso[task.complete result=Succeeded;]",
    "]]>x",
    "--><script>alert(1)<script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "&lt;b&gt;",
    "=cmd|' !A0",
    "+1+cmd",
    "@SUM(A1)",
    "-2+3",
    "tab\t=1",
    "::set-output name=x::y",
    "::error file=a::y",
    "##vso[task.setvariable variable=x]y",
    "##[error]z",
    "a%0A::warning::x",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "zero\u200bwidth\ufeff",
    "\u2028line\u2029",
    "nul\x00nul",
    "half\ud800",
    "![i](javascript:x)",
    "[l](https:evil.example)",
    "`code`|pipe|<br>",
    "@mention #1 GH-1 www.evil.example",
    "{{7*7}}${x}%(y)s{0}",
    "[red]rich[blink]",
    "..?x=1#y",
    "n" * 10_000,
)


def as_kept(text: str) -> str:
    """Return a text as a report can hold it: half a pair is spelt out."""
    return text.replace("\ud800", "\\ud800")


SLASHED = ("</script><script>alert(1)</script>", "</text></svg>", "]]></failure>", "https://evil.example/x", "\\..\\/")
COMMAND = re.compile(r"##(vso)?\w*\[|^\s*::[A-Za-z][^:]*::")
"""What a line is to Azure Pipelines anywhere in it, and to GitHub at its start."""

MARKDOWN_TAGS = {"details", "summary", "br"}


@cache
def reported() -> str:
    """Return what a report of the demo says when all is as it should be, to tell which names reach it."""
    return mlsec("--demo", "--format", "json").stdout


def hostile() -> list[dict[str, Any]]:
    """Return the demo's estate with payloads for names, wherever they stand, and more of them in texts."""
    resources = fixture("demo")
    names = {each["id"].rpartition("/")[2] for each in resources if each["type"].count("/") < 3}
    long = sorted(each for each in names if len(each) > 7)
    in_report = sorted(long, key=lambda each: f'/{each}"' not in reported())
    chosen = [each for each in in_report if not each.startswith(("privatelink.", SUBSCRIPTION[:4], OTHER[:4]))]
    payloads = dict(zip(chosen, cycle(PAYLOADS), strict=False))
    assert len(payloads) > len(PAYLOADS)
    named = [_renamed(each, payloads) for each in resources]
    for each, text in zip(named, cycle(PAYLOADS + SLASHED), strict=False):
        each["tags"] = {text: text}
        if isinstance(each.get("properties"), dict):
            each["properties"] |= {"description": text, "friendlyName": text}
    return named


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {key: _renamed(item, names) for key, item in value.items()}
        case list():
            return [_renamed(item, names) for item in value]
        case str() if value.startswith("/subscriptions/"):
            return "/".join(names.get(part, part) for part in value.split("/"))
        case str():
            return names.get(value, value)
        case _:
            return value


def in_ascii(answer: Answer) -> Answer:
    """Send what is no text either: half of a pair, escaped."""
    return replace(answer, payload=json.dumps(answer.payload).encode()) if answer.status else answer


def deceiving(call: Call, answer: Answer) -> Answer:
    """Answer some listings with errors that say as much as the names do."""
    told = {"components": 400, "bastionhosts": 403, "natgateways": 409}
    status = told.get(call.target.type.lower().rpartition("/")[2])
    if status is None:
        return in_ascii(answer)
    text = "\n".join((*PAYLOADS[:-1], *SLASHED))
    return in_ascii(answers.error(HTTPStatus(status), f"Bad{text[:40]}", text))


@dataclass
class Ran:
    """One run: the process, and each report as it reads."""

    done: subprocess.CompletedProcess[str]
    reports: dict[str, str] = field(default_factory=dict)


_USUAL = "usual text"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Scan the hostile estate over the wire, with every report and a snapshot."""
    folder = tmp_path_factory.mktemp("hostile")
    reports = [part for kind in FORMATS for part in ("--report", f"{kind}={folder / kind}")]
    where = ("--subscription", SUBSCRIPTION, "--subscription", OTHER)
    with served(hostile(), deceiving) as url:
        # The other subscription refuses everything, which is not what is looked at here.
        how = ("--cloud", url, "--verbose", "--allow-empty", "--all")
        done = mlsec(*where, *how, *reports, "--save-snapshot", str(folder / "estate.gz"))
        usual = mlsec("--subscription", SUBSCRIPTION, "--cloud", url, "--quiet")
    texts = {path.name: path.read_bytes().decode() for path in folder.iterdir() if path.name in FORMATS}
    return Ran(done, texts | {_USUAL: usual.stdout})


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Scan the estate as it was before, for what belongs into a report."""
    folder = tmp_path_factory.mktemp("honest")
    mlsec("--demo", *[part for kind in FORMATS for part in ("--report", f"{kind}={folder / kind}")])
    return {kind: (folder / kind).read_bytes().decode() for kind in FORMATS}


def dangerous(text: str) -> list[str]:
    """Return the lines that a terminal or a pipeline would act on, or that a reader would see in another order."""
    return [line[:200] for line in text.split("\n") if COMMAND.search(line) or _invisible(line)]


def _invisible(line: str) -> set[str]:
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return {char for char in line.removesuffix("\r") if unicodedata.category(char) in bad and char != "\t"}


def test_the_payloads_reach_the_report(ran: Ran) -> None:
    told = json.dumps(json.loads(ran.reports["json"]), ensure_ascii=False)
    lost = [each for each in PAYLOADS if json.dumps(as_kept(each), ensure_ascii=False)[1:-1] not in told]

    assert ran.done.returncode == 1, ran.done.stderr[-2000:]
    # Some names belong to what no rule judges.
    assert len(lost) < len(PAYLOADS) / 6


@pytest.mark.parametrize("kind", [*FORMATS, _USUAL])
def test_no_report_moves_a_terminal_or_runs_in_a_pipeline(ran: Ran, kind: str) -> None:
    assert ran.reports[kind] != ""
    assert dangerous(ran.reports[kind]) == []


def test_neither_does_what_is_told_meanwhile(ran: Ran) -> None:
    lines = ran.done.stderr.splitlines()

    assert len([each for each in lines if " GET /subscriptions/" in each]) > 50
    assert dangerous(ran.done.stdout) == []
    assert dangerous(ran.done.stderr) == []
    assert "Traceback" not in ran.done.stderr
    assert [each for each in lines if not re.match(r"\d{4}-\d\d-\d\d ", each)] == []


def test_text_on_a_pipe_is_the_report_in_a_file(ran: Ran) -> None:
    assert ran.done.stdout == ran.reports["text"]
    assert sum(plain(each) in ran.done.stdout for each in PAYLOADS) > len(PAYLOADS) / 2


def test_json_follows_its_schema_and_names_what_is_there(ran: Ran) -> None:
    report = json.loads(ran.reports["json"])
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))

    assert ran.reports["json"].isascii()
    assert max(len(each["why"]) for each in report["gaps"]) <= 400


@pytest.mark.parametrize("kind", ["sarif", "sarif-alerts"])
def test_sarif_follows_its_schema(ran: Ran, kind: str) -> None:
    assert [*violations(json.loads(ran.reports[kind]))] == []


def test_junit_has_a_case_for_each_result_and_nothing_else(ran: Ran) -> None:
    results = json.loads(ran.reports["json"])["results"]
    root = ET.fromstring(ran.reports["junit"])  # noqa: S314 - our own
    tags = {each.tag for each in root.iter()}

    assert len([*root.iter("testcase")]) == len(results)
    assert tags <= {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out"}


def test_ocsf_has_an_event_on_a_line_for_each_result_and_oscal_follows_its_schema(ran: Ran) -> None:
    results = json.loads(ran.reports["json"])["results"]
    events = [json.loads(line) for line in ran.reports["ocsf"].splitlines()]

    assert [each["finding_info"]["uid"] for each in events] == [each["fingerprint"] for each in results]
    assert [*oscal_violations(json.loads(ran.reports["oscal"]))] == []


def test_csv_has_a_row_for_each_result_and_no_formula(ran: Ran) -> None:
    results = json.loads(ran.reports["json"])["results"]
    header, *rows = csv.reader(io.StringIO(ran.reports["csv"], newline=""))
    starts = {cell[0] for row in rows for cell in row if cell}

    assert len(rows) == len(results)
    assert {len(row) for row in rows} == {len(header)}
    assert starts & set("=+-@\t\r\n") == set()
    assert max(len(cell) for row in rows for cell in row) <= 32_767


class Seen(HTMLParser):
    """Counts the elements and attributes of a page, and keeps what its scripts say."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}


def seen(page: str) -> Seen:
    found = Seen()
    found.feed(page)
    return found


def test_html_has_no_element_attribute_or_address_that_a_harmless_estate_has_not(
    ran: Ran, honest: dict[str, str]
) -> None:
    hostile_page, honest_page = seen(ran.reports["html"]), seen(honest["html"])
    outside = {each.partition("#")[0] for each in hostile_page.links} - {
        each.partition("#")[0] for each in honest_page.links
    }

    assert {*hostile_page.tags} - {*honest_page.tags} == set()
    assert hostile_page.attributes - honest_page.attributes == set()
    assert [hostile_page.tags[tag] for tag in ("script", "style", "svg", "base", "iframe")] == [
        honest_page.tags[tag] for tag in ("script", "style", "svg", "base", "iframe")
    ]
    assert {each for each in outside if not each.startswith("https://learn.microsoft.com/")} == set()


def assert_harmless_markdown(text: str) -> None:
    code = re.compile(r"```+.*?\n```+\n", re.DOTALL)
    prose = code.sub("", text)
    tags = {name.lower() for name in re.findall(r"</?([A-Za-z][\w-]*)", prose)}
    live = re.findall(r"(?<![\\\w])!?\[[^\]\\]*\]\(|(?<![\w&;\\])[@#](?=\w)|(?<!\\)`|https?://(?!learn\.)", prose)
    columns = {len(re.findall(r"(?<!\\)\|", row)) for row in prose.splitlines() if row.startswith("|")}

    assert tags <= MARKDOWN_TAGS
    assert [each for each in live if each != "`"] == []
    assert len(columns) <= 3
    assert len(text) <= 65_536


def test_markdown_has_no_element_link_or_mention_of_somebody_else(ran: Ran) -> None:
    assert_harmless_markdown(ran.reports["markdown"])


# A snapshot and a comparison


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("snapshots")
    made = []
    for name in ("demo", "article"):
        subscriptions = sorted({each["subscriptionId"] for each in fixture(name) if "subscriptionId" in each})
        where = [part for each in subscriptions for part in ("--subscription", each)]
        with served(hostile() if name == "demo" else fixture(name), lambda _, answer: in_ascii(answer)) as url:
            mlsec(*where, "--cloud", url, "--save-snapshot", str(folder / f"{name}.gz"))
        made.append(folder / f"{name}.gz")
    return made[0], made[1]


def test_snapshot_keeps_every_name(snapshots: tuple[Path, Path]) -> None:
    kept = {part for each in read_snapshot(snapshots[0]).resources for part in str(each["id"]).split("/")}

    assert {as_kept(each) for each in PAYLOADS} <= kept


@pytest.mark.parametrize("kind", ["text", "json", "markdown"])
def test_comparison_is_harmless(snapshots: tuple[Path, Path], kind: str) -> None:
    done = [mlsec("diff", *map(str, pair), "--format", kind) for pair in (snapshots, snapshots[::-1])]

    assert [each.returncode for each in done] == [1, 1]
    assert [dangerous(each.stdout + each.stderr) for each in done] == [[], []]
    assert all(kind != "json" or json.loads(each.stdout) for each in done)


def test_comparison_in_markdown_has_no_element_link_or_mention_of_somebody_else(snapshots: tuple[Path, Path]) -> None:
    assert_harmless_markdown(mlsec("diff", *map(str, snapshots), "--format", "markdown").stdout)
    assert_harmless_markdown(mlsec("diff", *map(str, snapshots[::-1]), "--format", "markdown").stdout)


# Errors and progress


def test_error_that_ends_the_scan_is_one_harmless_line() -> None:
    text = " ".join((*PAYLOADS[:-1], *SLASHED))
    for place in range(0, len(text), 250):
        said = in_ascii(answers.error(HTTPStatus.BAD_REQUEST, "Bad", text[place : place + 280]))
        with served(fixture("demo"), lambda _, __, said=said: said) as url:  # type: ignore[misc]
            done = mlsec("--subscription", SUBSCRIPTION, "--cloud", url)

        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
        assert dangerous(done.stderr) == []


@pytest.mark.parametrize("text", [each for each in PAYLOADS if "\0" not in each and "\ud800" not in each])
def test_option_that_is_refused_is_repeated_harmlessly(text: str) -> None:
    done = mlsec("--subscription", text)

    assert done.returncode == 2
    assert dangerous(done.stderr) == []


def test_progress_shows_names_as_text() -> None:
    ours, theirs = pty.openpty()
    with served(hostile(), deceiving) as url:
        command = [sys.executable, "-m", "scanner", "--subscription", SUBSCRIPTION, "--cloud", url]
        process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL, env=PLAIN | {"TERM": "xterm"})  # noqa: S603
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()

    assert process.wait(60) == 1
    assert "gap: " in shown
    assert [
        each for each in ("\x1b[31mred", "\x1b]0;", "\x9b", "\u202e", "\u200b", "\x07", "##vso[") if each in shown
    ] == []


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


# Code that nobody named


def test_no_rule_is_loaded_but_from_a_folder_that_the_user_names(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    code = f"open({str(witness)!r}, 'w').close()\n"
    for folder in ("rules", "rules/compute", "_rules", "scanner_rules", ".mlsec/rules"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "own.py").write_text(OWN_RULE + code)
    for name in ("conftest.py", "mlsec.py", "sitecustomize_.py", "rules/__init__.py"):
        (tmp_path / name).write_text(code)
    (tmp_path / "mlsec.toml").write_text("[agents]\nallowed_ip_ranges = []\n")
    environment = {"MLSEC_RULES": "rules", "MLSEC_SCAN_RULES": "rules", "RULES": str(tmp_path / "rules")}
    unnamed = mlsec_anew("rules", cwd=tmp_path, **environment), mlsec_anew("--demo", cwd=tmp_path, **environment)
    loaded_unasked = witness.exists()
    named = mlsec_anew("--demo", "--rules", "rules/compute", cwd=tmp_path)

    assert [each.returncode for each in unnamed] == [0, 1]
    assert not loaded_unasked
    assert "own: " not in unnamed[0].stdout
    assert named.returncode == 1
    assert witness.exists()


@pytest.mark.parametrize(
    "content", ['rules = ["rules"]\n', '[rules]\nfolders = ["rules"]\n', '[scan]\nrules = "rules"\n']
)
def test_configuration_names_no_code(content: str, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.py").write_text("raise SystemExit(99)\n")
    (tmp_path / "mlsec.toml").write_text(content)
    done = mlsec_anew("--demo", cwd=tmp_path)

    assert done.returncode == 2
    assert "rules" in done.stderr


def test_installed_program_takes_no_module_from_where_it_is_run(tmp_path: Path) -> None:
    (tmp_path / "scanner").mkdir()
    for name in ("scanner/__init__.py", "click.py", "json.py", "msgspec.py"):
        (tmp_path / name).write_text("raise SystemExit(99)\n")
    script = tmp_path / "bin" / "mlsec-scan"
    script.parent.mkdir()
    script.write_text("from scanner.__main__ import main\nmain()\n")
    done = subprocess.run(  # noqa: S603 - our own program, as an installer writes it
        [sys.executable, str(script), "--demo"], capture_output=True, cwd=tmp_path, env=PLAIN, check=False
    )

    assert done.returncode == 1
