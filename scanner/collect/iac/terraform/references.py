"""What the references of an expression lead to: instances of the same plan, data that was read, or values.

A plan lists the references of an expression and not how they are put together. Where that leaves several targets for
one value, the value is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.collect.iac.terraform.document import ConfigModule, Document, ModuleCall
from scanner.collect.iac.terraform.instances import Instance, Instances, Key, Path
from scanner.collect.iac.terraform.own_key import OwnKey, index_of, is_as_it_is, is_made, is_set, written_in
from scanner.collect.iac.terraform.traversals import Step, Traversal, references_in

_DEEPEST = 12
_NO_TARGET = frozenset({"each", "count", "self", "path"})


@dataclass(frozen=True, slots=True)
class Target:
    """An instance that a reference leads to, and what of it: `("id",)`, or nothing for the whole of it."""

    instance: Instance
    rest: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that a reference leads to: of a variable, or a constant."""

    value: object


@dataclass(frozen=True, slots=True)
class Lost:
    """A reference that leads to what a plan does not show."""

    why: str


@dataclass(frozen=True, slots=True)
class Made(Lost):
    """A value that is made of what an expression refers to, which is told beside."""


Found = Target | Literal | Lost


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the module instance, the key of what it belongs to, and that one's `for_each`."""

    path: Path
    key: Key = None
    for_each: Any = None


class References:
    """The references of one document."""

    def __init__(self, document: Document, instances: Instances) -> None:
        self._instances = instances
        self._variables = document.variables

    def resolve(self, expression: object, scope: Scope, deep: int = 0) -> list[Found]:
        """Return what an expression leads to, each once."""
        if deep > _DEEPEST:
            return [Lost("its references go on for too long")]
        if isinstance(expression, dict) and "constant_value" in expression:
            return [Literal(expression["constant_value"])]
        every = references_in(expression)
        written = written_in(expression)
        own_key = self._own_key(every, written, scope, deep)
        found: dict[Found, None] = {}
        unhashable: list[Found] = []
        for each in every:
            for target in self._follow(each, scope, deep, own_key):
                try:
                    found.setdefault(target)
                except TypeError:
                    unhashable.append(target)
        made = [Made("it is made of what its expression refers to")] if every and is_made(written or "") else []
        return [*found, *unhashable, *made]

    def _follow(self, reference: Traversal, scope: Scope, deep: int, own_key: OwnKey) -> Iterator[Found]:
        match reference.root:
            case "var" if len(reference.steps) > 1:
                yield from self._variable(reference, scope, deep)
            case "module" if len(reference.steps) > 1:
                yield from self._output(reference, scope, deep, own_key)
            case "local":
                yield Lost(f"it is set through local.{'.'.join(map(str, reference.steps[1:2]))}, which no plan shows")
            case "each" if reference.steps[1:2] == ("value",):
                yield from self._each_value(reference.after(2), scope, deep)
            case "terraform":
                yield Literal(None)
            case root if root in _NO_TARGET:
                return
            case "data" if len(reference.steps) > 2:  # noqa: PLR2004 - data.TYPE.NAME
                yield from self._block("data", reference.after(1), scope, own_key)
            case _ if len(reference.steps) > 1:
                yield from self._block("managed", reference, scope, own_key)

    def _own_key(self, references: list[Traversal], written: str | None, scope: Scope, deep: int) -> OwnKey:
        """Return the key by which the one resource of an expression is picked."""
        is_written = written is not None
        match index_of(references, written):
            case "each.key" | "count.index":
                return OwnKey(scope.key, is_written)
            case "each.value" if is_set(scope.for_each):
                return OwnKey(scope.key, is_written)
            case "each.value":
                found = list(self._each_value(Traversal((), ()), scope, deep))
                if len(found) == 1 and isinstance(found[0], Literal) and isinstance(found[0].value, str):
                    return OwnKey(found[0].value, is_written)
        return OwnKey()

    # Resources

    def _block(self, mode: str, reference: Traversal, scope: Scope, own_key: OwnKey) -> Iterator[Found]:
        kind, name = str(reference.steps[0]), str(reference.steps[1])
        rest = reference.after(2)
        instances = self._instances.of(scope.path, mode, kind, name)
        if not instances:
            if mode == "data":
                yield Lost(f"data.{kind}.{name} is read when the plan is applied")
            return
        key = rest.key
        if key is not None:
            chosen = [each for each in instances if each.key == key]
            # A block that was planned without instances of their own keys: the bracket is part of an attribute.
            yield from (Target(each, rest.after(1).steps) for each in chosen)
            return
        picked = own_key.pick([each.key for each in instances])
        yield from (Target(each, rest.steps) for each in instances if each.key in picked)

    def _each_value(self, rest: Traversal, scope: Scope, deep: int) -> Iterator[Found]:
        """Yield what `each.value` is: an instance of the block that `for_each` goes over, or an item of a value.

        Of a value only where `for_each` goes over it as it is: what it makes of one, a plan does not show.
        """
        is_plain = is_as_it_is(scope.for_each)
        for each in self.resolve(scope.for_each, Scope(scope.path, scope.key), deep + 1):
            match each:
                case Target(instance=instance, rest=()) if instance.key == scope.key or instance.key is None:
                    yield Target(instance, rest.steps)
                case Literal(value=dict() as values) if is_plain and scope.key in values:
                    yield from _inside(values[scope.key], rest)
                case Literal(value=list() as values) if is_plain and scope.key in values and not rest.steps:
                    yield Literal(scope.key)
                case Target():
                    continue
                case _:
                    yield Lost("what for_each goes over is not shown")

    # Modules

    def _variable(self, reference: Traversal, scope: Scope, deep: int) -> Iterator[Found]:
        name, rest = str(reference.steps[1]), reference.after(2)
        if not scope.path:
            yield from self._root_variable(name, rest)
            return
        call, outer = self._call_of(scope.path)
        if call is None:
            yield Lost(f"var.{name} is of a module whose call is not shown")
        elif name in call.expressions:
            found = self.resolve(_at(call.expressions[name], rest), outer, deep + 1)
            yield from _selected(found, rest)
        else:
            yield from _default_of(call.module, name, rest)

    def _root_variable(self, name: str, rest: Traversal) -> Iterator[Found]:
        given = self._variables.get(name)
        if isinstance(given, dict) and "value" in given:
            yield from _inside(given["value"], rest)
        else:
            yield from _default_of(self._instances.root, name, rest)

    def _call_of(self, path: Path) -> tuple[ModuleCall | None, Scope]:
        outer = self._instances.module(path[:-1])
        name, key = path[-1]
        call = outer.module_calls.get(name) if outer is not None else None
        return call, Scope(path[:-1], key, call.for_each_expression if call is not None else None)

    def _output(self, reference: Traversal, scope: Scope, deep: int, own_key: OwnKey) -> Iterator[Found]:
        call, rest = str(reference.steps[1]), reference.after(2)
        keys = self._instances.keys_of(scope.path, call) or [None]
        if rest.key is not None:
            keys, rest = [rest.key], rest.after(1)
        keys = [*own_key.pick(keys)]
        if not rest.steps:
            yield Lost(f"module.{call} is referred to as a whole")
            return
        for key in keys:
            yield from self._output_of((*scope.path, (call, key)), str(rest.steps[0]), rest.after(1), deep)

    def _output_of(self, path: Path, name: str, rest: Traversal, deep: int) -> Iterator[Found]:
        module = self._instances.module(path)
        output = module.outputs.get(name) if module is not None else None
        if not isinstance(output, dict):
            yield Lost(f"module.{path[-1][0]}.{name} is not shown")
            return
        found = self.resolve(output.get("expression"), Scope(path), deep + 1)
        yield from _selected(found, rest)


