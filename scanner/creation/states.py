"""How far Azure will be once everything is created: peerings, links, connections, managed networks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.creation.estate import Estate, Row, is_unknown, items, properties, unknown, within
from scanner.model.arm import ArmId

_VNETS = "Microsoft.Network/virtualNetworks"
_LINKS = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
_HUB_CONNECTIONS = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections"
_CONNECTIONS = "Microsoft.Network/connections"
_CIRCUITS = "Microsoft.Network/expressRouteCircuits"
_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
_COMPUTES = "Microsoft.MachineLearningServices/workspaces/computes"
_OUTBOUND = "Microsoft.MachineLearningServices/workspaces/outboundRules"

_NOT_TOLD = "code does not tell the state of what exists"


_OF_AZURE = frozenset(
    {
        "privateendpointconnections",
        "provisioningstate",
        "peeringstate",
        "peeringsynclevel",
        "remoteaddressspace",
        "remotevirtualnetworkaddressspace",
        "virtualnetworklinkstate",
        "connectionstatus",
        "circuitprovisioningstate",
        "serviceproviderprovisioningstate",
        "privatelinkserviceconnectionstate",
        "workspaceid",
        "hasprovisioningissues",
    }
)
"""Properties that Azure decides: whoever writes one into a template is not heard."""


def is_state(name: str) -> bool:
    """Tell whether Azure decides a property of this name, whoever writes one."""
    return name.lower() in _OF_AZURE


def without_states(row: Row) -> Row:
    """Return a row without the states that its author wrote: Azure decides them (read-only in its templates)."""
    found = {**row, "properties": _stateless(row["properties"])} if isinstance(row.get("properties"), dict) else row
    inside = found.get("properties")
    if isinstance(inside, dict):
        network = inside.get("managedNetwork")
        if isinstance(network, dict):
            inside["managedNetwork"] = {key: each for key, each in network.items() if key != "status"}
        if ArmId(str(row["id"])).type == _OUTBOUND.lower():
            inside.pop("status", None)
    return found


def _stateless(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {key: _stateless(each) for key, each in value.items() if key.lower() not in _OF_AZURE}
        case list():
            return [_stateless(each) for each in value]
    return value


def settle(estate: Estate) -> None:
    """Fill in the states that new resources will have, and unknown for those of which nothing tells."""
    for vnet in estate.of(_VNETS):
        for peering in items(vnet, "properties", "virtualNetworkPeerings"):
            _settle_peering(peering, vnet, estate)
    for link in estate.made(_LINKS):
        # Terraform waits until a link is complete, and a complete one stays so.
        properties(link).setdefault("virtualNetworkLinkState", "Completed")
        properties(link).setdefault("provisioningState", "Succeeded")
    for each in estate.made(_HUB_CONNECTIONS):
        properties(each).setdefault("provisioningState", "Succeeded")
    for each in estate.made(_CONNECTIONS):
        properties(each).setdefault("connectionStatus", unknown("whether the other side connects is not known"))
    for each in estate.made(_CIRCUITS):
        _settle_circuit(each, estate)
    _settle_managed_networks(estate)
    for each in estate.made(_OUTBOUND):
        _settle_rule(each, estate)


def _settle_circuit(circuit: Row, estate: Estate) -> None:
    """Leave a new circuit to its provider (https://learn.microsoft.com/azure/expressroute/expressroute-workflows)."""
    fresh = estate.is_fresh(circuit)
    inside = properties(circuit)
    inside.setdefault("circuitProvisioningState", "Enabled" if fresh else unknown(_NOT_TOLD))
    inside.setdefault("serviceProviderProvisioningState", "NotProvisioned" if fresh else unknown(_NOT_TOLD))


def _settle_managed_networks(estate: Estate) -> None:
    """Doubt that a managed network is inactive where something is created that starts its provisioning.

    The first compute does (https://learn.microsoft.com/azure/machine-learning/how-to-managed-network, 2025-06), and
    whether one without nodes does is not written there. Projects put theirs into their hub's network.
    """
    with_computes = {str(ArmId(str(each["id"])).parent).lower() for each in estate.made(_COMPUTES)}
    for workspace in estate.of(_WORKSPACES):
        if ArmId(str(workspace["id"])).key in with_computes:
            for one in (workspace, estate.get(within(workspace, "properties", "hubResourceId"))):
                _doubt_inactive(one)


def _doubt_inactive(workspace: Row | None) -> None:
    network = within(workspace, "properties", "managedNetwork")
    if not isinstance(network, dict) or is_unknown(network) or network.get("isolationMode") in (None, "Disabled"):
        return
    if within(network, "status", "status") in (None, "Inactive"):
        network["status"] = {"status": unknown("the first compute provisions the network, and not every one does")}


def _settle_rule(rule: Row, estate: Estate) -> None:
    """Leave an outbound rule inactive until its network is provisioned."""
    workspace = estate.get(str(ArmId(str(rule["id"])).parent))
    status = within(workspace, "properties", "managedNetwork", "status", "status")
    fresh = estate.is_fresh(rule) and workspace is not None and estate.is_fresh(workspace)
    certain = {"Active": "Active", "Inactive": "Inactive", None: "Inactive"}
    if fresh and not is_unknown(status) and status in certain:
        properties(rule).setdefault("status", certain[status])
    properties(rule).setdefault("status", unknown("whether the managed network is provisioned is not known"))


# Peerings


def _settle_peering(peering: Row, vnet: Row, estate: Estate) -> None:
    inside = properties(peering)
    if "peeringState" in inside:
        _settle_met(inside, vnet, estate)
        return
    remote = estate.get(within(inside, "remoteVirtualNetwork", "id"))
    state, sync = _state(peering, vnet, remote, estate)
    inside["peeringState"] = state
    inside.setdefault("peeringSyncLevel", sync)
    space = within(remote, "properties", "addressSpace")
    if sync == "FullyInSync" and space is not None:
        for name, value in spaces_of_peer(space).items():
            inside.setdefault(name, value)


def spaces_of_peer(space: object) -> Row:
    """Return what a side that is in sync knows of its peer's address space."""
    return {"remoteAddressSpace": space, "remoteVirtualNetworkAddressSpace": space}


def _state(peering: Row, vnet: Row, remote: Row | None, estate: Estate) -> tuple[object, object]:
    """Return the state and the sync level of a side: certain where both networks are seen and both sides are new."""
    if remote is None or is_unknown(within(remote, "properties", "virtualNetworkPeerings")):
        why = unknown("the peered network is outside of what was read, and whether it peers back is not known")
        return why, why
    back = list(_leading_to(vnet, remote))
    waiting = all(_is_new(each, remote, estate) or _waits(each) for each in back)
    if not _is_new(peering, vnet, estate) or not waiting:
        return unknown(_NOT_TOLD), unknown(_NOT_TOLD)
    if any(is_unknown(within(each, "properties", "remoteVirtualNetwork", "id")) for each in back):
        why = unknown(f"which network a peering of {remote['name']} leads to is not known")
        return why, why
    if back:
        return "Connected", "FullyInSync"
    return "Initiated", unknown("the other side does not exist")


def _waits(peering: Row) -> bool:
    """Tell whether a side that was seen waits for the other one, or has just met it."""
    return within(peering, "properties", "peeringState") in ("Initiated", "Connected")


def _settle_met(side: Row, vnet: Row, estate: Estate) -> None:
    """Settle a side that was seen: one that waited is met by a new one, one that is left alone is cut off."""
    remote = estate.get(within(side, "remoteVirtualNetwork", "id"))
    if remote is None or is_unknown(within(remote, "properties", "virtualNetworkPeerings")):
        return
    back = [each for each in _leading_to(vnet, remote) if _is_new(each, remote, estate)]
    if side["peeringState"] == "Initiated" and back:
        side["peeringState"], side["peeringSyncLevel"] = "Connected", "FullyInSync"


def _leading_to(vnet: Row, remote: Row) -> Iterator[Row]:
    """Yield a network's peerings that lead to another one, or may."""
    for each in items(remote, "properties", "virtualNetworkPeerings"):
        there = within(each, "properties", "remoteVirtualNetwork", "id")
        if is_unknown(there) or (isinstance(there, str) and ArmId(there) == ArmId(str(vnet["id"]))):
            yield each


def _is_new(peering: Row, vnet: Row, estate: Estate) -> bool:
    return estate.is_fresh(vnet) or ("id" in peering and estate.is_fresh(peering))
