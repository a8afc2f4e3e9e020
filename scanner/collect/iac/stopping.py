"""Where an apply would stop: what a plan creates is there already, and what waits for that is not made either.

Azure's APIs would overwrite it; the providers look first and stop: "already exists - to be managed via Terraform this
resource needs to be imported". Sources: terraform-provider-azurerm, tf.ImportAsExistsError in the create functions
(since 2.0, issue 6352, 2020-04-07) and azapi_resource alike. A feature of the provider lets it overwrite
(terraform-provider-azurerm pull request 32318, 2026-05-05). Terraform then goes on with what does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.collect.iac.joining import place_of
from scanner.collect.iac.terraform.dependencies import HIDDEN
from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.registry import Into, Piece, rows_of
from scanner.collect.iac.terraform.world import World, value_at
from scanner.creation.estate import Estate, Row, is_unknown, items, within
from scanner.creation.folding import PARTS
from scanner.model.arm import ArmId

_OVERWRITES = "skip_import_check_on_create_and_allow_overwriting_existing_resources"
_THERE = ", which the plan creates and which is there already"
_MAY_BE = ", which may hang on what the plan creates and is there already"
ACTS = "azapi_resource_action"
_UPSERTS = frozenset({"azapi_update_resource", ACTS})


@dataclass(frozen=True, slots=True)
class Removed:
    """The estate without what a plan deletes, and by whose address each id of that was deleted."""

    estate: Estate
    by: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stops:
    """By the address of what is to be created, the id that is there already; of what may not be made, why."""

    there: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


def stops(made: dict[str, list[Piece]], changing: list[Instance], world: World, then: Removed) -> Stops:
    """Return where an apply would stop. `made` are the pieces of each address that is to be created."""
    found, estate = Stops(), then.estate
    for address, pieces in made.items():
        gone = next(filter(None, (then.by.get(ArmId(str(each["id"])).key) for each in rows_of(pieces))), "")
        if gone:
            found.doubts[address] = f"{address} is made with the id of {gone}, which goes: what is last is open"
    for each in changing:
        held = _there(made[each.address], each, estate) if each.address in made else ""
        if held:
            found.there[each.address] = held
    if found.there:
        passed = {each.address for each in changing if each.address in found.there and overwrites(each, world)}
        _let_wait(found, {*found.there} - passed, changing, world)
    return found


def overwrites(instance: Instance, world: World) -> bool:
    """Tell whether the provider of an instance is told to overwrite what is there, or never looks."""
    if instance.type == ACTS:
        return True
    path = ("expressions", "features", 0, _OVERWRITES)
    flag = value_at(world.provider_of(instance), path)
    return isinstance(flag, dict) and flag.get("constant_value") is not False


def _let_wait(found: Stops, stopped: set[str], changing: list[Instance], world: World) -> None:
    """Note what leads to something that stops, over any number of steps."""
    needs = {each.address: world.needs(each) for each in world.instances}
    waiting = {each: each for each in (*stopped, *([HIDDEN] if stopped else []))}
    while new := {each: min(on & waiting.keys()) for each, on in needs.items() if on & waiting.keys()}:
        waiting |= {each: waiting[on] for each, on in new.items() if each not in waiting}
        needs = {each: on for each, on in needs.items() if each not in waiting}
    for each in {each.address for each in changing} & waiting.keys() - stopped:
        found.doubts[each] = f"{each} needs {waiting[each]}{_THERE if waiting[each] in stopped else _MAY_BE}"


def _there(pieces: list[Piece], instance: Instance, estate: Estate) -> str:
    """Return the id of what is there already of a resource that is to be created, "" for nothing."""
    rows = list(rows_of(pieces))
    for row in rows:
        if held_row(str(row["id"]), estate) is not None:
            return str(row["id"])
    if rows or instance.type in _UPSERTS:
        return ""
    return next(_taken(pieces, estate), "")


def _taken(pieces: Iterable[Piece], estate: Estate) -> Iterator[str]:
    """Yield the ids of rows in which the place is taken that something is to be put into."""
    for piece in pieces:
        if isinstance(piece, Into) and not piece.merge and isinstance(piece.id, str):
            held = place_of(estate, piece)
            if held is not None and _is_taken(held, piece):
                yield piece.id


def _is_taken(held: object, piece: Into) -> bool:
    if is_unknown(held) or is_unknown(piece.value):
        return False
    if not piece.append:
        return _is_set(held)
    marks = _marks(piece.value)
    return isinstance(held, list) and any(marks & _marks(each) for each in held)


def _marks(part: object) -> set[tuple[str, str]]:
    """Return what tells a part of a list from others: its name, or what it refers to."""
    told = ((key, within(part, key)) for key in ("name", "id", "ResourceId"))
    return {(key, each.lower()) for key, each in told if isinstance(each, str)}


def _is_set(held: object) -> bool:
    """Tell whether a value is more than what Azure has by itself: it names something, or shuts something."""
    if isinstance(held, dict):
        return "id" in held or any(each == "Deny" or (isinstance(each, list) and each) for each in held.values())
    return bool(held)


def held_row(arm_id: str, estate: Estate) -> Row | None:
    """Return the row of an id, or the part of a row that has it."""
    own = ArmId(arm_id)
    place = PARTS.get(own.type)
    if place is None or own.key in estate.rows:
        return estate.get(arm_id)
    listed = items(estate.get(str(own.parent)), "properties", place)
    return next((each for each in listed if str(each.get("name", "")).lower() == own.name.lower()), None)
