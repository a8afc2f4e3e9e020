"""What has to be made before an instance: all that its block leads to, and what it and its module calls depend on."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.instances import Instance, Instances
from scanner.collect.iac.terraform.references import Literal, Made, References, Scope, Target

HIDDEN = "local values, or something else that no plan shows"


def needs(instance: Instance, instances: Instances, references: References) -> set[str]:
    """Return the addresses of the instances that an instance is made after, in one step; HIDDEN where others may be."""
    found = {
        target.instance.address if isinstance(target, Target) else HIDDEN
        for expression, scope in _expressions(instance, instances)
        for each in _leaves(expression)
        for target in references.resolve(each, scope)
        if not isinstance(target, Literal | Made)
    }
    return found - {instance.address}


def _leaves(expression: object) -> Iterator[object]:
    """Yield the expressions of attributes, which stand in those of blocks."""
    if isinstance(expression, list):
        for each in expression:
            yield from _leaves(each)
    elif isinstance(expression, dict) and not expression.keys() & {"references", "constant_value"}:
        for each in expression.values():
            yield from _leaves(each)
    else:
        yield expression


def _expressions(instance: Instance, instances: Instances) -> Iterator[tuple[object, Scope]]:
    """Yield each expression that orders an instance, with where it stands."""
    block = instance.config
    if block is not None:
        scope = Scope(instance.path, instance.key, block.for_each_expression)
        yield from ((each, scope) for each in block.expressions.values())
        yield from ((each, scope) for each in (block.count_expression, block.for_each_expression))
        yield {"references": block.depends_on}, scope
    for depth, (name, key) in enumerate(instance.path):
        outer = instances.module(instance.path[:depth])
        call = outer.module_calls.get(name) if outer is not None else None
        if call is not None:
            scope = Scope(instance.path[:depth], key, call.for_each_expression)
            yield {"references": call.depends_on}, scope
