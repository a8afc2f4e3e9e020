"""The JSON of `terraform show -json`, read as far as resources and references go, and what is wrong with a file.

Format: https://developer.hashicorp.com/terraform/internals/json-format (1.2, 2025-05). OpenTofu prints the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.code_file import kind_of, read_code
from scanner.errors import CodeError, one_line
from scanner.system.reading import MIB

LARGEST = 512 * MIB
"""Bytes of a plan or state: a hundred thousand resources."""

_UNREADABLE = (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError)


_NOTHING = msgspec.Raw(b"null")


class Change(msgspec.Struct):
    """What becomes of a resource. Unknown leaves are absent in `after` and true in `after_unknown`."""

    actions: list[str]
    before: Any = None
    after: Any = None
    after_unknown: Any = None
    after_sensitive: Any = None
    importing: dict[str, Any] | None = None


class ResourceChange(msgspec.Struct):
    """One resource instance of a plan."""

    address: str
    mode: str
    type: str
    name: str
    change: Change
    module_address: str = ""
    index: str | int | None = None
    deposed: str = ""


class DeferredChange(msgspec.Struct):
    """A change that waits for something that is not known: there may be any number of it, and with other values."""

    resource_change: ResourceChange
    reason: str = ""


class StateResource(msgspec.Struct):
    """One resource instance of a state, or of the values of a plan.

    Its values stay text until they are asked for: a plan tells most of them a second time.
    """

    address: str
    mode: str
    type: str
    name: str
    index: str | int | None = None
    values: msgspec.Raw = _NOTHING

    def read(self) -> dict[str, Any]:
        """Return its values. Raises CodeError for what is no object."""
        try:
            found = msgspec.json.decode(self.values, type=dict[str, Any] | None)
        except _UNREADABLE as error:
            raise CodeError(f"the values of {one_line(self.address)} cannot be read: {one_line(error)}") from error
        return found or {}


class StateModule(msgspec.Struct):
    """A module instance of a state."""

    resources: list[StateResource] = []
    child_modules: list[StateModule] = []
    address: str = ""


class Values(msgspec.Struct):
    """The values of a state."""

    root_module: StateModule | None = None


class PriorState(msgspec.Struct):
    """What there was before a plan."""

    values: Values | None = None


class ConfigResource(msgspec.Struct):
    """A resource or data block of the configuration."""

    mode: str
    type: str
    name: str
    expressions: dict[str, Any] = {}
    provider_config_key: str = ""
    count_expression: Any = None
    for_each_expression: Any = None
    depends_on: list[str] = []


class ModuleCall(msgspec.Struct):
    """A module block, and what is in the module."""

    module: ConfigModule
    expressions: dict[str, Any] = {}
    source: str = ""
    count_expression: Any = None
    for_each_expression: Any = None
    depends_on: list[str] = []


class ConfigModule(msgspec.Struct):
    """A module of the configuration."""

    resources: list[ConfigResource] = []
    module_calls: dict[str, ModuleCall] = {}
    outputs: dict[str, Any] = {}
    variables: dict[str, Any] = {}


class Configuration(msgspec.Struct):
    """The code that a plan was made of, with its expressions as far as Terraform tells them."""

    root_module: ConfigModule = msgspec.field(default_factory=ConfigModule)
    provider_config: dict[str, Any] = {}


class Document(msgspec.Struct):
    """A plan, or a state, which has `values` alone; secrets stand in all of it."""

    format_version: str = ""
    terraform_version: str = ""
    resource_changes: list[ResourceChange] | None = None
    deferred_changes: list[DeferredChange] | None = None
    planned_values: Values | None = None
    prior_state: PriorState | None = None
    configuration: Configuration | None = None
    variables: dict[str, Any] = {}
    values: Values | None = None
    errored: bool = False
    complete: bool = True
    # A state file as it lies on disk.
    version: int | None = None
    lineage: str = ""
    resources: Any = None
    modules: Any = None

    @property
    def is_raw_state(self) -> bool:
        """Whether it is a state file as Terraform keeps it, and nothing that `terraform show` printed."""
        return not self.format_version and self.version is not None


def read_document(path: Path) -> Document:
    """Read a plan or state. Raises CodeError for what is neither, with what to do instead."""
    text = read_code(path, LARGEST)
    try:
        found = msgspec.json.decode(text, type=Document)
    except _UNREADABLE as error:
        raise CodeError(f"{path} {_what_instead(text, error)}") from error
    _require_version(found, path, text)
    return found


def _what_instead(text: bytes, error: Exception) -> str:
    if kind := kind_of(text, terraform=False):
        return f"is {kind}"
    if text.lstrip()[:1] not in (b"{", b"["):
        return "is no JSON; print it by `terraform show -json FILE`: a plan as text is not read"
    if isinstance(error, msgspec.ValidationError):
        return f"is not what `terraform show -json` prints: {one_line(error)}"
    return f"is no JSON: {one_line(error)}; print it anew by `terraform show -json FILE`"


def _require_version(found: Document, path: Path, text: bytes) -> None:
    """Raise CodeError for a format that is not known."""
    if found.is_raw_state:
        if found.version != 4:  # noqa: PLR2004 - the format's number since Terraform 0.12
            raise CodeError(f"{path} is state of Terraform before 0.12; upgrade it by `terraform apply -refresh-only`")
        return
    if not found.format_version:
        kind = (
            kind_of(text, terraform=False)
            or "neither a plan nor state: it has no format_version; use `terraform show -json`"
        )
        raise CodeError(f"{path} is {kind}")
    if found.format_version.partition(".")[0] != "1":
        known = "this version reads 1.0 to 1.2"
        raise CodeError(f"{path} has the format {one_line(found.format_version)}; {known}, of Terraform 1.0 and later")
    if found.errored:
        raise CodeError(f"{path} is a plan that ended with an error, and not all of it is there; plan it again")
