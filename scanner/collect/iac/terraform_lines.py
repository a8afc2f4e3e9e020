"""Where the resources of plans and states stand in Terraform's code, down to the attribute that a value comes from.

Which attribute a property comes from is found by trying: an attribute is given another value, the block is mapped anew,
and what differs in the row comes from it. So no table of the mappings is needed that could go stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from scanner.collect.iac.hcl.code import Code, Found
from scanner.collect.iac.hcl.tree import Attribute, Block, Body, Step
from scanner.collect.iac.mapping import pieces_of
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.registry import IDS, KINDS, Into, Piece
from scanner.collect.iac.terraform.world import World, value_at
from scanner.creation.estate import is_unknown
from scanner.model.arm import ArmId
from scanner.model.place import Place

Leaf: TypeAlias = tuple[str, tuple[str, ...]]
"""A value in rows: the resource's id in lower case, and the path to it."""


@dataclass(slots=True)
class Source:
    """An instance with its world, its code, and, once asked for, which attribute each value of its rows comes from."""

    instance: Instance
    world: World
    found: Found
    code: Code
    origins: dict[tuple[Step, ...], frozenset[Leaf]] | None = field(default=None)

    @property
    def body(self) -> Body | None:
        """The block's body, None where it is not here."""
        return self.found.block.body if self.found.block is not None else None


class TerraformLines:
    """The lines of several documents, each with its code."""

    def __init__(self, several: Iterable[tuple[Document, Code]], subscription: str = "") -> None:
        """`subscription` is where new resources lie, if a plan does not say."""
        self._by_key: dict[str, list[Source]] = {}
        self._at: dict[Place, dict[str, None]] = {}
        self._instances: Counter[Place] = Counter()
        self._missing: dict[str, None] = {}
        self._roots: dict[Place, list[set[str]]] = {}
        for document, code in several:
            self._add(World(document, subscription), code)
        self._shared = [place for place, roots in self._roots.items() if _are_apart(roots)]
        for place in self._shared:
            self._forget(place)

    @property
    def notes(self) -> Iterator[str]:
        """Sentences on what is not found in the code."""
        for place in self._shared[:_SHOWN]:
            yield f"{place}: several plans or states have this block, of different resources: name a --source for each"
        if self._missing:
            named = [*self._missing]
            more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
            yield f"not found in --source, and without lines: {', '.join(named[:_SHOWN])}{more}"

    def of(self, arm_id: ArmId) -> Place | None:
        """Return where a resource is declared, or what it is a part of."""
        holder: ArmId | None = arm_id
        while holder is not None:
            for each in self._by_key.get(holder.key, ()):
                if each.found.nearest is not None:
                    return each.found.nearest.place
            holder = holder.parent
        return None

    def of_value(self, arm_id: ArmId, path: tuple[str, ...]) -> Place | None:
        """Return where the attribute is written that a property comes from."""
        written = self.attribute_of(arm_id, path)
        return written[2].place if written is not None else None

    def ids_at(self, block: Place) -> tuple[str, ...]:
        """Return the ids of what a block declares; of a module's call, of all that is in it."""
        return tuple(self._at.get(block, ()))

    def sources_of(self, arm_id: ArmId) -> list[Source]:
        """Return what a resource comes from: the block that declares it, and those that add to it."""
        return self._by_key.get(arm_id.key, [])

    def instances_of(self, block: Place) -> int:
        """Return how many instances a block has."""
        return self._instances[block]

    def attribute_of(self, arm_id: ArmId, path: tuple[str, ...]) -> tuple[Source, tuple[Step, ...], Attribute] | None:
        """Return the attribute that a property comes from, the one that decides least beside it."""
        best: tuple[int, int, Source, tuple[Step, ...], Attribute] | None = None
        for source in self._by_key.get(arm_id.key, ()):
            written = dict(source.body.walk()) if source.body is not None else {}
            for steps, leaves in origins_of(source).items():
                fit = max((_fit(leaf, arm_id.key, path) for leaf in leaves), default=0)
                if fit and (best is None or (fit, -len(leaves)) > best[:2]):
                    best = (fit, -len(leaves), source, steps, written[steps])
        return best[2:] if best is not None else None

    def _add(self, world: World, code: Code) -> None:
        managed = [each for each in (*world.instances, *world.instances.gone) if each.mode == "managed"]
        own: dict[Place, set[str]] = {}
        for each in managed:
            if each.type in KINDS or each.type in IDS:
                world.id_of(each)
        for each in managed:
            source = Source(each, world, _declared(each, code), code)
            keys = dict.fromkeys(_id_of(piece) for piece in _pieces(each, world))
            if keys and source.found.nearest is None:
                self._missing.setdefault(each.address)
            if source.found.block is not None:
                self._instances[source.found.block.place] += 1
            blocks = _blocks_of(source.found)
            for key in filter(None, keys):
                self._by_key.setdefault(ArmId(key).key, []).append(source)
                for block in blocks:
                    self._at.setdefault(block.place, {}).setdefault(key)
                    own.setdefault(block.place, set()).add(key)
        for place, ids in own.items():
            self._roots.setdefault(place, []).append(ids)

    def _forget(self, place: Place) -> None:
        """Take a block for none of those that seem to be declared by it."""
        self._at.pop(place, None)
        for key, sources in self._by_key.items():
            self._by_key[key] = [
                each for each in sources if all(each.place != place for each in _blocks_of(each.found))
            ]


_SHOWN = 3


def _blocks_of(found: Found) -> tuple[Block, ...]:
    return (*found.calls, *([found.block] if found.block is not None else []))


