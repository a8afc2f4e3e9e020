"""Which Terraform types are looked at: each names its ARM type, what it lies in, and a function that maps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.collect.iac.terraform.block import Block
from scanner.creation.estate import Row


@dataclass(frozen=True, slots=True)
class Into:
    """What a resource adds to another one's row: a value at a path, or with `append` an item of the list there.

    Where the path comes to a list, the next step is the name of an item, or `*` for every one. `merge` puts the keys of
    a value into the object there. `arm` is the type of the other one, which tells what to doubt where its id is not
    known. `perhaps` is why a value may not stay there: what differs from what is there is not known then.
    """

    id: object
    path: tuple[str, ...]
    value: Any
    append: bool = False
    merge: bool = False
    arm: str = ""
    perhaps: str = ""


Piece: TypeAlias = Row | Into
"""A row of its own, or what is added to another one's."""

Mapper: TypeAlias = Callable[[Block], Iterable[Piece]]
Parent: TypeAlias = Callable[[Block], str]
"""Returns the id below which a resource lies: of its resource group with a provider, or of its parent."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A Terraform type that is a resource in ARM. `name` is the attribute that holds its name."""

    terraform: str
    arm: str
    parent: Parent
    map: Mapper
    name: str = "name"


KINDS: dict[str, Kind] = {}
"""By Terraform type, what is a resource in ARM."""

JOINS: dict[str, Mapper] = {}
"""By Terraform type, what only adds to other resources in ARM."""

IDS: dict[str, Callable[[Block], str]] = {}
"""By Terraform type, how the id follows from the block, for types whose blocks may be any resource."""

HOLDERS: dict[str, Callable[[Block, tuple[str | int, ...]], str | Row | None]] = {}
"""By Terraform type, who holds the address that a path of attributes leads to."""


def kind(terraform: str, arm: str, parent: Parent, name: str = "name") -> Callable[[Mapper], Mapper]:
    """Declare how a Terraform type is mapped."""

    def declared(mapper: Mapper) -> Mapper:
        KINDS[terraform] = Kind(terraform, arm, parent, mapper, name)
        return mapper

    return declared


def join(terraform: str) -> Callable[[Mapper], Mapper]:
    """Declare what a Terraform type that is no resource in ARM adds to others."""

    def declared(mapper: Mapper) -> Mapper:
        JOINS[terraform] = mapper
        return mapper

    return declared


def holder(*terraform: str) -> Callable[[Callable[[Block, tuple[str | int, ...]], str | Row | None]], Any]:
    """Declare who holds the addresses that attributes of a Terraform type show."""

    def declared(find: Callable[[Block, tuple[str | int, ...]], str | Row | None]) -> object:
        for each in terraform:
            HOLDERS[each] = find
        return find

    return declared


# Where a resource lies


def in_group(block: Block) -> str:
    """Return the id of the resource group that an instance names."""
    return block.world.group_of(block)


def below(attribute: str, arm: str) -> Parent:
    """Return a parent that an attribute names by its id."""
    return lambda block: block.world.parent_by_id(block, attribute, arm)


def below_named(attribute: str, terraform: str) -> Parent:
    """Return a parent in the same resource group that an attribute names by its name."""
    return lambda block: block.world.parent_by_name(block, attribute, terraform)


def below_either(by_id: str, by_name: str, terraform: str, arm: str) -> Parent:
    """Return a parent that one version of the provider names by its id, another by its name."""

    def found(block: Block) -> str:
        if block.is_set(by_id) or block.text(by_id):
            return block.world.parent_by_id(block, by_id, arm)
        return block.world.parent_by_name(block, by_name, terraform)

    return found


def rows_of(pieces: Iterable[Piece]) -> Iterator[Row]:
    """Yield the rows among pieces."""
    yield from (each for each in pieces if not isinstance(each, Into))
