"""ARM templates as a source, with their parameters; Bicep by its compiler, if that is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner.collect.code_file import kind_of, kind_of_value, read_code
from scanner.collect.collected import Collected, Progress
from scanner.collect.iac.assumed import BESIDE, gaps_of, rows_with_subscriptions, subscriptions_of
from scanner.collect.iac.template.elements import name_elements
from scanner.collect.iac.template.expansion import Expansion, is_of_subscription, rows_of, scope_of
from scanner.collect.iac.template.frames import Frame
from scanner.collect.iac.template.scope import Budget
from scanner.collect.iac.template.values import NotKnown
from scanner.collect.iac.template_lines import TemplateLines
from scanner.collect.positioned_json import parse
from scanner.creation.completion import complete
from scanner.creation.estate import Estate, Row, properties, texts, unknown
from scanner.creation.folding import PARTS, doubt_parts
from scanner.creation.spelling import as_azure_writes
from scanner.creation.states import without_states
from scanner.errors import CodeError, UsageError, one_line
from scanner.evidence import Gap
from scanner.model.arm import ArmId
from scanner.system.counting import counted
from scanner.system.reading import MIB

Json = Any
_LARGEST = 64 * MIB
"""Bytes of a template: sixteen times what Azure takes, since Bicep's own output may be cut into several."""

_COMPILER_SECONDS = 120
_SHOWN = 5
_ASSIGNMENTS = "microsoft.authorization/roleassignments"


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """Templates as a source: one file of parameters for each, in their order, or all for the one template."""

    templates: tuple[Path, ...]
    parameters: tuple[Path, ...] = ()
    cloud: str = "public"

    def collect(self, _progress: Progress) -> Collected:
        """Read and expand them. Raises CodeError and UsageError."""
        started = datetime.now(UTC)
        estate, notes, outside = Estate(), list[str](), set[str]()
        hidden, astray = list[Gap](), dict[str, str]()
        lines = TemplateLines()
        for path, parameters in self._pairs():
            text = _compiled(path) if path.suffix.lower() == ".bicep" else _text(path)
            expansion = self._expanded(_template(text, path), parameters)
            if path.suffix.lower() != ".bicep":
                lines.add(expansion, path, text)
            for row in map(_completed, rows_of(expansion)):
                if not estate.add(row):
                    notes += _contested(row, estate)
            notes += expansion.notes
            hidden += expansion.gaps
            astray |= expansion.astray
            outside |= {each.id for each in expansion.units.values() if each.existing}
        outside |= {*_ids_in(estate), *_parents_in(estate)}
        for kind, why in astray.items():
            doubt_parts(estate, kind, unknown(why))
        gaps = [*dict.fromkeys(hidden), *complete(estate, self.cloud), *gaps_of(outside, estate)]
        rows = rows_with_subscriptions(estate)
        subscriptions = tuple(subscriptions_of(estate))
        finished = datetime.now(UTC)
        said = (*dict.fromkeys(notes), BESIDE)
        return Collected(
            rows, tuple(gaps), "template", self.cloud, subscriptions, (), started, finished, notes=said, lines=lines
        )

    def _pairs(self) -> Iterator[tuple[Path, tuple[Path, ...]]]:
        if len(self.templates) == 1:
            yield self.templates[0], self.parameters
            return
        if self.parameters and len(self.parameters) != len(self.templates):
            raise UsageError("name a --parameters FILE for each --template, in the same order, or for none")
        for place, path in enumerate(self.templates):
            yield path, self.parameters[place : place + 1]

    def _expanded(self, template: dict[str, Json], parameters: tuple[Path, ...]) -> Expansion:
        given = {name: value for each in parameters for name, value in _parameters(each, template)}
        frame = Frame(cloud=self.cloud)
        expansion = Expansion()
        expansion.notes += _not_declared(given, template)
        frame = replace(frame, group="") if is_of_subscription(template) else frame
        expansion.expand(template, scope_of(template, frame, expansion, given, Budget()))
        return expansion


def _contested(row: Row, estate: Estate) -> Iterator[str]:
    """Doubt what another resource has the id of too, and says otherwise."""
    held = estate.get(row["id"])
    if held is not None and held != row:
        held["properties"] = unknown("another resource of the code has its id and says something else")
        yield f"two resources of one id that differ: {row['id']}; which of them stays is not known"


