"""Changes that take public addresses away from machines."""

from __future__ import annotations

from scanner.engine.change import Change, Changes, Set, Stage
from scanner.evidence import Unknown, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.interfaces import NetworkInterface


def takes_public_addresses(machine: VirtualMachine | ScaleSet | DevOpsPool, graph: Graph) -> Changes:
    """Offer to take the public addresses off the interfaces of a machine. They stay, attached to nothing."""
    if not isinstance(machine, VirtualMachine):
        return
    for reference in known(machine.interfaces, machine.name):
        interface = graph.get(NetworkInterface, known(reference.id))
        holders = [each for each in known(interface.ip_configurations) if known(each.public_address) is not None]
        edits = tuple(_without(interface.id, each.name) for each in holders)
        if edits:
            says = f"take the public address off {interface.name} of {machine.name}"
            yield Change(says, interface.id, edits, Stage.GUARD)


def _without(interface: ArmId, name: str | Unknown) -> Set:
    return Set(ArmId(f"{interface}/ipConfigurations/{known(name)}"), "properties.publicIPAddress", None)
