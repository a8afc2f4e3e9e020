"""A network of a few virtual networks as routing sees it, written in a line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.routes import Routes
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address, address

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"
Json = dict[str, Any]


def vnet_id(name: str) -> str:
    return f"{NETWORK}/virtualNetworks/{name}"


def subnet_id(vnet: str, name: str = "default") -> ArmId:
    return ArmId(f"{vnet_id(vnet)}/subnets/{name}")


def at(text: str) -> Address:
    return address(text)


def subnet(vnet: str, prefix: str, name: str = "default", table: str = "", **properties: object) -> Json:
    routes = {"routeTable": {"id": f"{NETWORK}/routeTables/{table}"}} if table else {}
    return {"id": str(subnet_id(vnet, name)), "properties": {"addressPrefix": prefix, **routes, **properties}}


def peering(here: str, there: str, prefixes: Iterable[str], **properties: object) -> Json:
    usual = {
        "peeringState": "Connected",
        "peeringSyncLevel": "FullyInSync",
        "remoteVirtualNetwork": {"id": vnet_id(there)},
        "remoteAddressSpace": {"addressPrefixes": list(prefixes)},
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": list(prefixes)},
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": True,
    }
    return {"id": f"{vnet_id(here)}/virtualNetworkPeerings/to-{there}", "properties": usual | properties}


def vnet(name: str, prefix: str, subnets: Iterable[Json] = (), peerings: Iterable[Json] = ()) -> Json:
    inside = list(subnets) or [subnet(name, prefix)]
    properties = {
        "addressSpace": {"addressPrefixes": [prefix]},
        "subnets": inside,
        "virtualNetworkPeerings": list(peerings),
    }
    return {"id": vnet_id(name), "properties": properties}


def resource(kind: str, name: str, **properties: object) -> Json:
    return {"id": f"{NETWORK}/{kind}/{name}", "properties": properties}


def table(name: str, *routes: tuple[str, str, str | None], **properties: object) -> Json:
    """Return a route table of (prefix, next hop type, next hop address)."""
    listed = [
        {"name": f"r{place}", "properties": {"addressPrefix": prefix, "nextHopType": hop, "nextHopIpAddress": to}}
        for place, (prefix, hop, to) in enumerate(routes)
    ]
    return resource("routeTables", name, routes=listed, **properties)


def interface(name: str, private: str, place: ArmId, **properties: object) -> Json:
    configuration = {"properties": {"privateIPAddress": private, "subnet": {"id": str(place)}}}
    return resource("networkInterfaces", name, ipConfigurations=[configuration], **properties)


def firewall(name: str, private: str, place: ArmId) -> Json:
    configuration = {"properties": {"privateIPAddress": private, "subnet": {"id": str(place)}}}
    return resource("azureFirewalls", name, ipConfigurations=[configuration])


def view(*resources: Json, gaps: Iterable[Gap] = ()) -> Routes:
    """Return the view of resources in a subscription that was read in full, but for the gaps."""
    return Routes(Graph([{"id": SUBSCRIPTION}, *resources], gaps))
