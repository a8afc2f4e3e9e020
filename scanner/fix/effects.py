"""What an estate looks like once edits are made: the edits themselves, and what Azure does by itself with them."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from scanner.engine.change import Approve, Create, Delete, Edit, Set, Sync
from scanner.errors import UsageError
from scanner.fix.connecting import approved, endpoint_made, zone_group_made
from scanner.fix.defaults import link_made, role_assigned
from scanner.fix.peering_effects import peering_made, synced
from scanner.fix.places import Draft, Row, is_inside
from scanner.graph import Graph
from scanner.model.arm import ArmId


class EditError(UsageError):
    """An edit that does not fit the estate: what it is about is not there."""


def made(graph: Graph, edits: Iterable[Edit]) -> Graph:
    """Return the graph once edits are made, in their order. Raises EditError."""
    for each in edits:
        draft = Draft(graph.rows)
        _make(each, draft, graph)
        graph = graph.edited(draft.changed)
    return graph


def _make(edit: Edit, draft: Draft, graph: Graph) -> None:
    match edit:
        case Set(target=target, path=path, value=value):
            _set(_there(draft, target), path.split("."), value)
        case Create(row=row):
            _create(draft, row, graph)
        case Delete(target=target):
            _there(draft, target)
            draft.remove(target)
        case Approve():
            approved(draft, edit)
        case Sync(target=target):
            synced(draft, _there(draft, target))


def _there(draft: Draft, target: ArmId) -> Row:
    found = draft.find(target)
    if found is None:
        raise EditError(f"{target} is not among what was read")
    return found


def _set(holder: Row, path: list[str], value: Any) -> None:  # noqa: ANN401 - JSON
    *above, last = path
    for name in above:
        inner = holder.get(name)
        if not isinstance(inner, dict):
            inner = holder[name] = {}
        holder = inner
    holder[last] = value


_DERIVED = {
    "microsoft.network/privateendpoints": endpoint_made,
    "microsoft.network/privateendpoints/privatednszonegroups": zone_group_made,
    "microsoft.network/virtualnetworks/virtualnetworkpeerings": peering_made,
    "microsoft.network/privatednszones/virtualnetworklinks": link_made,
    "microsoft.authorization/roleassignments": role_assigned,
}
"""What Azure does by itself when something is made, by type: after the row is there."""


def _create(draft: Draft, row: Row, graph: Graph) -> None:
    target = ArmId(row["id"])
    row = {"name": target.name, "type": target.type, **deepcopy(row)}
    siblings = draft.siblings(target) if is_inside(target) else None
    if is_inside(target) and siblings is None:
        raise EditError(f"{target.parent} is not among what was read")
    if siblings is not None:
        siblings.append(row)
    else:
        draft.put(row)
    derive = _DERIVED.get(target.type)
    if derive is not None:
        derive(draft, row, graph)
