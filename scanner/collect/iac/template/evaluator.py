"""Evaluating what a template says, where parameters, variables, loops and other resources are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from scanner.collect.iac.template.expressions import (
    BadExpression,
    Call,
    Expression,
    Member,
    Number,
    Text,
    is_expression,
    parsed,
)
from scanner.collect.iac.template.functions import FUNCTIONS, LONGEST, CannotTell
from scanner.collect.iac.template.lambdas import TAKING, called
from scanner.collect.iac.template.scope import Scope
from scanner.collect.iac.template.surroundings import SURROUNDINGS
from scanner.collect.iac.template.values import NotKnown, first_unknown, member
from scanner.errors import CodeError
from scanner.system.counting import counted

Json = Any
Loops = Mapping[str, Json]
"""The present index of each loop by its name in lower case; "" is the innermost. Of lambdas, `$name` by variable."""

MOST_LOOPS = 800
"""Rounds that ARM lets a loop have (https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources)."""


class Evaluator:
    """Evaluates values in a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def value(self, raw: Json, loops: Loops | None = None) -> Json:
        """Return a value with its expressions evaluated; loops over properties become lists."""
        self.scope.budget.spend()
        loops = loops or {}
        match raw:
            case str():
                return self._text(raw, loops)
            case dict():
                return self._object(raw, loops)
            case list():
                return [self.value(each, loops) for each in raw]
        return raw

    def _text(self, raw: str, loops: Loops) -> Json:
        if is_expression(raw):
            try:
                return self._evaluate(parsed(raw), loops)
            except (BadExpression, CannotTell) as error:
                return NotKnown(f"an expression is not evaluated: {error}")
            except RecursionError:
                return NotKnown("an expression is nested too deeply")
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                return NotKnown(f"an expression is not evaluated: a function takes other arguments ({error})")
        return raw[1:] if raw.startswith("[[") else raw

    def _object(self, raw: dict[str, Json], loops: Loops) -> Json:
        found = {
            self._key(key, loops): self.value(each, loops)
            for key, each in raw.items()
            if not (key == "copy" and _is_loops(each))
        }
        for each in raw.get("copy", ()) if _is_loops(raw.get("copy")) else ():
            found[str(each["name"])] = self._loop(each, loops)
        return found

    def _key(self, key: str, loops: Loops) -> str:
        """Return the name of a property, which may be an expression: the id of an identity is one."""
        found = self._text(key, loops) if key.startswith("[") else key
        return found if isinstance(found, str) else key

    def _loop(self, loop: dict[str, Json], loops: Loops) -> Json:
        count = self.value(loop.get("count"), loops)
        if not isinstance(count, int):
            return NotKnown(f"how often {loop['name']} is repeated is not known")
        if count > MOST_LOOPS:
            raise CodeError(f"a loop has {counted(count, 'round')}; ARM allows {MOST_LOOPS}")
        return [
            self.value(loop.get("input"), {**loops, "": index, str(loop["name"]).lower(): index})
            for index in range(count)
        ]

    # Expressions

    def _evaluate(self, node: Expression, loops: Loops) -> Json:
        self.scope.budget.spend()
        match node:
            case Text(value=text):
                return text
            case Number(value=number):
                return number
            case Member(of=of, key=key):
                return self._member(of, key, loops)
            case Call(name=name, arguments=arguments):
                return self._call(name, arguments, loops)

    def _member(self, of: Expression, key: Expression, loops: Loops) -> Json:
        holder, wanted = self._evaluate(of, loops), self._evaluate(key, loops)
        found = member(holder, wanted)
        if found is None and isinstance(of, Call | Member) and _is_run_time(of):
            return NotKnown(f"{wanted} is known only when the template is deployed")
        return found

    def _call(self, name: str, arguments: tuple[Expression, ...], loops: Loops) -> Json:
        lazy = _LAZY.get(name)
        if lazy is not None:
            return lazy(self, arguments, loops)
        if name in TAKING:
            return called(name, arguments, lambda each, given: self._evaluate(each, {**loops, **_variables(given)}))
        values = [self._evaluate(each, loops) for each in arguments]
        missing = first_unknown(values)
        if name in SURROUNDINGS:
            return missing if missing is not None else SURROUNDINGS[name](self.scope, values)
        if name.startswith("list"):
            return NotKnown(f"what {name} returns is a secret of what is deployed")
        if name not in FUNCTIONS:
            return NotKnown(f"the function {name} is not known here")
        return missing if missing is not None else _applied(name, values)

    # What the template declares

    def parameter(self, name: str) -> Json:
        """Return a parameter: as it was given, its default, or not known."""
        key = name.lower()
        if key in self.scope.parameters:
            return self.scope.parameters[key]
        declared = member(self.scope.declared, name)
        if not isinstance(declared, dict):
            return NotKnown(f"the parameter {name} is not declared")
        if str(declared.get("type", "")).lower().startswith("secure"):
            return NotKnown(f"the parameter {name} is a secret")
        if "defaultValue" in declared:
            return self._remembered(f"parameter {key}", lambda: self.value(declared["defaultValue"]))
        return None if declared.get("nullable") else NotKnown(f"the parameter {name} has no value; give --parameters")

    def variable(self, name: str) -> Json:
        """Return a variable; one that a loop makes is a list."""
        key = name.lower()
        for each in self.scope.variables.get("copy", ()) if _is_loops(self.scope.variables.get("copy")) else ():
            if str(each["name"]).lower() == key:
                return self._remembered(f"variable {key}", partial(self._loop, each, {}))
        raw = member(self.scope.variables, name)
        return self._remembered(f"variable {key}", lambda: self.value(raw))

    def _remembered(self, key: str, find: Callable[[], Json]) -> Json:
        if key not in self.scope.known:
            if key in self.scope.evaluating:
                return NotKnown(f"the {key} is declared by itself")
            self.scope.evaluating.add(key)
            self.scope.known[key] = find()
            self.scope.evaluating.discard(key)
        return self.scope.known[key]

    def loop_index(self, values: list[Json], loops: Loops) -> Json:
        """Return the round of a loop, by its name if one is given, with an offset."""
        name = values[0].lower() if values and isinstance(values[0], str) else ""
        offset = next((each for each in values if isinstance(each, int)), 0)
        return loops[name] + offset if name in loops else NotKnown("copyIndex stands outside of a loop")


