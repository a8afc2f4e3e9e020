"""The resource instances of a plan or state: where each stands, what it will be, and what is not known of it yet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from scanner.collect.iac.terraform.document import (
    ConfigModule,
    ConfigResource,
    Document,
    ResourceChange,
    StateModule,
    StateResource,
)

Key: TypeAlias = str | int | None
"""What tells the instances of one block apart: a key of `for_each`, a number of `count`, None without either."""

Path: TypeAlias = tuple[tuple[str, Key], ...]
"""The module calls that lead to a module instance, the outermost first, with their keys."""

_STEP = re.compile(r'module\.([^.\[]+)(?:\[(?:"((?:[^"\\]|\\.)*)"|([0-9]+))\])?')


@dataclass(eq=False, slots=True)
class Instance:
    """One resource instance.

    `values` are as after apply, without what is not known; `unknown` has true in the place of each unknown leaf.
    `config` is its block, None in a state. `fresh` says that it does not exist yet. `before` are the values that it has
    now, None of what does not exist; `is_changing` says that a plan creates, changes or replaces it, `is_deleted` that
    it deletes it, which it does not with what it only forgets. `is_deferred`: what becomes of it waits for something.
    """

    address: str
    mode: str
    type: str
    name: str
    path: Path
    key: Key
    values: dict[str, Any]
    unknown: dict[str, Any] = field(default_factory=dict)
    config: ConfigResource | None = None
    fresh: bool = False
    known_id: str = ""
    before: dict[str, Any] | None = None
    is_changing: bool = False
    is_deleted: bool = False
    is_deferred: bool = False

    @property
    def block(self) -> tuple[Path, str, str, str]:
        """What its instances share: where the block is used, and its name."""
        return self.path, self.mode, self.type, self.name


class Instances:
    """Every instance of a document, by block."""

    def __init__(self, document: Document) -> None:
        self.root = document.configuration.root_module if document.configuration else ConfigModule()
        self.is_plan = document.resource_changes is not None
        self._blocks: dict[tuple[Path, str, str, str], list[Instance]] = defaultdict(list)
        self.gone: list[Instance] = []
        seen: set[str] = set()
        for each in _instances(document, self.root, self.gone, seen):
            if each.address not in seen:
                seen.add(each.address)
                self._blocks[each.block].append(each)

    def __iter__(self) -> Iterator[Instance]:
        return (each for found in self._blocks.values() for each in found)

    def of(self, path: Path, mode: str, kind: str, name: str) -> list[Instance]:
        """Return the instances of a block."""
        return self._blocks.get((path, mode, kind, name), [])

    def module(self, path: Path) -> ConfigModule | None:
        """Return the code of a module instance."""
        found: ConfigModule | None = self.root
        for name, _ in path:
            call = found.module_calls.get(name) if found is not None else None
            found = call.module if call is not None else None
        return found

    def keys_of(self, path: Path, call: str) -> list[Key]:
        """Return the keys of the instances of a module call that hold anything."""
        depth = len(path)
        keys = {
            each[0][depth][1]: None
            for each in self._blocks
            if len(each[0]) > depth and each[0][:depth] == path and each[0][depth][0] == call
        }
        return list(keys)


def path_of(address: str) -> Path:
    """Read the module calls in an address: `module.a["k"].module.b`."""
    return tuple((found[1], _key(found)) for found in _STEP.finditer(address))


def _key(found: re.Match[str]) -> Key:
    if found[2] is not None:
        return _unescaped(found[2])
    return int(found[3]) if found[3] else None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _instances(
    document: Document, root: ConfigModule, gone: list[Instance], seen: Collection[str]
) -> Iterator[Instance]:
    """Yield every instance, what a plan does with it first; of what is in `seen` by then the values are not read."""
    blocks = _Blocks(root)
    for change in document.resource_changes or ():
        if _is_going(change):
            gone.append(_changed(change, blocks))
        else:
            yield _changed(change, blocks)
    for each in document.deferred_changes or ():
        yield _deferred(each.resource_change, blocks)
    going = {each.address for each in gone}
    # What a plan does not touch, and what was read before: data sources.
    prior = document.prior_state.values if document.prior_state else None
    for values in (document.planned_values, prior, document.values):
        if values is not None and values.root_module is not None:
            yield from _held(values.root_module, blocks, _Passed(going, seen))


def _is_going(change: ResourceChange) -> bool:
    return bool(change.deposed) or change.change.actions in (["delete"], ["forget"])


def _changed(change: ResourceChange, blocks: _Blocks) -> Instance:
    found, path = change.change, path_of(change.module_address)
    before = found.before if isinstance(found.before, dict) else {}
    fresh = "create" in found.actions and not found.importing
    known = before.get("id") if not fresh else None
    is_changing = bool({"create", "update"} & {*found.actions})
    if not known and found.importing:
        known = found.importing.get("id")
    return Instance(
        change.address,
        change.mode,
        change.type,
        change.name,
        path,
        change.index,
        _shown(found.after, found.after_sensitive) if isinstance(found.after, dict) else {},
        found.after_unknown if isinstance(found.after_unknown, dict) else {},
        blocks.of(path, change.mode, change.type, change.name),
        fresh,
        known if isinstance(known, str) else "",
        before or None,
        is_changing,
        found.actions == ["delete"],
    )


_FREE = ("tags",)
"""Attributes that hold whatever somebody writes into them; no rule needs their values."""


def _shown(after: dict[str, Any], sensitive: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return values without those of free attributes that the code marks as sensitive."""
    marks = {name: sensitive.get(name) for name in _FREE if name in after} if isinstance(sensitive, dict) else {}
    return {**after, **{name: _without(after[name], mark) for name, mark in marks.items() if mark}}


