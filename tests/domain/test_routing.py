"""Where packets go (facts §7 and §13)."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.domain.journey import NextHop
from scanner.domain.routing import INTERNET_AT_LARGE, both_ways, route
from scanner.estate.routes import Routes
from scanner.evidence import Gap
from scanner.model.arm import ArmId
from tests.domain.network_view import (
    NETWORK,
    SUBSCRIPTION,
    at,
    firewall,
    interface,
    peering,
    resource,
    subnet,
    subnet_id,
    table,
    view,
    vnet,
    vnet_id,
)

Json = dict[str, Any]
A, B, HUB = "10.1.0.0/16", "10.2.0.0/16", "10.0.0.0/16"
IN_A, IN_B = at("10.1.0.4"), at("10.2.0.4")


def peered(there: Json | None = None, back: Json | None = None, *, answers: bool = True) -> Routes:
    """Peer two networks, with what is unusual on each side."""
    mine = peering("a", "b", [B], **(there or {}))
    theirs = [peering("b", "a", [A], **(back or {}))] if answers else []
    return view(vnet("a", A, peerings=[mine]), vnet("b", B, peerings=theirs))


@pytest.mark.parametrize(
    ("there", "back", "arrives"),
    [
        ({}, {}, True),
        ({"allowForwardedTraffic": False}, {"allowForwardedTraffic": False}, True),
        ({"peeringState": "Initiated"}, {}, False),
        ({"peeringState": "Disconnected"}, {}, False),
        ({}, {"peeringState": "Disconnected"}, False),
        ({"allowVirtualNetworkAccess": False}, {}, False),
        ({}, {"allowVirtualNetworkAccess": False}, False),
        ({"peeringState": {"$unknown": "not read"}}, {}, None),
        ({}, {"allowVirtualNetworkAccess": {"$unknown": "not read"}}, None),
    ],
)
def test_peering_needs_both_sides(there: Json, back: Json, arrives: bool | None) -> None:
    assert route(peered(there, back), subnet_id("a"), IN_B).arrives is arrives


def test_missing_side_is_named() -> None:
    found = route(peered(answers=False), subnet_id("a"), IN_B)

    assert found.arrives is False
    assert [step.says for step in found.steps if not step.ok] == ["b does not peer back with a"]


def test_connected_side_tells_no_more_of_one_in_an_unread_subscription_than_that_it_exists() -> None:
    foreign = vnet_id("b").replace("11111111", "22222222")
    mine = peering("a", "b", [B], remoteVirtualNetwork={"id": foreign})
    found = route(view(vnet("a", A, peerings=[mine])), subnet_id("a"), IN_B)

    assert found.arrives is None
    assert found.next_hop is NextHop.PEERING
    (open_step,) = [step for step in found.steps if step.ok is None]
    assert open_step.says.startswith("whether b allows access from a: ")


@pytest.mark.parametrize(("address", "arrives"), [("10.2.0.4", True), ("10.9.0.4", False)])
def test_address_range_that_was_not_synced_is_not_routed(address: str, arrives: bool) -> None:
    space = {"addressPrefixes": [B, "10.9.0.0/16"]}
    found = route(
        peered({"peeringSyncLevel": "RemoteNotInSync", "remoteVirtualNetworkAddressSpace": space}),
        subnet_id("a"),
        at(address),
    )

    assert found.arrives is arrives


def test_peering_is_not_transitive() -> None:
    network = view(
        vnet("a", A, peerings=[peering("a", "hub", [HUB])]),
        vnet("hub", HUB, peerings=[peering("hub", "a", [A]), peering("hub", "b", [B])]),
        vnet("b", B, peerings=[peering("b", "hub", [HUB])]),
    )

    assert route(network, subnet_id("a"), at("10.0.0.4")).arrives is True
    assert route(network, subnet_id("a"), IN_B).arrives is False
    assert route(network, subnet_id("a"), IN_B).next_hop is NextHop.NONE


@pytest.mark.parametrize(
    ("source", "address", "arrives"),
    [
        ("in", "10.2.1.4", True),
        ("in", "10.2.2.4", False),
        ("out", "10.2.1.4", False),
    ],
)
def test_subnet_peering_joins_the_named_subnets_only(source: str, address: str, arrives: bool) -> None:
    mine = {"peerCompleteVnets": False, "localSubnetNames": ["in"], "remoteSubnetNames": ["near"]}
    theirs = {"peerCompleteVnets": False, "localSubnetNames": ["near"], "remoteSubnetNames": ["in"]}
    network = view(
        vnet(
            "a",
            A,
            [subnet("a", "10.1.1.0/24", "in"), subnet("a", "10.1.2.0/24", "out")],
            [peering("a", "b", [B], **mine)],
        ),
        vnet(
            "b",
            B,
            [subnet("b", "10.2.1.0/24", "near"), subnet("b", "10.2.2.0/24", "far")],
            [peering("b", "a", [A], **theirs)],
        ),
    )

    assert route(network, subnet_id("a", source), at(address)).arrives is arrives


def test_peering_that_is_not_connected_gives_no_route_so_that_another_way_is_taken() -> None:
    joined = [
        resource("virtualHubs/h1/hubVirtualNetworkConnections", name, remoteVirtualNetwork={"id": vnet_id(name)})
        for name in ("a", "b")
    ]
    network = view(
        vnet("a", A, peerings=[peering("a", "b", [B], peeringState="Disconnected")]),
        vnet("b", B),
        resource("virtualHubs", "h1"),
        *joined,
    )
    found = route(network, subnet_id("a"), IN_B)

    assert found.next_hop is NextHop.HUB
    assert found.arrives is True


# Routes of the user's


@pytest.mark.parametrize(
    ("routes", "hop", "arrives"),
    [
        ([], NextHop.PEERING, True),
        ([(B, "None", None)], NextHop.NONE, False),
        ([("10.2.0.0/24", "None", None)], NextHop.NONE, False),
        ([("10.0.0.0/8", "None", None)], NextHop.PEERING, True),
        ([(B, "Internet", None)], NextHop.INTERNET, False),
        ([(B, "VnetLocal", None)], NextHop.LOCAL, None),
        ([(B, "VirtualNetworkGateway", None)], NextHop.GATEWAY, False),
        ([(B, "VirtualAppliance", "10.1.0.9")], NextHop.APPLIANCE, False),
        ([(B, "VirtualAppliance", "172.16.0.9")], NextHop.APPLIANCE, False),
        ([(B, "VirtualApplianceEcmp", None)], NextHop.APPLIANCE, None),
        ([("AzureMachineLearning", "None", None)], NextHop.PEERING, True),
        ([({"$unknown": "known after apply"}, "None", None)], NextHop.UNKNOWN, None),
    ],
)
def test_users_route_beats_a_peering_of_equal_length(routes: list[Any], hop: NextHop, arrives: bool | None) -> None:
    network = view(
        vnet("a", A, [subnet("a", A, table="rt")], [peering("a", "b", [B])]),
        vnet("b", B, peerings=[peering("b", "a", [A])]),
        table("rt", *routes),
    )
    found = route(network, subnet_id("a"), IN_B)

    assert found.next_hop is hop
    assert found.arrives is arrives


def test_service_tag_may_hold_a_public_address_but_not_the_internet_at_large() -> None:
    network = view(vnet("a", A, [subnet("a", A, table="rt")]), table("rt", ("AzureMachineLearning", "None", None)))

    assert route(network, subnet_id("a"), at("20.1.2.3")).arrives is None
    assert route(network, subnet_id("a"), INTERNET_AT_LARGE).next_hop is NextHop.INTERNET


def endpoint(policies: str, prefix: str) -> Routes:
    """Put a private endpoint at 10.2.0.4 in b, and a route that drops a prefix in a."""
    nic = interface("pe-nic", "10.2.0.4", subnet_id("b"))
    return view(
        vnet("a", A, [subnet("a", A, table="rt")], [peering("a", "b", [B])]),
        vnet("b", B, [subnet("b", B, privateEndpointNetworkPolicies=policies)], [peering("b", "a", [A])]),
        table("rt", (prefix, "None", None)),
        nic,
        resource("privateEndpoints", "pe", subnet={"id": str(subnet_id("b"))}, networkInterfaces=[{"id": nic["id"]}]),
    )


@pytest.mark.parametrize(
    ("policies", "prefix", "arrives"),
    [
        ("Disabled", "10.2.0.0/24", True),
        ("NetworkSecurityGroupEnabled", "10.2.0.0/24", True),
        ("RouteTableEnabled", "10.2.0.0/24", False),
        ("Enabled", "10.2.0.0/16", False),
        ("RouteTableEnabled", "0.0.0.0/0", True),
        ("Disabled", "10.2.0.4/32", False),
    ],
)
def test_private_endpoints_own_route_wins_unless_its_subnet_obeys(policies: str, prefix: str, arrives: bool) -> None:
    assert route(endpoint(policies, prefix), subnet_id("a"), IN_B).arrives is arrives


# A hub with an appliance


def hub(
    spoke: Json | None = None, back: tuple[str, str, str | None] = (A, "VirtualAppliance", "10.0.0.9"), *extra: Json
) -> Routes:
    """Join two spokes to a hub whose appliance is at 10.0.0.9; `spoke` is what is unusual on b's side."""
    return view(
        vnet("a", A, [subnet("a", A, table="rt-a")], [peering("a", "hub", [HUB])]),
        vnet("hub", HUB, peerings=[peering("hub", "a", [A]), peering("hub", "b", [B])]),
        vnet("b", B, [subnet("b", B, table="rt-b")], [peering("b", "hub", [HUB], **(spoke or {}))]),
        table("rt-a", ("0.0.0.0/0", "VirtualAppliance", "10.0.0.9")),
        table("rt-b", back),
        *(extra or (firewall("afw", "10.0.0.9", subnet_id("hub")),)),
    )


