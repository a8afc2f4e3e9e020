"""Virtual networks that mlsec.toml gives a role: a name that nothing read answers to is a mistake, not an absence.

An id of a virtual network that was not read is taken only where it may exist unseen and something that was read refers
to it, as a peering or a zone's link does: nobody mistypes what Azure wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scanner.errors import UsageError, one_line
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import VirtualNetwork
from scanner.system.near import meant, near


def require_named_roles(graph: Graph) -> None:
    """Raise UsageError for the first name or id of [roles] that stands for no virtual network."""
    settings = graph.settings
    for key, names in (("aml_vnets", settings.aml_vnets), ("access_vnets", settings.access_vnets)):
        for name in names:
            if not _stands_for_one(name, graph):
                raise UsageError(f"[roles] {key}: {_complaint(name, graph)}")


def _stands_for_one(name: str, graph: Graph) -> bool:
    if not name.startswith("/"):
        return name.lower() in {each.name.lower() for each in graph.seen(VirtualNetwork)}
    arm_id = ArmId(name)
    if not _is_of_a_network(arm_id):
        return False
    try:
        return graph.find(VirtualNetwork, arm_id) is not None
    except MissingEvidence:
        return _is_referred_to(arm_id, graph)


def _is_of_a_network(arm_id: ArmId) -> bool:
    return arm_id.type == VirtualNetwork.TYPE.lower()


def _is_referred_to(arm_id: ArmId, graph: Graph) -> bool:
    """Tell whether something that was read names a resource or what lies in it: any value of it, whatever its kind."""
    named = re.compile(re.escape(json.dumps(arm_id.key)[:-1]).encode() + rb'[/"]')
    rows = graph.packed()
    return any(named.search(rows.packed(key).lower()) for key in rows.keys())  # noqa: SIM118 - they are sorted


# What is wrong


def _complaint(name: str, graph: Graph) -> str:
    return "; ".join([_no_such(name), *_nearest(name, graph), *_why_it_may_be(name, graph)])


def _no_such(name: str) -> str:
    shown = one_line(name)
    if not name.startswith("/"):
        return f"there is no virtual network called {shown!r}"
    return (
        f"there is no virtual network {shown}"
        if _is_of_a_network(ArmId(name))
        else f"{shown} is no virtual network's id"
    )


def _nearest(name: str, graph: Graph) -> Iterator[str]:
    is_id = name.startswith("/")
    found = {each.name.lower(): str(each.id) if is_id else each.name for each in graph.seen(VirtualNetwork)}
    said = meant([one_line(found[each]) for each in near(ArmId(name).name.lower(), found)])
    if said:
        yield said
    elif not found:
        yield "no virtual network was read"


def _why_it_may_be(name: str, graph: Graph) -> Iterator[str]:
    """Yield why it may be there all the same, and what would make it count."""
    missing = graph.all(VirtualNetwork).missing
    if missing is not None:
        yield f"not all virtual networks were listed: {missing.why}"
    elif name.startswith("/") and ArmId(name).subscription not in graph.subscriptions:
        yield "its subscription was not read, and nothing that was read refers to it"