def _without(value: Any, mark: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and isinstance(mark, dict):
        return {key: each for key, each in value.items() if not mark.get(key)}
    return {}


def _deferred(change: ResourceChange, blocks: _Blocks) -> Instance:
    """Return what is deferred: all that its block sets and a plan does not show is not known."""
    found = _changed(change, blocks)
    set_by_code = found.config.expressions if found.config is not None else {}
    found.unknown = dict.fromkeys((*set_by_code, *(found.before or ())), True) | found.unknown
    found.unknown |= {name: False for name, value in found.values.items() if value is not None}
    found.is_deferred = True
    return found


@dataclass(frozen=True, slots=True)
class _Passed:
    """Addresses that are not looked at again: of what goes, and of what was seen."""

    gone: Collection[str]
    seen: Collection[str]

    def __contains__(self, address: str) -> bool:
        return address in self.gone or address in self.seen


def _held(module: StateModule, blocks: _Blocks, passed: _Passed) -> Iterator[Instance]:
    path = path_of(module.address)
    for each in module.resources:
        if each.address not in passed:
            yield _standing(each, path, blocks)
    for child in module.child_modules:
        yield from _held(child, blocks, passed)


def _standing(resource: StateResource, path: Path, blocks: _Blocks) -> Instance:
    values = resource.read()
    return Instance(
        resource.address,
        resource.mode,
        resource.type,
        resource.name,
        path,
        resource.index,
        values,
        config=blocks.of(path, resource.mode, resource.type, resource.name),
        known_id=str(values.get("id") or ""),
    )


class _Blocks:
    """The blocks of the code by where they are used."""

    def __init__(self, root: ConfigModule) -> None:
        self._root = root
        self._modules: dict[tuple[str, ...], dict[tuple[str, str, str], ConfigResource]] = {}

    def of(self, path: Path, mode: str, kind: str, name: str) -> ConfigResource | None:
        names = tuple(each for each, _ in path)
        if names not in self._modules:
            self._modules[names] = self._read(names)
        return self._modules[names].get((mode, kind, name))

    def _read(self, names: tuple[str, ...]) -> dict[tuple[str, str, str], ConfigResource]:
        module: ConfigModule | None = self._root
        for name in names:
            call = module.module_calls.get(name) if module is not None else None
            module = call.module if call is not None else None
        return {(each.mode, each.type, each.name): each for each in module.resources} if module is not None else {}