def nva(*, forwards: bool) -> Json:
    return interface("nva", "10.0.0.9", subnet_id("hub"), enableIPForwarding=forwards)


@pytest.mark.parametrize(
    ("network", "arrives"),
    [
        (hub(), True),
        (hub(None, (A, "VirtualAppliance", "10.0.0.9"), nva(forwards=True)), True),
        (hub(None, (A, "VirtualAppliance", "10.0.0.9"), nva(forwards=False)), False),
        (hub(None, (A, "None", None)), False),
        (hub(None, ("10.9.0.0/16", "VirtualAppliance", "10.0.0.9")), False),
        (hub(None, (A, "VirtualAppliance", "10.0.0.10")), False),
        (hub({"allowForwardedTraffic": False}), False),
        (hub({"allowForwardedTraffic": {"$unknown": "not read"}}), None),
        (hub({"peeringState": "Disconnected"}), False),
    ],
)
def test_appliance_joins_spokes_with_routes_both_ways_and_forwarding(network: Routes, arrives: bool | None) -> None:
    assert both_ways(network, subnet_id("a"), IN_B, subnet_id("b")).arrives is arrives


def test_routes_in_a_circle_do_not_arrive() -> None:
    network = view(
        vnet("a", A, [subnet("a", A, table="rt")]),
        table("rt", (B, "VirtualAppliance", "10.1.0.9")),
        firewall("afw", "10.1.0.9", subnet_id("a")),
    )
    found = route(network, subnet_id("a"), IN_B)

    assert found.arrives is False
    assert "circle" in found.steps[-1].says


