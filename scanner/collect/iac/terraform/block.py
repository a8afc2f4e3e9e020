"""A resource instance, or a block inside it, as what maps it to ARM reads it: values, unknown ones, and references.

An attribute is one of four: known; unset, which the provider or Azure decides and the mapping says how; set by an
expression whose value is known only after apply; or nested. Unset is None, what is known only after apply is
`{"$unknown": why}`, unless it leads to something whose id or address follows from the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.references import Found, Lost, Target
from scanner.creation.estate import Row, is_unknown, unknown
from scanner.model.arm import ArmId

Json = Any


class World(Protocol):
    """What a block needs of the plan or state that it is in."""

    @property
    def is_plan(self) -> bool:
        """Whether there is code behind it, which tells what is set."""
        ...

    def resolve(self, expression: object, instance: Instance) -> list[Found]:
        """Return what an expression of an instance leads to."""
        ...

    def block(self, instance: Instance) -> Block:
        """Return an instance as mappers read it."""
        ...

    def id_of(self, instance: Instance) -> str:
        """Return the ARM id that an instance has or will have."""
        ...

    def name_of(self, instance: Instance) -> str | None:
        """Return the name of an instance, made up where it is known only after apply."""
        ...

    def id_in(self, found: Found) -> str | None:
        """Return the ARM id that a reference leads to."""
        ...

    def is_known(self, found: Target) -> bool:
        """Tell whether the value that a reference leads to is known before apply."""
        ...

    def address_in(self, found: Found) -> str | Row | None:
        """Return the IP address that a reference leads to."""
        ...

    def principal_in(self, found: Found) -> Any:  # noqa: ANN401 - JSON
        """Return the object id that a reference leads to."""
        ...

    def outside(self, arm_id: object) -> None:
        """Note an id that the code names."""
        ...

    def declares(self, types: tuple[str, ...]) -> bool:
        """Tell whether the code has a resource of one of some Terraform types."""
        ...

    def group_of(self, block: Block) -> str:
        """Return the id of the resource group that an instance names."""
        ...

    def parent_by_id(self, block: Block, attribute: str, arm: str) -> str:
        """Return the id of the parent that an attribute names."""
        ...

    def parent_by_name(self, block: Block, attribute: str, terraform: str) -> str:
        """Return the id of the parent in the same resource group that an attribute names by its name."""
        ...


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between the braces of a block: values as after apply, the unknown ones, and the expressions.

    `expressions` is None where the code is not shown: of a state, and of what a dynamic block makes.
    """

    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    expressions: Mapping[str, Any] | None