def _at(expression: object, rest: Traversal) -> object:
    """Return the part of an expression that a reference asks for, where the expression shows it."""
    step = rest.steps[0] if rest.steps else None
    if isinstance(expression, dict) and "references" not in expression and step in expression:
        return expression[step]
    return expression


def _selected(found: list[Found], rest: Traversal) -> Iterator[Found]:
    """Yield what a reference asks of what an expression leads to: instances by a key, values by a path."""
    key = rest.key
    for each in found:
        match each:
            case Target(instance=instance, rest=()) if key is not None and instance.key is not None:
                if instance.key == key:
                    yield Target(instance, rest.after(1).steps)
            case Target(instance=instance, rest=before):
                yield Target(instance, (*before, *_without(rest, before)))
            case Literal(value=value):
                yield from _inside(value, rest)
            case _:
                yield each


def _without(rest: Traversal, before: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return what is asked of a target: keys that pick from a collection of values say nothing of one of them."""
    return () if before and rest.key is not None else rest.steps


def _inside(value: object, rest: Traversal) -> Iterator[Found]:
    for step in rest.steps:
        match value:
            case dict() if step in value:
                value = value[step]
            case list() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                yield Lost("a part of a variable is not there")
                return
    yield Literal(value)


def _default_of(module: ConfigModule, name: str, rest: Traversal) -> Iterator[Found]:
    declared = module.variables.get(name)
    if isinstance(declared, dict) and "default" in declared:
        yield from _inside(declared["default"], rest)
    else:
        yield Lost(f"var.{name} has no value that the plan shows")