def test_appliance_that_cannot_be_looked_for_is_unknown() -> None:
    gap = Gap("Microsoft.Network/networkInterfaces", SUBSCRIPTION, "AuthorizationFailed", 403)
    network = (
        vnet("a", A, [subnet("a", A, table="rt")]),
        table("rt", ("0.0.0.0/0", "VirtualAppliance", "10.1.0.9")),
    )

    assert route(view(*network), subnet_id("a"), INTERNET_AT_LARGE).arrives is False
    assert route(view(*network, gaps=[gap]), subnet_id("a"), INTERNET_AT_LARGE).arrives is None


# Gateways


def spokes(
    mine: Json | None = None, theirs: Json | None = None, *more: Json, ignores: bool = False, **gateway: object
) -> Routes:
    """Join two spokes to the gateway of a hub; what is unusual is of a's peering and of the hub's with a."""
    configuration = [{"properties": {"subnet": {"id": str(subnet_id("hub", "GatewaySubnet"))}}}]
    return view(
        vnet(
            "a",
            A,
            [subnet("a", A, table="rt")],
            [peering("a", "hub", [HUB], **({"useRemoteGateways": True} | (mine or {})))],
        ),
        vnet(
            "hub",
            HUB,
            [subnet("hub", "10.0.0.0/27", "GatewaySubnet")],
            [
                peering("hub", "a", [A], **({"allowGatewayTransit": True} | (theirs or {}))),
                peering("hub", "b", [B], allowGatewayTransit=True),
            ],
        ),
        vnet("b", B, peerings=[peering("b", "hub", [HUB], useRemoteGateways=True)]),
        table("rt", disableBgpRoutePropagation=ignores),
        resource("virtualNetworkGateways", "vgw", gatewayType="Vpn", ipConfigurations=configuration, **gateway),
        *more,
    )


@pytest.mark.parametrize(
    ("network", "arrives"),
    [
        (spokes(), True),
        (spokes({"useRemoteGateways": False}), False),
        (spokes(None, {"allowGatewayTransit": False}), False),
        (spokes({"peeringState": "Initiated"}), False),
        (spokes(ignores=True), False),
    ],
)
def test_gateway_joins_the_spokes_that_use_it(network: Routes, arrives: bool) -> None:
    assert route(network, subnet_id("a"), IN_B).arrives is arrives


