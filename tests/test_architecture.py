"""What holds for the code as a whole: imports point one way, start-up is light, rules keep their form."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.catalogue import as_markdown
from scanner.engine import Rule, Subject
from scanner.pack import CONTROLS, SECTIONS, built_in_pack

ROOT = Path(__file__).parent.parent
RULES = sorted(built_in_pack().rglob("*.py"))
MODULES = sorted((ROOT / "scanner").rglob("*.py"))

LAYERS = (
    ("evidence", "remembered", "heap", "errors", "names", "files", "stopping"),
    ("model", "settings"),
    ("domain",),
    ("graph",),
    ("solution", "estate"),
    ("engine", "collect", "report", "history"),
    ("checks",),
    ("scan",),
    ("run", "cluster"),
    ("cli", "entry", "__main__"),
)
"""Parts of the package, each importing only its own layer and those before it."""

PART_OF = {
    # Rules and results.
    "catalogue": "engine",
    "diff": "engine",
    "gate": "engine",
    "outcome": "engine",
    "pack": "engine",
    "processes": "engine",
    "shares": "engine",
    "pages": "engine",
    "rows": "model",
    "trend": "engine",
    "waivers": "engine",
    # Wiring.
    "comparing": "run",
    "completion": "cli",
    "config": "run",
    "configuring": "run",
    "demo": "run",
    "help": "run",
    "judging": "run",
    "looking_back": "run",
    "options": "run",
    "permissions": "run",
    "progress": "run",
    "sources": "run",
    "subscription_files": "run",
}
"""Modules beside the parts and where they belong; one that is not named here is what rules share."""

APART = {
    ("engine", "collect"),
    ("engine", "report"),
    ("collect", "engine"),
    ("collect", "report"),
    ("collect", "history"),
    ("engine", "history"),
    ("report", "history"),
    ("history", "collect"),
    ("report", "collect"),
    ("checks", "collect"),
    ("checks", "report"),
    ("checks", "history"),
}
"""Parts that know nothing of each other, whatever their layers: (who, whom)."""

RULES_STAND_ON = {"checks", "engine", "solution", "estate", "graph", "domain", "model", "settings", "evidence"}


def _imports(path: Path) -> Iterator[str]:
    """Yield the full names of the modules that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node)


def _from(node: ast.ImportFrom) -> Iterator[str]:
    """Yield a module, or its submodules where those are what is imported: `from scanner import catalogue`."""
    assert node.module is not None
    assert node.level == 0
    is_package = (ROOT / node.module.replace(".", "/")).is_dir()
    yield from (f"{node.module}.{each.name}" for each in node.names) if is_package else [node.module]


def _part(module: str) -> str:
    """Return the part of the package that a module of ours belongs to."""
    name = f"{module}.".split(".")[1]
    parts = {part for layer in LAYERS for part in layer}
    return name if name in parts else PART_OF.get(name, "checks")


def _ours(path: Path) -> set[str]:
    """Return the parts of the package that a file imports; the bare package is its version."""
    named = {each for each in _imports(path) if each.startswith("scanner.") and each != "scanner.__version__"}
    return {_part(each) for each in named}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _layer(part: str) -> int:
    return next(place for place, layer in enumerate(LAYERS) if part in layer)


SIMULATOR = [path for path in MODULES if "simulator" in path.parts]
LAYERED = [path for path in MODULES if path not in SIMULATOR and _name(path) != "scanner"]


@pytest.mark.parametrize("path", LAYERED, ids=_name)
def test_imports_point_one_way(path: Path) -> None:
    own = _part(_name(path))
    allowed = {part for layer in LAYERS[: _layer(own) + 1] for part in layer if (own, part) not in APART}
    simulated = {each for each in _imports(path) if each.startswith("scanner.simulator")}

    assert _ours(path) <= allowed
    assert not simulated or _name(path) == "scanner.demo"


@pytest.mark.parametrize("path", SIMULATOR, ids=_name)
def test_simulator_knows_nothing_of_the_scanner(path: Path) -> None:
    ours = {each for each in _imports(path) if each.partition(".")[0] in {"scanner", "rules", "tests"}}

    assert {each for each in ours if not each.startswith("scanner.simulator")} == set()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_live_collector_imports_azure(path: Path) -> None:
    network = {each for each in _imports(path) if each.partition(".")[0] in {"azure", "msal", "requests"}}

    assert not network or path.is_relative_to(ROOT / "scanner" / "collect" / "azure")


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_history_imports_its_packages(path: Path) -> None:
    databases = {each for each in _imports(path) if each.partition(".")[0] in {"sqlalchemy", "psycopg", "sqlite3"}}

    assert not databases or path.is_relative_to(ROOT / "scanner" / "history")


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_scanner_imports_neither_rules_nor_tests(path: Path) -> None:
    assert {each for each in _imports(path) if each.partition(".")[0] in {"rules", "tests"}} == set()


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_imports_the_scanner_and_the_standard_library_only(path: Path) -> None:
    others = {each for each in _imports(path) if not each.startswith("scanner.")}

    assert {each.partition(".")[0] for each in others} <= sys.stdlib_module_names
    assert _ours(path) <= RULES_STAND_ON


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["rules"],
        ["explain", "compute-in-vnet"],
        ["permissions"],
        ["pipeline", "azure"],
        ["config"],
    ],
    ids=" ".join,
)
def test_command_that_reads_no_estate_imports_no_sdk(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom scanner.cli import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - our own interpreter

    assert ran.stdout != ""
    assert {each.partition(".")[0] for each in ran.stderr.split()} & {
        "azure",
        "msal",
        "requests",
        "rich",
        "sqlalchemy",
    } == set()


def test_rule_list_is_current(pack: dict[str, Rule[Subject]], accept: bool) -> None:
    path = built_in_pack() / "README.md"
    generated = as_markdown(pack.values())
    written = accept and path.write_text(generated)

    assert written or path.read_text() == generated


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_page_reads_as_every_other(path: Path, pack: dict[str, Rule[Subject]]) -> None:
    page = pack[path.stem].page
    first, *rest = page.strip().split("\n\n")

    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == list(SECTIONS)
    assert first.endswith(".")
    assert first.count(". ") == 0
    assert rest[0].startswith("## Why\n")
    assert 15 <= len(page.strip().splitlines()) <= 30


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_is_short_and_lies_where_its_control_says(path: Path, pack: dict[str, Rule[Subject]]) -> None:
    tree = ast.parse(path.read_text())
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check"]
    control = pack[path.stem].control

    assert control in CONTROLS
    assert path.parent.name == control.lower().replace(" ", "-")
    assert len(path.read_text().splitlines()) <= 80
    assert [each.name for each in checks if _lines(each) > 15] == []


def _lines(function: ast.FunctionDef) -> int:
    """Count the lines of a body, from the first statement after the docstring."""
    first = function.body[1] if ast.get_docstring(function) else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1
