"""The estate as it will be: what a plan creates, changes, replaces and deletes, applied to what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace

from scanner.collect.iac.joining import put_into, take_out
from scanner.collect.iac.mapping import is_unmapped, pieces_of
from scanner.collect.iac.merging import merged
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.registry import IDS, KINDS, Into, Piece
from scanner.collect.iac.terraform.world import World
from scanner.creation.estate import Estate, Row, items, properties, unknown
from scanner.creation.folding import PARTS
from scanner.creation.removal import delete
from scanner.model.arm import ArmId, Json

_VNETS = "Microsoft.Network/virtualNetworks"


@dataclass
class Overlaid:
    """The estate as it will be, sentences on what could not be applied, and what made-up names stand for."""

    estate: Estate
    notes: list[str] = field(default_factory=list)
    stand_ins: dict[str, str] = field(default_factory=dict)


def overlay(rows: Iterable[Json], documents: Iterable[Document], subscription: str) -> Overlaid:
    """Apply plans to what was read. `subscription` is where new resources lie, if the plan does not say."""
    found = Overlaid(Estate([deepcopy(dict(each)) for each in rows], seen=True))
    for document in documents:
        _apply(World(document, subscription), found)
    return found


def _apply(world: World, found: Overlaid) -> None:
    managed = [each for each in world.instances if each.mode == "managed"]
    for each in managed:
        # Ids first: which of two that have the same one keeps it does not hang on who refers to them.
        if each.type in KINDS or each.type in IDS:
            world.id_of(each)
    changing = [each for each in managed if each.is_changing and each.address not in world.doubles]
    deleted = [each for each in world.instances.gone if each.mode == "managed" and each.is_deleted]
    replaced = [each for each in changing if each.fresh and each.before is not None]
    unmapped = {each.type for each in (*changing, *deleted) if is_unmapped(each)}
    if unmapped:
        found.notes.append(f"what the plan does to these types is not looked at: {', '.join(sorted(unmapped))}")
    _remove([*deleted, *replaced], world, found.estate)
    joins: list[Into] = []
    for each in changing:
        if each.fresh:
            joins += _create(each, world, found)
        else:
            joins += _update(each, world, found)
    put_into(found.estate, joins)
    _contest(world, found)
    found.stand_ins |= world.stand_ins


def _contest(world: World, found: Overlaid) -> None:
    """Doubt what two resources of the plan have the id of: which of them Azure keeps hangs on the order of an apply."""
    for address, arm_id in world.doubles.items():
        held = _held(arm_id, found.estate) or found.estate.get(arm_id)
        if held is not None:
            held["properties"] = unknown(f"{address} and another resource of the plan have its id")
    found.notes += [f"two resources of one id: {each}; what it will be is not known" for each in world.collisions]


def _split(pieces: Iterable[Piece]) -> tuple[list[Row], list[Into]]:
    every = list(pieces)
    return [each for each in every if not isinstance(each, Into)], [each for each in every if isinstance(each, Into)]


def _remove(instances: list[Instance], world: World, estate: Estate) -> None:
    gone: list[str] = []
    for each in instances:
        own = str((each.before or {}).get("id") or "")
        there = replace(each, fresh=False, known_id=own)
        rows, joins = _split(pieces_of(there, world.as_before(there)))
        gone += [str(row["id"]) for row in rows]
        take_out(estate, joins)
    delete(estate, gone)


def _create(instance: Instance, world: World, found: Overlaid) -> Iterator[Into]:
    rows, joins = _split(pieces_of(instance, world.block(instance)))
    for row in rows:
        if not found.estate.add(row):
            found.notes.append(f"{instance.address} is to be created and {row['id']} is there already; that is judged")
    yield from joins


def _update(instance: Instance, world: World, found: Overlaid) -> Iterator[Into]:
    """Put what the plan changes over the rows that are there; yield what it adds to others."""
    old, old_joins = _split(pieces_of(instance, world.as_before(instance)))
    new, new_joins = _split(pieces_of(instance, world.block(instance)))
    before = {ArmId(str(row["id"])).key: row for row in old}
    for row in new:
        key = ArmId(str(row["id"])).key
        _put_over(row, before.pop(key, None), instance, found)
    delete(found.estate, [str(row["id"]) for row in before.values()])
    take_out(found.estate, [each for each in old_joins if each not in new_joins])
    yield from (each for each in new_joins if each not in old_joins)


def _put_over(row: Row, before: Row | None, instance: Instance, found: Overlaid) -> None:
    held = _held(str(row["id"]), found.estate)
    if held is None:
        found.estate.add(row, fresh=before is None)
        if before is not None:
            found.notes.append(f"{instance.address} is to be changed and was not read: {row['id']}")
        return
    if before is None:
        before = row
    space = _space(held)
    changed = dict(merged(held, before, row))
    held.clear()
    held.update(changed)
    if _space(held) != space:
        _unsync(ArmId(str(row["id"])), found.estate)


def _held(arm_id: str, estate: Estate) -> Row | None:
    """Return the row of an id, or the part of a row that has it."""
    own = ArmId(arm_id)
    place = PARTS.get(own.type)
    if place is None:
        return estate.get(arm_id)
    listed = items(estate.get(str(own.parent)), "properties", place)
    return next((each for each in listed if str(each.get("name", "")).lower() == own.name.lower()), None)


def _space(row: Row) -> object:
    inside = row.get("properties")
    return deepcopy(inside.get("addressSpace")) if isinstance(inside, dict) else None


def _unsync(network: ArmId, estate: Estate) -> None:
    """Doubt that the peerings of a network are in sync: its addresses change, and nobody syncs them by a plan."""
    why = f"the addresses of {network.name} change, and whether its peerings are synced after that is not in the plan"
    for vnet in estate.of(_VNETS):
        for peering in items(vnet, "properties", "virtualNetworkPeerings"):
            remote = properties(peering).get("remoteVirtualNetwork")
            leads = isinstance(remote, dict) and isinstance(remote.get("id"), str) and ArmId(remote["id"]) == network
            if leads or ArmId(str(vnet["id"])) == network:
                properties(peering)["peeringSyncLevel"] = unknown(why)