def _template(text: str, path: Path) -> dict[str, Json]:
    found = _parsed(text, path)
    name_elements(found)
    has_some = isinstance(found, dict) and isinstance(found.get("resources"), list | dict)
    # State has a list called resources, too.
    if isinstance(found, dict) and has_some and ("$schema" in found or not kind_of_value(found)):
        return found
    raise _not(found, path, "ARM template: it has no resources")


def _not(found: Json, path: Path, what: str) -> CodeError:
    """Return the error for JSON that is something else than what it was named as."""
    kind = kind_of_value(found)
    said = kind if kind and isinstance(found, dict) else f"{f'{kind}, and ' if kind else ''}no {what}"
    return CodeError(f"{path} is {said}")


def _parsed(text: str, path: Path) -> Json:
    try:
        return parse(text)
    except RecursionError as error:
        raise CodeError(f"{path} is nested too deeply") from error
    except ValueError as error:
        kind = kind_of(text.encode("utf-8", "replace"))
        raise CodeError(f"{path} is {kind or f'no JSON: {one_line(error)}'}") from error


def _text(path: Path) -> str:
    return read_code(path, _LARGEST).decode("utf-8", "replace")


def _compiled(path: Path) -> str:
    """Compile Bicep by the program of that name. Raises CodeError without it."""
    compiler = shutil.which("bicep")
    if compiler is None:
        raise CodeError(f"{path} is Bicep, and no bicep is installed: compile it with `az bicep build --file {path}`")
    _text(path)  # a folder or a missing file is told as of any other input
    try:
        ran = subprocess.run(  # noqa: S603 - the compiler, found on the PATH as a shell would find it
            [compiler, "build", "--stdout", str(path)],
            capture_output=True,
            check=False,
            timeout=_COMPILER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CodeError(f"{path} cannot be compiled: {one_line(error)}") from error
    if ran.returncode:
        raise CodeError(f"{path} does not compile: {one_line(ran.stderr.decode('utf-8', 'replace'))[:400]}")
    return ran.stdout.decode("utf-8", "replace")


def _parameters(path: Path, template: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield the values of a file of parameters; secrets are not known, whatever it says. Raises CodeError."""
    if path.suffix.lower() == ".bicepparam":
        raise CodeError(f"{path} is Bicep; compile it with `az bicep build-params --file {path}`, and name the JSON")
    found = _parsed(_text(path), path)
    listed = found.get("parameters", found) if isinstance(found, dict) else None
    if not isinstance(listed, dict):
        raise _not(found, path, "file of parameters: it has none")
    types = _declared_types(template)
    for name, each in listed.items():
        if name.startswith("$") or name in {"contentVersion", "metadata"}:
            continue
        if not isinstance(each, dict) or not each.keys() & {"value", "reference"}:
            raise CodeError(f"{path} gives the parameter {one_line(name)} neither a value nor a reference")
        is_secret = types.get(name.lower(), "").startswith("secure") or "value" not in each
        yield name.lower(), NotKnown(f"the parameter {name} is a secret") if is_secret else each["value"]


def _declared_types(template: dict[str, Json]) -> dict[str, str]:
    declared = template.get("parameters")
    listed = declared.items() if isinstance(declared, dict) else ()
    return {name.lower(): str(each.get("type", "")).lower() for name, each in listed if isinstance(each, dict)}


def _not_declared(given: Iterable[str], template: dict[str, Json]) -> Iterator[str]:
    """Yield a note on values that the template does not take: Azure would refuse them."""
    strange = sorted({*given} - {*_declared_types(template)})
    if strange:
        shown = ", ".join(map(one_line, strange[:_SHOWN]))
        yield f"{counted(len(strange), 'parameter')} that the template does not declare: {shown}"


def _completed(row: Row) -> Row:
    """Return a row without states, with what ARM takes from where it is deployed: the scope of a role assignment."""
    row = without_states(as_azure_writes(row, str(row["type"])))
    if str(row["type"]).lower() == _ASSIGNMENTS:
        properties(row).setdefault("scope", ArmId(str(row["id"])).scope)
    return row


def _parents_in(estate: Estate) -> Iterator[str]:
    """Yield the ids of all that each row lies in: a compute names a workspace that is there already no other way."""
    for key, row in estate.rows.items():
        parent = ArmId(str(row["id"])).parent if ArmId(key).type not in PARTS else None
        while parent is not None:
            yield str(parent)
            parent = parent.parent


def _ids_in(estate: Estate) -> Iterator[str]:
    """Yield every id that the rows name."""
    for row in estate.rows.values():
        yield from (each for each in texts(row.get("properties")) if each.lower().startswith("/subscriptions/"))
