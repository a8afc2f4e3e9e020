"""Loading of rule packs: our own and a user's by the same function, from folders that the user named."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from scanner.engine import Rule, Subject
from scanner.errors import RulePackError, one_line
from scanner.system.reading import MIB, require_file

_LARGEST = MIB
"""Bytes of a rule file."""

SECTIONS = ("Why", "Passes", "Fails", "Fix", "See")
"""The headings of a rule's page, in their order."""

CONTROLS = (
    "Virtual network",
    "Public network access",
    "Private Link",
    "Private DNS zones",
    "VNet peering",
    "Access to the virtual network",
    "Azure Pipelines agents",
    "Container Registry",
    "Training data",
    "Compute",
    "Model deployment",
    "Identity and API mode",
    "End to end",
)
"""The headings of the checklist in its order. A user's pack may add its own, which come after these."""


def built_in_pack() -> Path:
    """Return the folder of the rules that come with the scanner: inside the package, or beside it in a checkout."""
    here = Path(__file__).parents[1]
    packed = here / "_rules"
    return packed if packed.is_dir() else here.parent / "rules"


def load_packs(folders: Iterable[Path]) -> tuple[Rule[Subject], ...]:
    """Load the rules of several folders, in checklist order. Raises RulePackError for a broken or repeated rule."""
    found: dict[str, tuple[Rule[Subject], Path]] = {}
    for folder in folders:
        for path in _rule_files(folder):
            rule = _load(path)
            if rule.id in found:
                raise RulePackError(f"{path}: rule {rule.id} is already defined in {found[rule.id][1]}; rename one")
            found[rule.id] = rule, path
    return tuple(sorted((rule for rule, _ in found.values()), key=_order))


def _order(rule: Rule[Subject]) -> tuple[int, str, str]:
    place = CONTROLS.index(rule.control) if rule.control in CONTROLS else len(CONTROLS)
    return place, rule.control, rule.id


def _rule_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RulePackError(f"{folder} is not a folder of rules")
    files = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
    if not files:
        raise RulePackError(f"{folder} holds no rule files (*.py)")
    for each in files:
        try:
            require_file(each, _LARGEST)
        except OSError as error:
            raise RulePackError(f"{each} cannot be read: {error.strerror or error}") from error
    return files


def _load(path: Path) -> Rule[Subject]:
    module = _execute(path)
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(rules) != 1:
        raise RulePackError(f"{path}: a rule file defines one rule, this one {len(rules)}")
    (rule,) = rules
    if rule.id != path.stem:
        raise RulePackError(f"{path}: the file is named after its rule, which is {rule.id}")
    page = module.__doc__ or ""
    missing = [section for section in SECTIONS if f"## {section}\n" not in page]
    if missing:
        raise RulePackError(f"{path}: the docstring has no section {', '.join(missing)}")
    return replace(rule, page=page.strip() + "\n")


def _execute(path: Path) -> ModuleType:
    """Run a rule file as a module of its own, outside sys.modules and without leaving bytecode beside it."""
    spec = spec_from_file_location(f"mlsec_scan_rule_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RulePackError(f"{path} cannot be loaded as Python")
    module = module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise RulePackError(f"{path} cannot be loaded: {type(error).__name__}: {one_line(error)}") from error
    finally:
        sys.dont_write_bytecode = written
    return module
