"""A template expanded into the resources that it deploys: loops, conditions, children, nested deployments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scanner.collect.iac.template.evaluator import MOST_LOOPS, Evaluator, Loops
from scanner.collect.iac.template.frames import Frame, resource_id
from scanner.collect.iac.template.scope import Budget, Scope
from scanner.collect.iac.template.unit import Unit, as_deployed, row_of
from scanner.collect.iac.template.values import NotKnown, member
from scanner.collect.positioned_json import JsonObject
from scanner.creation.estate import Row
from scanner.errors import CodeError
from scanner.evidence import Gap
from scanner.model.arm import SUBSCRIPTION_TYPE, ArmId
from scanner.model.resource import kind_of
from scanner.system.counting import counted

Json = Any
DEPLOYMENT = "microsoft.resources/deployments"

_MOST = 20_000
_DEEPEST = 16


class Expansion:
    """Expands a template; what it deploys by id.

    `gaps` are of what it deploys and does not show. `astray` are types of resources of which it does not tell what they
    lie in, with the reason.
    """

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.notes: list[str] = []
        self.gaps: list[Gap] = []
        self.astray: dict[str, str] = {}
        self.others: dict[str, list[Unit]] = {}
        self._symbols: dict[tuple[int, str], list[Unit]] = {}
        self._outputs: dict[str, tuple[Evaluator, Mapping[str, Json]]] = {}
        self._count = 0

    def expand(self, template: Mapping[str, Json], scope: Scope, deep: int = 0) -> None:
        """Add every resource of a template. Raises CodeError for one that has no end."""
        if deep > _DEEPEST:
            raise CodeError("deployments are nested too deeply; the template was not read on")
        resources = template.get("resources")
        named = resources.items() if isinstance(resources, dict) else (("", each) for each in resources or ())
        for symbol, raw in named:
            if isinstance(raw, dict):
                self._each(raw, symbol, scope, "", deep)

    # Loops, conditions, children

    def _each(self, raw: Mapping[str, Json], symbol: str, scope: Scope, parent: str, deep: int) -> None:
        evaluator = Evaluator(scope)
        for loops in self._rounds(raw, evaluator):
            self._one(raw, symbol, evaluator, loops, parent, deep)

    def _rounds(self, raw: Mapping[str, Json], evaluator: Evaluator) -> Iterator[Loops]:
        loop = raw.get("copy")
        if not isinstance(loop, dict):
            yield {}
            return
        count = evaluator.value(loop.get("count"))
        if not isinstance(count, int):
            self._endless(raw, evaluator)
            return
        if count > MOST_LOOPS:
            raise CodeError(f"a loop has {counted(count, 'round')}; ARM allows {MOST_LOOPS}")
        yield from ({"": index, str(loop.get("name", "")).lower(): index} for index in range(count))

    def _endless(self, raw: Mapping[str, Json], evaluator: Evaluator) -> None:
        """Leave open what a loop makes of which the rounds are not known."""
        kind = str(raw.get("type", "")).partition("@")[0]
        why = f"how many {kind} a loop makes is not known"
        self.notes.append(f"{why}, and none of them is judged")
        self._lose(SUBSCRIPTION_TYPE if kind.lower() == DEPLOYMENT else kind, evaluator.scope.frame.id, why)

    def _one(  # noqa: PLR0913, PLR0917 - a resource stands in so much
        self, raw: Mapping[str, Json], symbol: str, evaluator: Evaluator, loops: Loops, parent: str, deep: int
    ) -> None:
        condition = _condition(evaluator.value(raw.get("condition", True), loops))
        kind = str(raw.get("type", "")).partition("@")[0]
        if condition is False:
            if kind.lower() != DEPLOYMENT:
                # Its condition is not that of its children (learn.microsoft.com, conditional-resource-deployment).
                self._children(raw, self._unit(raw, evaluator, loops, kind, parent, is_there=False), evaluator, deep)
            return
        self._count += 1
        if self._count > _MOST:
            raise CodeError(f"the template has more than {_MOST} resources; it was not read on")
        is_there = not isinstance(condition, NotKnown)
        unit = self._unit(raw, evaluator, loops, kind, parent, is_there=is_there)
        unit.condition = condition if isinstance(condition, NotKnown) else evaluator.scope.condition
        self._keep(unit, symbol, evaluator.scope)
        if unit.kind.lower() == DEPLOYMENT:
            self._nested(unit, deep)
        self._children(raw, unit, evaluator, deep)

    def _children(self, raw: Mapping[str, Json], unit: Unit, evaluator: Evaluator, deep: int) -> None:
        for child in _inside(raw, unit.kind):
            self._each(child, "", evaluator.scope, unit.id, deep)

    def _unit(  # noqa: PLR0913 - a resource stands in so much
        self, raw: Mapping[str, Json], evaluator: Evaluator, loops: Loops, kind: str, parent: str, *, is_there: bool
    ) -> Unit:
        name = evaluator.value(raw.get("name", ""), loops)
        names = str(name).split("/") if isinstance(name, str) else [f"tf~{kind.rpartition('/')[2]}-{self._count}"]
        base = self._base(raw, evaluator, loops)
        if isinstance(name, NotKnown) and not parent and kind.count("/") > 1:
            self._lose(kind, base, f"what it lies in is not known: {name.why}")
        arm_id = f"{parent}/{kind.rpartition('/')[2]}/{names[-1]}" if parent else self._id(base, kind, names)
        if isinstance(name, NotKnown) and not is_there:
            # It may be one that is there already, by whatever name.
            for child in _inside(raw, kind):
                self._lose(str(child["type"]), base, f"what it lies in is not known: {name.why}")
        return Unit(raw, evaluator, loops, arm_id, kind, existing=raw.get("existing") is True)

    def _lose(self, kind: str, base: str, why: str) -> None:
        """Leave open what resources of a type may lie in."""
        self.astray[kind] = why
        known = kind_of(kind)
        self.gaps.append(Gap((known.LISTED_WITH if known is not None else "") or kind, base, why))

    def _base(self, raw: Mapping[str, Json], evaluator: Evaluator, loops: Loops) -> str:
        """Return the scope that a resource is deployed to: the group, or what it extends."""
        frame = evaluator.scope.frame.at(
            evaluator.value(raw.get("subscriptionId"), loops), evaluator.value(raw.get("resourceGroup"), loops)
        )
        scope = evaluator.value(raw.get("scope"), loops)
        if not isinstance(scope, str) or scope == "/":
            return frame.id
        return scope if scope.startswith("/") else f"{frame.id}/providers/{scope}"

    def _id(self, base: str, kind: str, names: list[str]) -> str:
        missing = kind.count("/") - len(names)
        if missing:
            names = [*([f"tf~{self._count}"] * max(missing, 0)), *names][-kind.count("/") :]
        return resource_id(base, kind, names) if "/" in kind else f"{base}/providers/Unknown/{kind}/{names[-1]}"

    def _keep(self, unit: Unit, symbol: str, scope: Scope) -> None:
        held = self.units.setdefault(ArmId(unit.id).key, unit)
        if held is not unit and unit.kind.lower() != DEPLOYMENT and not unit.existing:
            if held.existing:
                self.units[ArmId(unit.id).key] = unit
            else:
                self.others.setdefault(ArmId(unit.id).key, []).append(unit)
        if symbol:
            self._symbols.setdefault((id(scope.declared), symbol.lower()), []).append(unit)

    # Nested deployments

    def _nested(self, unit: Unit, deep: int) -> None:
        properties, outer = member(unit.raw, "properties"), unit.evaluator
        if not isinstance(properties, dict):
            return
        template = properties.get("template")
        if not isinstance(template, dict):
            why = f"the linked template of {ArmId(unit.id).name} is not here"
            self.notes.append(f"{why}, and what it deploys is not judged")
            self.gaps.append(Gap(SUBSCRIPTION_TYPE, str(ArmId(unit.id).in_subscription), why))
            return
        options = properties.get("expressionEvaluationOptions")
        said = str(options.get("scope") or "").lower() if isinstance(options, dict) else ""
        is_inner = said == "inner" or (said != "outer" and outer.scope.is_nested_inner)
        frame = self._frame_of(unit, template)
        scope = self._inner(unit, template, properties, frame) if is_inner else replace(outer.scope, frame=frame)
        scope.condition = unit.condition
        outputs = template.get("outputs")
        self._outputs[ArmId(unit.id).key] = (Evaluator(scope), outputs if isinstance(outputs, dict) else {})
        self.expand(template, scope, deep + 1)

    def _frame_of(self, unit: Unit, template: Mapping[str, Json]) -> Frame:
        value, frame = unit.evaluator.value, unit.evaluator.scope.frame
        found = frame.at(
            value(unit.raw.get("subscriptionId"), unit.loops), value(unit.raw.get("resourceGroup"), unit.loops)
        )
        return replace(found, group="") if is_of_subscription(template) else found

    def _inner(self, unit: Unit, template: Mapping[str, Json], properties: Mapping[str, Json], frame: Frame) -> Scope:
        listed = member(properties, "parameters")
        if isinstance(listed, str):
            listed = unit.evaluator.value(listed, unit.loops)
        is_here = isinstance(listed, dict | None) and member(properties, "parametersLink") is None
        elsewhere = [] if is_here else _taken(template)
        given = {name.lower(): NotKnown(f"the value of the parameter {name} is not here") for name in elsewhere}
        if isinstance(listed, dict):
            given |= {name.lower(): self._passed(name, each, unit) for name, each in listed.items()}
        return scope_of(template, frame, self, given, unit.evaluator.scope.budget, ArmId(unit.id).name)

    def _passed(self, name: str, given: Json, unit: Unit) -> Json:
        """Return the value that a deployment gives a parameter."""
        if isinstance(given, str):
            given = unit.evaluator.value(given, unit.loops)
        value = member(given, "value") if isinstance(given, dict) else None
        if value is not None or (isinstance(given, dict) and "value" in given):
            return unit.evaluator.value(value, unit.loops)
        is_secret = isinstance(given, dict) and member(given, "reference") is not None
        return NotKnown(f"the parameter {name} is {'a secret of a key vault' if is_secret else 'given no value here'}")

    # References

    def reference(self, what: str, scope: Scope, *, full: bool) -> Json:
        """Return the properties of what an id, a symbol or a name names, or all of it."""
        unit = self._find(what, scope)
        if unit is None:
            return NotKnown(f"{ArmId(what).name} is not deployed by the template")
        if unit.kind.lower() == DEPLOYMENT:
            return self._deployment(unit)
        if unit.existing or unit.reading:
            return NotKnown(f"{ArmId(unit.id).name} tells it when the template is deployed")
        body = as_deployed(unit)
        return body if full else body.get("properties") or {}

    def _find(self, what: str, scope: Scope) -> Unit | None:
        if what.startswith("/"):
            return self.units.get(ArmId(what).key)
        named = self._symbols.get((id(scope.declared), what.lower()))
        if named:
            return named[0]
        found = [each for each in self.units.values() if ArmId(each.id).name.lower() == what.rpartition("/")[2].lower()]
        return found[0] if len(found) == 1 else None

    def _deployment(self, unit: Unit) -> Json:
        evaluator, outputs = self._outputs.get(ArmId(unit.id).key, (unit.evaluator, {}))
        values = {}
        for name, each in outputs.items():
            raw = each.get("value") if isinstance(each, dict) else None
            values[name] = {"value": evaluator.value(raw)}
        return {"outputs": values}


def _condition(value: Json) -> Json:
    """Return a condition as a switch; whether ARM takes anything but true and false for one is not documented."""
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value if isinstance(value, bool | NotKnown) else NotKnown("its condition is neither true nor false")


def _inside(raw: Mapping[str, Json], kind: str) -> Iterator[Mapping[str, Json]]:
    """Yield what is declared inside of a resource, each with its whole type."""
    yield from (_whole_type(each, kind) for each in raw.get("resources") or () if isinstance(each, dict))


def _taken(template: Mapping[str, Json]) -> list[str]:
    declared = member(template, "parameters")
    return [*declared] if isinstance(declared, dict) else []


def _whole_type(child: Mapping[str, Json], parent: str) -> Mapping[str, Json]:
    """Return a child with its whole type: nested ones may leave out their parent's."""
    kind = str(child.get("type", ""))
    whole = kind if kind.lower().startswith(f"{parent.lower()}/") else f"{parent}/{kind}"
    return child.changed("type", whole) if isinstance(child, JsonObject) else {**child, "type": whole}


