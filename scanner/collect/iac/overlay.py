"""The estate as it will be: what a plan creates, changes, replaces and deletes, applied to what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace

from scanner.collect.iac.joining import doubt_into, put_into, take_out
from scanner.collect.iac.mapping import hidden_by, is_unmapped, pieces_of
from scanner.collect.iac.merging import merged
from scanner.collect.iac.stopping import ACTS, Removed, held_row, overwrites, stops
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform.instances import Instance
from scanner.collect.iac.terraform.registry import IDS, KINDS, Into, Piece
from scanner.collect.iac.terraform.types.azapi import sent
from scanner.collect.iac.terraform.world import World
from scanner.creation.estate import Estate, Row, items, properties, unknown
from scanner.creation.folding import PARTS
from scanner.creation.removal import delete
from scanner.evidence import Gap
from scanner.model.arm import ArmId, Json

_VNETS = "Microsoft.Network/virtualNetworks"


@dataclass
class Overlaid:
    """The estate as it will be, sentences on what could not be applied, and what made-up names stand for.

    `gaps` are of what is made only if something else is, which an apply would stop at.
    """

    estate: Estate
    notes: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
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
    found.gaps += [gap for each in (*changing, *deleted) for gap in hidden_by(each, world)]
    removed = _remove([*deleted, *replaced], world, found.estate)
    by = {key: address for key, address in removed.items() if address in {each.address for each in deleted}}
    _make(changing, world, found, by)
    put_into(found.estate, [piece for each in deleted for piece in _last_sent(each, world)])
    _contest(world, found)
    found.stand_ins |= world.stand_ins


def _last_sent(instance: Instance, world: World) -> Iterator[Into]:
    """Yield what a request may set that is sent once its block is deleted."""
    block = world.as_before(instance)
    if instance.type == ACTS and block.text("when") == "destroy":
        yield from (each for each in sent(block) if isinstance(each, Into))


def _contest(world: World, found: Overlaid) -> None:
    """Doubt what two resources of the plan have the id of: which of them Azure keeps hangs on the order of an apply."""
    for arm_id, why in world.contested().items():
        held = held_row(arm_id, found.estate) or found.estate.get(arm_id)
        if held is not None:
            held["properties"] = unknown(why)
    found.notes += [f"two resources of one id: {each}; what it will be is not known" for each in world.collisions]


def _split(pieces: Iterable[Piece]) -> tuple[list[Row], list[Into]]:
    every = list(pieces)
    return [each for each in every if not isinstance(each, Into)], [each for each in every if isinstance(each, Into)]


def _remove(instances: list[Instance], world: World, estate: Estate) -> dict[str, str]:
    """Take out what is deleted; return by the id (lower case) of each row the address of what had it."""
    gone = dict[str, str]()
    for each in instances:
        own = str((each.before or {}).get("id") or "")
        there = replace(each, fresh=False, known_id=own)
        rows, joins = _split(pieces_of(there, world.as_before(there)))
        gone |= {ArmId(str(row["id"])).key: each.address for row in rows}
        take_out(estate, joins)
    delete(estate, gone)
    return gone


def _make(changing: list[Instance], world: World, found: Overlaid, deleted: dict[str, str]) -> None:
    """Apply what is created and changed, up to where an apply would stop."""
    made = {each.address: list(pieces_of(each, world.block(each))) for each in changing if each.fresh}
    stopped = stops(made, changing, world, Removed(found.estate, deleted))
    certain = [each for each in changing if each.address not in stopped.there.keys() | stopped.doubts.keys()]
    joins: list[Into] = []
    for each in certain:
        joins += _create(made[each.address], found) if each.fresh else _update(each, world, found)
    put_into(found.estate, joins)
    # Doubts last: they may be of what is certain.
    for each in changing:
        if each.address in stopped.there:
            _leave(each, stopped.there[each.address], made[each.address], world, found)
        elif each.address in stopped.doubts:
            _doubt(each, made.get(each.address), stopped.doubts[each.address], world, found)


def _create(pieces: list[Piece], found: Overlaid) -> list[Into]:
    rows, joins = _split(pieces)
    for row in rows:
        found.estate.add(row)
    return joins


def _leave(instance: Instance, arm_id: str, pieces: list[Piece], world: World, found: Overlaid) -> None:
    """Leave what is there as it is, or doubt it where the provider overwrites it; say what an apply comes to."""
    told = f"{instance.address} is to be created and {arm_id} is there already"
    if not overwrites(instance, world):
        found.notes.append(f"{told}: Terraform stops there, so that is judged as it is; import it")
        return
    rows, joins = _split(pieces)
    why = f"{instance.address} overwrites what is there"
    for row in rows:
        held = held_row(str(row["id"]), found.estate)
        if held is not None:
            held["properties"] = unknown(why)
    doubt_into(found.estate, joins, why)
    found.notes.append(f"{told} and is overwritten: what becomes of it is not known")


def _doubt(instance: Instance, pieces: list[Piece] | None, why: str, world: World, found: Overlaid) -> None:
    """Doubt all that a change would make, which waits for what an apply stops at."""
    rows, joins = _split(pieces_of(instance, world.block(instance)) if pieces is None else pieces)
    for row in rows:
        _doubt_row(row, why, found)
    doubt_into(found.estate, joins, why)


def _doubt_row(row: Row, why: str, found: Overlaid) -> None:
    own, held = ArmId(str(row["id"])), held_row(str(row["id"]), found.estate)
    place = PARTS.get(own.type)
    parent = found.estate.get(str(own.parent)) if place is not None else None
    if held is not None:
        held["properties"] = unknown(why)
    elif place is None:
        found.gaps.append(Gap(str(row["type"]), str(row["id"]), why))
    elif place == "subnets":
        found.estate.add({**row, "properties": unknown(why)})
    elif parent is not None:
        properties(parent)[place] = unknown(why)


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
    held = held_row(str(row["id"]), found.estate)
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
