"""Pieces put together: what resources add to the rows of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scanner.collect.iac.terraform.registry import Into
from scanner.creation.estate import Estate, Row, is_unknown, items, unknown, within
from scanner.creation.folding import PARTS, doubt_parts
from scanner.evidence import UNKNOWN_KEY
from scanner.model.arm import ArmId
from scanner.model.resource import kind_of


def put_into(estate: Estate, pieces: Iterable[Into]) -> None:
    """Add each piece to the row that it is for; of one whose row is not known, doubt every row that it may be for."""
    for piece in pieces:
        target = _target(estate, piece)
        if target is not None and piece.perhaps:
            _merge_perhaps(target, piece.value, piece.perhaps)
        elif target is not None:
            _put(target, piece, piece.path, piece.value)
        elif is_unknown(piece.id) and piece.arm:
            _doubt(estate, piece)
        elif piece.merge and isinstance(piece.id, str):
            _doubt_holder(estate, ArmId(piece.id))


def take_out(estate: Estate, pieces: Iterable[Into]) -> None:
    """Take each piece out of the row that it was put into."""
    for piece in pieces:
        target = _target(estate, piece)
        if target is not None and not piece.merge:
            _take(target, piece, piece.path)


def doubt_into(estate: Estate, pieces: Iterable[Into], why: str) -> None:
    """Doubt what each piece would set, unless that is there already."""
    for piece in pieces:
        target, held = _target(estate, piece), place_of(estate, piece)
        is_there = piece.value in held if piece.append and isinstance(held, list) else _is_like(held, piece.value)
        if target is None or is_there:
            continue
        if piece.merge:
            target["properties"] = unknown(why)
        else:
            _put(target, replace(piece, append=False), piece.path, unknown(why))


def _is_like(held: object, value: object) -> bool:
    """Tell whether what is there already has all that is to be put there."""
    if isinstance(held, dict) and isinstance(value, dict):
        return all(key in held and _is_like(held[key], each) for key, each in value.items())
    if isinstance(held, str) and isinstance(value, str):
        return held.lower() == value.lower()
    return held == value


def place_of(estate: Estate, piece: Into) -> Any:  # noqa: ANN401 - JSON
    """Return what stands where a piece is to be put, None where nothing does."""
    found: Any = _target(estate, piece)
    for step in piece.path:
        found = found.get(step) if isinstance(found, dict) and not is_unknown(found) else None
    return found


def _target(estate: Estate, piece: Into) -> Row | None:
    target = estate.get(piece.id)
    return _part(piece.id, estate) if target is None and isinstance(piece.id, str) else target


def _part(arm_id: str, estate: Estate) -> Row | None:
    """Return the part of an id that stands in what holds it: a subnet in its network, a rule in its group."""
    own = ArmId(arm_id)
    place = PARTS.get(own.type)
    listed = items(estate.get(str(own.parent)), "properties", place) if place is not None else []
    return next((each for each in listed if str(each.get("name", "")).lower() == own.name.lower()), None)


def _take(place: Row, piece: Into, path: tuple[str, ...]) -> None:
    if is_unknown(place):
        return
    if len(path) > 1:
        for child, rest in _ways(place, path):
            _take(child, piece, rest)
    elif piece.append:
        listed = place.get(path[0])
        if isinstance(listed, list):
            place[path[0]] = [each for each in listed if not _is_same(each, piece.value)]
    else:
        place.pop(path[0], None)


def _is_same(one: object, other: object) -> bool:
    """Tell whether two items of a list are one: by their ids where they have any."""
    ids = [within(each, key) for each in (one, other) for key in ("id", "ResourceId") if within(each, key)]
    if len(ids) == 2 and all(isinstance(each, str) for each in ids):  # noqa: PLR2004 - one of each
        return ArmId(ids[0]) == ArmId(ids[1])
    return one == other


def _doubt(estate: Estate, piece: Into) -> None:
    why = piece.id[UNKNOWN_KEY] if isinstance(piece.id, dict) else ""
    doubt = unknown(f"it may be set, since {why}")
    for row in estate.of(piece.arm):
        if piece.merge:
            row["properties"] = doubt
        else:
            _put(row, piece, piece.path, doubt, doubted=True)
    if piece.merge:
        doubt_parts(estate, piece.arm, doubt)


def _doubt_holder(estate: Estate, own: ArmId) -> None:
    """Doubt what holds something that is changed and is not shown, if that is of a type that is looked at."""
    above = own.parent if kind_of(own.type) is not None or own.type in PARTS else None
    while above is not None:
        row = estate.get(str(above))
        if row is not None:
            row["properties"] = unknown(f"{own} in it is changed, and the code does not show what it is before")
            return
        above = above.parent


def _merge_perhaps(place: Row, value: Row, why: str) -> None:
    """Leave open what may be merged over an object, and may not: all in which the two differ."""
    for key, item in value.items():
        held = place.get(key)
        if isinstance(held, dict) and isinstance(item, dict) and not (is_unknown(held) or is_unknown(item)):
            _merge_perhaps(held, item, why)
        elif not _is_like(held, item):
            place[key] = unknown(why)


def _put(place: Row, piece: Into, path: tuple[str, ...], value: Any, *, doubted: bool = False) -> None:  # noqa: ANN401 - JSON
    if is_unknown(place):
        return
    if not path:
        _merge(place, value)
    elif len(path) > 1:
        for child, rest in _ways(place, path):
            _put(child, piece, rest, value, doubted=doubted)
    elif doubted:
        if piece.append or path[0] not in place:
            place[path[0]] = value
    elif piece.append:
        listed = place.setdefault(path[0], [])
        if isinstance(listed, list) and value not in listed:
            listed.append(value)
    else:
        place[path[0]] = value


def _ways(place: Row, path: tuple[str, ...]) -> Iterator[tuple[Row, tuple[str, ...]]]:
    """Yield the objects that a path leads to next, with what is left of it: of a list, the items of a name."""
    inside = place.setdefault(path[0], {})
    if isinstance(inside, list):
        named = (each for each in inside if isinstance(each, dict) and path[1] in ("*", str(each.get("name"))))
        yield from ((each, path[2:]) for each in named)
    elif isinstance(inside, dict):
        yield inside, path[1:]


def _merge(place: Row, value: Row) -> None:
    """Merge one object over another: objects key by key, everything else is replaced."""
    for key, item in value.items():
        held = place.get(key)
        if isinstance(held, dict) and isinstance(item, dict) and not (is_unknown(held) or is_unknown(item)):
            _merge(held, item)
        else:
            place[key] = item