def test_gateway_reaches_its_clients_and_nothing_that_no_connection_leads_to() -> None:
    pool = {"vpnClientAddressPool": {"addressPrefixes": ["192.168.1.0/24"]}}
    network = spokes(vpnClientConfiguration=pool)

    assert route(network, subnet_id("a"), at("192.168.1.9")).arrives is True
    assert route(network, subnet_id("a"), at("192.168.2.9")).arrives is False


def test_what_lies_behind_a_site_connection_is_unknown() -> None:
    gateway = {"id": f"{NETWORK}/virtualNetworkGateways/vgw"}
    link = resource("connections", "office", connectionType="IPsec", virtualNetworkGateway1=gateway)

    assert route(spokes(None, None, link), subnet_id("a"), at("192.168.2.9")).arrives is None


def vnet_to_vnet(status: str) -> Routes:
    """Connect the gateway of the spokes' hub to one in a network c."""
    place = [{"properties": {"subnet": {"id": str(subnet_id("c", "GatewaySubnet"))}}}]
    ends = {
        "virtualNetworkGateway1": {"id": f"{NETWORK}/virtualNetworkGateways/far"},
        "virtualNetworkGateway2": {"id": f"{NETWORK}/virtualNetworkGateways/vgw"},
    }
    return spokes(
        None,
        None,
        vnet("c", "10.3.0.0/16", [subnet("c", "10.3.0.0/27", "GatewaySubnet")]),
        resource("virtualNetworkGateways", "far", gatewayType="Vpn", ipConfigurations=place),
        resource("connections", "to-c", connectionType="Vnet2Vnet", connectionStatus=status, **ends),
    )


@pytest.mark.parametrize(("status", "arrives"), [("Connected", True), ("", True), ("NotConnected", False)])
def test_connection_between_gateways_joins_their_networks(status: str, arrives: bool) -> None:
    assert route(vnet_to_vnet(status), subnet_id("a"), at("10.3.0.4")).arrives is arrives


# Virtual WAN


def wan(
    entry: Json | None = None,
    exit_: Json | None = None,
    *,
    far_hub: str = "h1",
    sku: str = "Standard",
    same: bool = True,
) -> Routes:
    """Connect a to hub h1 and b to `far_hub`, of the same virtual WAN or of another one."""

    def connection(hub_name: str, name: str, more: Json) -> Json:
        kind = f"virtualHubs/{hub_name}/hubVirtualNetworkConnections"
        return resource(kind, name, remoteVirtualNetwork={"id": vnet_id(name)}, **more)

    def one(name: str, wan_name: str) -> Json:
        return resource("virtualHubs", name, sku=sku, virtualWan={"id": f"{NETWORK}/virtualWans/{wan_name}"})

    return view(
        vnet("a", A),
        vnet("b", B),
        one("h1", "wan"),
        one("h2", "wan" if same else "other"),
        connection("h1", "a", entry or {}),
        connection(far_hub, "b", exit_ or {}),
    )


CUSTOM = {"routingConfiguration": {"associatedRouteTable": {"id": f"{NETWORK}/virtualHubs/h1/hubRouteTables/own"}}}
ISOLATED = {"routingConfiguration": {"propagatedRouteTables": {"ids": [{"id": f"{NETWORK}/x/h1/t/noneRouteTable"}]}}}


@pytest.mark.parametrize(
    ("network", "arrives"),
    [
        (wan(), True),
        (wan(far_hub="h2"), True),
        (wan(far_hub="h2", same=False), False),
        (wan(sku="Basic"), False),
        (wan(CUSTOM), None),
        (wan(None, ISOLATED), None),
        (wan({"provisioningState": "Failed"}), None),
    ],
)
def test_virtual_wan_joins_what_its_hubs_join(network: Routes, arrives: bool | None) -> None:
    found = route(network, subnet_id("a"), IN_B)

    assert found.arrives is arrives


def test_connection_to_a_hub_that_was_not_read_is_unknown() -> None:
    hidden = peering("a", "hv_1", ["10.250.0.0/24"])
    hidden["id"] = f"{vnet_id('a')}/virtualNetworkPeerings/RemoteVnetToHubPeering_1"

    assert route(view(vnet("a", A, peerings=[hidden]), vnet("b", B)), subnet_id("a"), IN_B).arrives is None


@pytest.mark.parametrize(("address", "hop"), [("10.77.0.1", NextHop.NONE), ("203.0.113.9", NextHop.INTERNET)])
def test_without_a_route_private_addresses_are_dropped_and_public_ones_leave(address: str, hop: NextHop) -> None:
    assert route(view(vnet("a", A)), subnet_id("a"), at(address)).next_hop is hop


def test_network_that_was_not_read_is_unknown() -> None:
    assert route(view(), ArmId(str(subnet_id("a"))), IN_B).arrives is None