def is_of_subscription(template: Mapping[str, Json]) -> bool:
    """Tell whether a template is deployed to a subscription."""
    return "subscriptiondeploymenttemplate" in str(template.get("$schema", "")).lower()


_INNER_FROM = "2"
"""The languageVersion from which a nested deployment has a scope of its own unless it says otherwise (from memory of
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax; without one it is the outer scope)."""


def scope_of(  # noqa: PLR0913, PLR0917 - what a template stands in
    template: Mapping[str, Json],
    frame: Frame,
    expansion: Expansion,
    given: dict[str, Json],
    budget: Budget,
    name: str = "main",
) -> Scope:
    """Return the scope of a template's own expressions."""
    declared, variables = template.get("parameters"), template.get("variables")
    return Scope(
        frame,
        expansion,
        given,
        declared if isinstance(declared, dict) else {},
        variables if isinstance(variables, dict) else {},
        budget,
        name,
        str(template.get("languageVersion", "")) >= _INNER_FROM,
    )


def rows_of(expansion: Expansion) -> Iterator[Row]:
    """Yield the rows of what is deployed, deployments themselves left out; of several of one id each."""
    for key, unit in expansion.units.items():
        if unit.existing or unit.kind.lower() == DEPLOYMENT or "/" not in unit.kind:
            continue
        yield from map(row_of, (unit, *expansion.others.get(key, ())))
