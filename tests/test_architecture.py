"""What holds for the code as a whole: imports point one way, start-up is light, rules keep their form."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from scanner.engine import Rule, Subject
from scanner.engine.catalogue import as_markdown
from scanner.engine.pack import CONTROLS, SECTIONS, built_in_pack

ROOT = Path(__file__).parent.parent
RULES = sorted(built_in_pack().rglob("*.py"))
MODULES = sorted((ROOT / "scanner").rglob("*.py"))

ORDER = (
    "scanner",
    "scanner.system",
    "scanner.probe",
    "scanner.model",
    "scanner.domain",
    "scanner.creation",
    "scanner.graph",
    "scanner.engine",
    "scanner.frameworks",
    "scanner.estate",
    "scanner.checks",
    "scanner.changes",
    "scanner.simulator",
    "scanner.collect.redaction",
    "scanner.collect",
    "scanner.collect.iac.hcl",
    "scanner.collect.iac.terraform",
    "scanner.collect.iac.terraform.types",
    "scanner.collect.iac.template",
    "scanner.collect.iac",
    "scanner.collect.azure.session",
    "scanner.collect.azure.arm.tables",
    "scanner.collect.azure.arm",
    "scanner.collect.azure.resource_graph",
    "scanner.collect.azure",
    "scanner.collect.demo",
    "scanner.fix",
    "scanner.causes",
    "scanner.probe.expected",
    "scanner.cost",
    "scanner.scan",
    "scanner.report",
    "scanner.report.html",
    "scanner.history",
    "scanner.cluster",
    "scanner.config",
    "scanner.comment",
    "scanner.cli.pipelines",
    "scanner.cli",
    "scanner.cli.commands",
)
"""Every package, each importing only itself and those before it; `scanner` are the modules at the root."""

APART = {
    ("scanner.collect", "scanner.engine"),
    ("scanner.collect", "scanner.estate"),
    ("scanner.collect", "scanner.checks"),
    ("scanner.collect", "scanner.domain"),
    ("scanner.estate", "scanner.engine"),
    ("scanner.fix", "scanner.collect"),
    ("scanner.causes", "scanner.collect"),
    ("scanner.probe.expected", "scanner.collect"),
    ("scanner.cost", "scanner.collect"),
    ("scanner.scan", "scanner.checks"),
    ("scanner.scan", "scanner.collect.azure"),
    ("scanner.report", "scanner.checks"),
    ("scanner.report", "scanner.collect"),
    ("scanner.history", "scanner.checks"),
    ("scanner.history", "scanner.collect"),
    ("scanner.config", "scanner.collect"),
    ("scanner.config", "scanner.scan"),
}
"""Packages, with what is in them, that know nothing of others although these stand before them: (who, whom)."""

ROOT_MODULES = {"__init__", "__main__", "errors", "evidence"}

RULES_STAND_ON = {
    "scanner",
    "scanner.changes",
    "scanner.checks",
    "scanner.domain",
    "scanner.engine",
    "scanner.estate",
    "scanner.graph",
    "scanner.model",
}


def _imports(path: Path) -> Iterator[str]:
    """Yield the full names of the modules that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node)


def _from(node: ast.ImportFrom) -> Iterator[str]:
    """Yield a module, or its submodules where those are what is imported: `from scanner.engine import catalogue`."""
    assert node.module is not None
    assert node.level == 0
    for each in node.names:
        inside = f"{node.module}.{each.name}"
        yield inside if inside in FILES else node.module


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {_name(path): path for path in MODULES}
PACKAGES = {_name(path) for path in MODULES if path.name == "__init__.py"}


def _package(module: str) -> str:
    """Return the package that a module of ours lies in."""
    return module if module in PACKAGES else module.rpartition(".")[0]


def _packages_of(path: Path) -> set[str]:
    """Return the packages of ours that a file imports, but for its own."""
    return {_package(each) for each in _imports(path) if each in FILES} - {_package(_name(path))}


def _apart(who: str) -> set[str]:
    """Return what a package must know nothing of, by name or inside of it."""
    barred = {whom for package, whom in APART if f"{who}.".startswith(f"{package}.")}
    return {each for each in ORDER for whom in barred if f"{each}.".startswith(f"{whom}.")}


def test_every_package_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(PACKAGES)


def test_root_holds_only_what_every_layer_needs() -> None:
    assert {path.stem for path in (ROOT / "scanner").glob("*.py")} == ROOT_MODULES


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "__main__"], ids=_name)
def test_imports_point_one_way(path: Path) -> None:
    own = _package(_name(path))
    before = set(ORDER[: ORDER.index(own)])
    # What is apart from a collector's base is not apart from its own parts.
    allowed = before - {each for each in _apart(own) if not f"{own}.".startswith(f"{each}.")}

    assert _packages_of(path) <= allowed


def test_no_two_packages_know_each_other() -> None:
    knows = {(_package(name), other) for name, path in FILES.items() for other in _packages_of(path)}

    assert {(one, other) for one, other in knows if (other, one) in knows and "scanner" not in {one, other}} == set()


def test_no_modules_form_a_circle() -> None:
    graph = {name: {each for each in _imports(path) if each in FILES} - {name} for name, path in FILES.items()}
    order = TopologicalSorter(graph)

    order.prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("name", sorted(PACKAGES - {"scanner"}))
def test_package_says_what_it_is_and_what_it_may_import(name: str) -> None:
    page = ast.get_docstring(ast.parse(FILES[name].read_text())) or ""

    assert len(re.findall(r"\.(?=\s|$)", page)) >= 2
    assert re.search(r"\b(imports?|stands? on|knows?|may read)\b", page)


SIMULATOR = [path for path in MODULES if "simulator" in path.parts]


def test_only_the_demo_imports_the_simulator() -> None:
    users = {_package(name) for name, path in FILES.items() if "scanner.simulator" in _packages_of(path)}

    assert users == {"scanner.collect.demo"}


@pytest.mark.parametrize("path", SIMULATOR, ids=_name)
def test_simulator_knows_nothing_of_the_scanner(path: Path) -> None:
    ours = {each for each in _imports(path) if each.partition(".")[0] in {"scanner", "rules", "tests"}}

    assert {each for each in ours if not each.startswith("scanner.simulator")} == set()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_live_collector_imports_azure_and_only_a_comment_goes_elsewhere(path: Path) -> None:
    network = {name for each in _imports(path) if (name := each.partition(".")[0]) in {"azure", "msal", "requests"}}
    elsewhere = {"requests"} if path == ROOT / "scanner" / "comment" / "wire.py" else set[str]()

    assert network <= elsewhere or path.is_relative_to(ROOT / "scanner" / "collect" / "azure")


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
    assert _packages_of(path) <= RULES_STAND_ON


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["rules"],
        ["explain", "compute-in-vnet"],
        ["permissions"],
        ["pipeline", "azure"],
        ["cost", "--help"],
        ["config"],
    ],
    ids=" ".join,
)
def test_command_that_reads_no_estate_imports_no_sdk(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom scanner.cli.commands.main import cli\n"
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