def _declared(instance: Instance, code: Code) -> Found:
    """Return where an instance is declared; nowhere, where the block of its address has another name written in it."""
    found = code.find(tuple(name for name, _ in instance.path), instance.mode, instance.type, instance.name)
    kind = KINDS.get(instance.type)
    attribute = found.block.body.attributes.get(kind.name) if found.block is not None and kind is not None else None
    written = attribute.literal if attribute is not None and kind is not None else None
    named = instance.values.get(kind.name) if kind is not None else None
    is_other = isinstance(written, str) and isinstance(named, str) and written != named
    return Found(None, ()) if is_other else found


def _are_apart(roots: list[set[str]]) -> bool:
    """Tell whether what several plans or states say that a block declares is not the same."""
    return any(not one & other for place, one in enumerate(roots) for other in roots[:place])


def _id_of(piece: Piece) -> str:
    """Return the id of the row that a piece is, or is added to; "" where that is not known."""
    found = piece.id if isinstance(piece, Into) else piece.get("id")
    return found if isinstance(found, str) else ""


def pieces_of_source(source: Source, instance: Instance | None = None) -> list[Piece]:
    """Return what an instance comes to, or another one in its place."""
    return _pieces(instance or source.instance, source.world)


def _pieces(instance: Instance, world: World) -> list[Piece]:
    if instance.is_deleted or (not instance.values and instance.before):
        there = replace(instance, fresh=False, known_id=str((instance.before or {}).get("id") or ""))
        return [*pieces_of(there, world.as_before(there))]
    return [*pieces_of(instance, world.block(instance))]


# What comes from which attribute


def origins_of(source: Source) -> dict[tuple[Step, ...], frozenset[Leaf]]:
    """Return which values of rows each attribute decides that is written in the block."""
    if source.origins is None:
        body = source.body
        paths = [path for path, _ in body.walk()] if body is not None else []
        now = leaves_of(_pieces(source.instance, source.world))
        source.origins = {path: found for path in paths if (found := _decided(source, path, now))}
    return source.origins


def _decided(source: Source, path: tuple[Step, ...], now: dict[Leaf, Any]) -> frozenset[Leaf]:
    """Return the values that differ once an attribute has another value."""
    there = placed(source, path)
    if there is None:
        return frozenset()
    found: set[Leaf] = set()
    for other in _others(value_at(source.instance.values, there)):
        then = leaves_of(_pieces(with_value(source.instance, there, other), source.world))
        found |= {key for key in now.keys() | then.keys() if now.get(key, _ABSENT) != then.get(key, _ABSENT)}
        if found:
            break
    return frozenset(found)


_ABSENT = object()


def _others(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield values to try instead of one."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
        case list():
            yield []
            yield ["203.0.113.77"]
        case None:
            yield from (True, False, "~", ["203.0.113.77"])
        case _:
            yield from ("~", "Disabled", "Deny", "203.0.113.77")


def placed(source: Source, path: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """Return where the values hold what an attribute of the code says: blocks of a set stand in another order there."""
    body = source.body
    values: Any = source.instance.values
    found: list[Step] = []
    steps = iter(path)
    for name in steps:
        number = next(steps, None)
        if number is None:
            return (*found, name)
        listed = values.get(str(name)) if isinstance(values, dict) else None
        body = body.blocks[str(name)][int(number)] if body is not None else None
        place = _same(listed, body, int(number))
        if place is None or not isinstance(listed, list):
            return None
        found += [name, place]
        values = listed[place]
    return None


def _same(listed: Any, body: Body | None, number: int) -> int | None:  # noqa: ANN401 - JSON
    """Return which of several values a block is: the only one, or the one that its constants are those of."""
    if not isinstance(listed, list) or body is None:
        return None
    if len(listed) == 1:
        return 0 if number == 0 else None
    literals = body.literals()
    fitting = [
        place
        for place, each in enumerate(listed)
        if isinstance(each, dict) and literals and all(each.get(key) == value for key, value in literals.items())
    ]
    return fitting[0] if len(fitting) == 1 else None


def with_value(instance: Instance, path: tuple[Step, ...], value: Any) -> Instance:  # noqa: ANN401 - JSON
    """Return an instance with another value at a path, known now if it was not."""
    return replace(
        instance,
        values=_put(instance.values, path, value),
        unknown=_put(instance.unknown, path, False) if instance.unknown else {},  # noqa: FBT003 - a leaf that is known
    )


def _put(held: Any, path: tuple[Step, ...], value: Any) -> Any:  # noqa: ANN401 - JSON
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        listed = list(held) if isinstance(held, list) else []
        if step < len(listed):
            listed[step] = _put(listed[step], rest, value)
        return listed
    inside = held if isinstance(held, dict) else {}
    return {**inside, step: _put(inside.get(step), rest, value)}


def leaves_of(pieces: Iterable[Piece]) -> dict[Leaf, Any]:
    """Return every value of rows, and of what is added to others, by where it stands."""
    found: dict[Leaf, Any] = {}
    for piece in pieces:
        key = ArmId(_id_of(piece)).key
        prefix, value = (piece.path, piece.value) if isinstance(piece, Into) else ((), piece)
        found.update(((key, path), leaf) for path, leaf in _leaves(value, prefix))
    return found


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and value and not is_unknown(value):
        for key, each in value.items():
            yield from _leaves(each, (*path, str(key)))
    else:
        yield path, value


def _fit(leaf: Leaf, key: str, path: tuple[str, ...]) -> int:
    """Return how many steps a value and a property have in common, 0 where neither is within the other."""
    own = tuple(each.lower() for each in leaf[1])
    wanted = tuple(each.lower() for each in path)
    shorter = min(len(own), len(wanted))
    return shorter if leaf[0] == key and shorter > 1 and own[:shorter] == wanted[:shorter] else 0
