"""Changes that take public addresses away from machines."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

from scanner.engine.change import Change, Changes, Set, Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.interfaces import NetworkInterface


def takes_public_addresses(machine: VirtualMachine | ScaleSet | DevOpsPool, graph: Graph) -> Changes:
    """Offer to take the public addresses off the interfaces of a machine. They stay, attached to nothing."""
    if not isinstance(machine, VirtualMachine):
        return
    for reference in known(machine.interfaces, machine.name):
        interface = graph.get(NetworkInterface, known(reference.id))
        configurations = known(interface.ip_configurations, interface.name)
        if any(known(each.public_address) is not None for each in configurations):
            value = _without(graph.rows.row(interface.id.key))
            edit = Set(interface.id, "properties.ipConfigurations", value)
            says = f"take the public address off {interface.name} of {machine.name}"
            yield Change(says, interface.id, (edit,), Stage.GUARD)


def _without(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    configurations = deepcopy(cast("list[dict[str, Any]]", row["properties"]["ipConfigurations"]))
    for each in configurations:
        each["properties"].pop("publicIPAddress", None)
    return configurations