def _variables(given: Mapping[str, Json]) -> Loops:
    return {f"${name}": value for name, value in given.items()}


def _is_loops(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) and "name" in each for each in value)


def _is_run_time(node: Expression) -> bool:
    """Tell whether a value is of a resource: what it lacks comes to be when it is deployed."""
    while isinstance(node, Member):
        node = node.of
    return isinstance(node, Call) and node.name in {"reference", "resourcegroup", "subscription", "deployment"}


def _applied(name: str, values: list[Json]) -> Json:
    try:
        found = FUNCTIONS[name](*values)
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        return NotKnown(f"{name} cannot be evaluated: {error}")
    return NotKnown(f"{name} makes too long a text") if isinstance(found, str) and len(found) > LONGEST else found


# Functions that evaluate some of their arguments alone

_Lazy = Callable[[Evaluator, tuple[Expression, ...], Loops], Json]


def _if(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
    condition = self._evaluate(arguments[0], loops)
    if isinstance(condition, NotKnown):
        return condition
    if not isinstance(condition, bool):
        raise CannotTell("if is given a condition that is neither true nor false")
    return self._evaluate(arguments[1 if condition else 2], loops)


def _decided_by(decisive: bool) -> _Lazy:  # noqa: FBT001 - what decides
    def found(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
        values = [self._evaluate(each, loops) for each in arguments]
        if any(each is decisive for each in values):
            return decisive
        if any(not isinstance(each, bool | NotKnown) for each in values):
            raise CannotTell("and, or take what is true or false")
        return first_unknown(values) or (not decisive)

    return found


def _coalesce(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
    values = (self._evaluate(each, loops) for each in arguments)
    return next((each for each in values if each is not None), None)


def _copy_index(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
    return self.loop_index([self._evaluate(each, loops) for each in arguments], loops)


def _lambda_variable(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
    key = f"${str(self._evaluate(arguments[0], loops)).lower()}"
    return loops[key] if key in loops else NotKnown("lambdaVariables stands outside of a lambda")


def _declared(find: Callable[[Evaluator, str], Json]) -> _Lazy:
    def found(self: Evaluator, arguments: tuple[Expression, ...], loops: Loops) -> Json:
        name = self._evaluate(arguments[0], loops)
        return name if isinstance(name, NotKnown) else find(self, str(name))

    return found


_LAZY: Mapping[str, _Lazy] = {
    "parameters": _declared(Evaluator.parameter),
    "variables": _declared(Evaluator.variable),
    "lambdavariables": _lambda_variable,
    "if": _if,
    "and": _decided_by(decisive=False),
    "or": _decided_by(decisive=True),
    "coalesce": _coalesce,
    "copyindex": _copy_index,
}