class Block:
    """A resource instance or a nested block of it."""

    def __init__(self, world: World, instance: Instance, body: Body, where: str = "") -> None:
        self.world = world
        self.instance = instance
        self._values = body.values
        self._unknown = body.unknown
        self._expressions = body.expressions
        self._where = where

    def address(self, name: str = "") -> str:
        """Return the address of an attribute, as Terraform writes it."""
        return ".".join(filter(None, (self.instance.address, self._where, name)))

    # What is there

    def has(self, name: str) -> bool:
        """Tell whether the provider knows an attribute in this version: it has a value, or could have."""
        return name in self._values or name in self._unknown

    def is_set(self, name: str) -> bool:
        """Tell whether the code gives an attribute a value, known or not. In a state that cannot be told: it is."""
        if self._expressions is None:
            return self._values.get(name) not in (None, "", [])
        return name in self._expressions

    def is_pending(self, name: str) -> bool:
        """Tell whether an attribute has an expression and its value is known only after apply, in whole or in part."""
        return _any_true(self._unknown.get(name)) and self._is_expressed(name)

    def _is_expressed(self, name: str) -> bool:
        """Tell whether an unknown attribute comes from an expression; what a dynamic block makes shows none."""
        if self._expressions is None:
            return self.world.is_plan
        return name in self._expressions

    def expression(self, name: str) -> Json:
        """Return the expression of an attribute, None where none is shown."""
        return self._expressions.get(name) if self._expressions is not None else None

    def why(self, name: str, reason: str = "is known only after apply") -> Row:
        """Return unknown, with the address of the attribute that is the reason."""
        return unknown(f"{self.address(name)} {reason}")

    # Values

    def get(self, name: str) -> Json:
        """Return a value; None where it is unset, `$unknown` where it is known only after apply."""
        leaf = self._unknown.get(name)
        if leaf is True:
            return self._pending(name) if self._is_expressed(name) else self._computed(name)
        value = self._values.get(name)
        if leaf:
            return _merged(value, leaf, self.why(name))
        return None if value == "" else value

    def _computed(self, name: str) -> Row | None:
        """Return what an attribute is that the code leaves to Azure: unset of what is new, not known of what is not."""
        return None if self.instance.fresh else self.why(name, "is decided by Azure anew")

    def _pending(self, name: str) -> Json:
        """Return the name that an expression leads to, if nothing else. A value that it led to alone would be known."""
        match self.found(name):
            case [Target(rest=("name",)) as target]:
                named = self.world.name_of(target.instance)
                return named if named is not None else self.why(name)
        return self.why(name)

    def text(self, name: str) -> str:
        """Return a text, "" where it is unset or not known."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def switch(self, name: str, *, inverted: bool = False) -> Json:
        """Return a boolean as Azure writes a switch: Enabled or Disabled."""
        value = self.get(name)
        return ("Disabled", "Enabled")[value is not inverted] if isinstance(value, bool) else value

    def negated(self, name: str) -> Json:
        """Return a boolean the other way round."""
        value = self.get(name)
        return not value if isinstance(value, bool) else value

    def pick(self, names: Mapping[str, str]) -> Row:
        """Return several values by the name that ARM has for them, without what is unset."""
        return given({theirs: self.get(ours) for theirs, ours in names.items()})

    # Nested blocks

    def blocks(self, name: str) -> list[Block] | Row:
        """Return the nested blocks of a kind; `$unknown` where how many there are is not known."""
        leaf = self._unknown.get(name)
        if leaf is True:
            return self.why(name) if self._is_expressed(name) else self._computed(name) or []
        listed = self._values.get(name)
        if isinstance(listed, dict):
            listed, leaf = [listed], [leaf]
        if not isinstance(listed, list):
            return []
        leaves = leaf if isinstance(leaf, list) else []
        return [self._nested(name, place, each, leaves) for place, each in enumerate(listed)]

    def _nested(self, name: str, place: int, value: Json, leaves: list[Json]) -> Block:
        leaf = leaves[place] if place < len(leaves) else None
        body = Body(
            value if isinstance(value, dict) else {},
            leaf if isinstance(leaf, dict) else {},
            self._expressions_of(name, value),
        )
        return Block(self.world, self.instance, body, ".".join(filter(None, (self._where, f"{name}[{place}]"))))

    def _expressions_of(self, name: str, value: Json) -> Mapping[str, Any] | None:
        """Return the expressions of one of several nested blocks.

        Blocks that are a set stand in the order of their values, and in the code in that of the author: the one is
        meant whose constants are those of the value. Where that leaves several, none is.
        """
        listed = self.expression(name)
        if isinstance(listed, dict) and "references" not in listed:
            return listed
        blocks = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        fitting = blocks if len(blocks) == 1 else [each for each in blocks if _fits(each, value)]
        is_clear = bool(fitting) and all(each == fitting[0] for each in fitting)
        return fitting[0] if is_clear else None

    def block(self, name: str) -> Block | None:
        """Return the one nested block of a kind, None without one or where that is not known."""
        found = self.blocks(name)
        return found[0] if isinstance(found, list) and found else None

    def listed(self, name: str) -> tuple[list[Block], Row | None]:
        """Return the nested blocks of a kind, and why there may be others."""
        found = self.blocks(name)
        return ([], found) if isinstance(found, dict) else (found, None)

    # References

    def found(self, name: str) -> list[Found]:
        """Return what the references of an attribute lead to."""
        return self.world.resolve(self.expression(name), self.instance)

    def id(self, name: str, *types: str) -> Json:
        """Return the ARM id that an attribute names, of one of some types; None where it is unset."""
        value = self._values.get(name)
        if isinstance(value, str) and value:
            self.world.outside(value)
            return value
        if self._unknown.get(name) is not True:
            return None
        if not self._is_expressed(name):
            return self._computed(name)
        found = self._ids(name, types)
        is_certain = len(found) == 1 and not self._lost(name) and not self._may_be_made(name, found)
        return found[0] if is_certain else self._undecided(name, found)

    def _undecided(self, name: str, found: list[str]) -> Row:
        if len(found) > 1:
            names = ", ".join(sorted(ArmId(each).name for each in found))
            return self.why(name, f"is one of {names}, and which is known only after apply")
        lost = self._lost(name)
        return self.why(name, f"is not known: {lost}") if lost else self.why(name)

    def _lost(self, name: str) -> str:
        """Return why something of an expression is not shown, "" where all of it is."""
        return next((each.why for each in self.found(name) if isinstance(each, Lost)), "")

    def _may_be_made(self, name: str, found: list[str]) -> bool:
        """Tell whether the one id that an expression leads to need not be what it comes to.

        It is chosen where something else is not known yet. A value is known: what comes of it alone, would be, too.
        """
        every = self.found(name)
        is_led_to = any(isinstance(each, Target) and self.world.id_in(each) in found for each in every)
        return not is_led_to or any(self._is_open(each) for each in every if self.world.id_in(each) not in found)

    def _is_open(self, found: Found) -> bool:
        return isinstance(found, Target) and not self.world.is_known(found)

    def _may_choose(self, name: str, read: Callable[[Found], Any], among: list[Any]) -> bool:
        """Tell whether a list refers to something else as well, by which it may choose among what was found.

        Of a list whose length is known, the one item that is not is the one that was found.
        """
        is_one = len(among) == 1 and self._unknown.get(name) is not True
        return not is_one and any(read(each) not in among for each in self.found(name))

    def _ids(self, name: str, types: tuple[str, ...]) -> list[str]:
        wanted = {each.lower() for each in types}
        every = (self.world.id_in(each) for each in self.found(name))
        return list(dict.fromkeys(each for each in every if each and (not wanted or ArmId(each).type in wanted)))

    def ids(self, name: str, *types: str) -> Json:
        """Return the ARM ids that a list names; `$unknown` where not all are known, None where it is unset."""
        value, leaf = self._listed(name), self._unknown.get(name)
        if not _any_true(leaf):
            for each in value:
                self.world.outside(each)
            return value or None
        if not self._is_expressed(name):
            return self._computed(name)
        found = self._ids(name, types)
        is_open = self._may_choose(name, self.world.id_in, found)
        if not found or self._lost(name) or is_open:
            return self._undecided(name, [])
        literal = [each for each in value if isinstance(each, str)]
        return list(dict.fromkeys((*literal, *found)))

    def _listed(self, name: str) -> list[Json]:
        value = self._values.get(name)
        return value if isinstance(value, list) else []

    def reference(self, name: str, *types: str) -> Row | None:
        """Return `{"id": …}` for what an attribute names, None where it is unset."""
        found = self.id(name, *types)
        return None if found is None else {"id": found}

    def references(self, name: str, *types: str) -> Json:
        """Return `[{"id": …}]` for what a list names."""
        found = self.ids(name, *types)
        return [{"id": each} for each in found] if isinstance(found, list) else found

    def ip(self, name: str) -> Json:
        """Return an address: a number, or that which a resource of the plan will have."""
        value = self._values.get(name)
        if isinstance(value, str) and value:
            return value
        if self._unknown.get(name) is not True:
            return None
        if not self._is_expressed(name):
            return self._computed(name)
        return self._address_of(self.found(name)) or self._undecided(name, [])

    def _address_of(self, found: list[Found]) -> Row | str | None:
        every = [address for each in found if (address := self.world.address_in(each)) is not None]
        return every[0] if len(every) == 1 else None

    def ips(self, name: str) -> Json:
        """Return a list of addresses, each a number or that which a resource will have."""
        value, leaf = self._listed(name), self._unknown.get(name)
        if not _any_true(leaf):
            return value or None
        if not self._is_expressed(name):
            return self._computed(name)
        found = self.found(name)
        addresses = [each for one in found if (each := self.world.address_in(one)) is not None]
        literal = [each for each in value if isinstance(each, str)]
        is_open = self._may_choose(name, self.world.address_in, addresses)
        if not addresses or self._lost(name) or is_open:
            return self._undecided(name, [])
        missing = sum(each is True for each in leaf) if isinstance(leaf, list) else len(addresses)
        return [*literal, *addresses] if missing == len(addresses) else self.why(name)


def given(row: Row) -> Row:
    """Return an object without what is unset."""
    return {key: value for key, value in row.items() if value is not None}


def _fits(expressions: Mapping[str, Any], value: Json) -> bool:
    """Tell whether a block's constants are those of a value."""
    if not isinstance(value, dict):
        return True
    constants = {
        key: each["constant_value"]
        for key, each in expressions.items()
        if isinstance(each, dict) and "constant_value" in each
    }
    return all(value.get(key) == each for key, each in constants.items() if key in value)


def _any_true(leaf: Json) -> bool:
    match leaf:
        case bool():
            return leaf
        case dict():
            return any(map(_any_true, leaf.values()))
        case list():
            return any(map(_any_true, leaf))
    return False


def _merged(value: Json, leaf: Json, why: Row) -> Json:
    """Put unknown into a value where its leaves are; a list of which an item is unknown is unknown as a whole."""
    if leaf is True:
        return why
    if isinstance(leaf, dict) and isinstance(value, dict):
        return {key: _merged(value.get(key), leaf.get(key), why) for key in (*value, *(leaf.keys() - value.keys()))}
    if isinstance(leaf, list) and isinstance(value, list):
        pairs = [(each, leaf[place] if place < len(leaf) else None) for place, each in enumerate(value)]
        merged = [_merged(each, part, why) for each, part in pairs]
        return why if any(part is True for part in leaf) or any(map(is_unknown, merged)) else merged
    return value


def each_of(found: list[Block] | Row) -> Iterator[Block]:
    """Yield nested blocks, none where they are not known."""
    yield from found if isinstance(found, list) else ()
