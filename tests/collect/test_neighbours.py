"""Subscriptions that nobody named and that connect to what is scanned: found, told, and read as far as they matter."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cache

import pytest

from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, WORKSPACE
from scanner.collect.azure.neighbourhood import OF_NEIGHBOURS
from scanner.graph.coverage import Coverage, Ground
from scanner.model.arm import ArmId
from scanner.simulator import Estate, Fault, FaultKind, Rights
from scanner.simulator.grants import Grant
from tests.whole.test_landing_zone import OURS, PLATFORM

from .support import Resource, Run, collect, fixture, subscriptions_in, type_of, with_more

QUERIES = "/providers/Microsoft.ResourceGraph/resources"
REFERENCE = fixture("reference")
(HOME,) = subscriptions_in(REFERENCE)
FAR = "88888888-8888-4888-8888-888888888888"
STRANGER = "99999999-9999-4999-8999-999999999999"
LANDING_ZONE = fixture("landing-zone")
VNET = next(str(each["id"]) for each in REFERENCE.resources if str(each["id"]).endswith("/vnet-ml"))
STORAGE = next(str(each["id"]) for each in REFERENCE.resources if type_of(dict(each)).endswith("/storageaccounts"))


def subscription(guid: str) -> Resource:
    (own,) = [dict(each) for each in REFERENCE.resources if "subscriptionId" in each]
    return deepcopy(own) | {"id": f"/subscriptions/{guid}", "subscriptionId": guid}


def far(kind: str, name: str, properties: Resource, guid: str = FAR) -> Resource:
    namespace, *types = kind.split("/")
    tail = "/".join(f"{each}/{part}" for each, part in zip(types, name.split("/"), strict=True))
    arm_id = f"/subscriptions/{guid}/resourceGroups/rg/providers/{namespace}/{tail}"
    return {"id": arm_id, "type": kind, "name": name.rpartition("/")[2], "properties": properties}


def around(*more: Resource) -> Estate:
    """Return the reference estate, a subscription with more, and one with nothing to do with either."""
    vnet = far("Microsoft.Network/virtualNetworks", "own", {"subnets": []}, STRANGER)
    groups = [
        {"id": f"/subscriptions/{each}/resourceGroups/rg", "type": "Microsoft.Resources/resourceGroups", "name": "rg"}
        for each in (FAR, STRANGER)
    ]
    return with_more(REFERENCE, subscription(FAR), subscription(STRANGER), *groups, vnet, *more)


def coverage(run: Run) -> Coverage:
    assert run.collected.coverage is not None
    return run.collected.coverage


@cache
def landing_zone(via: str = "arm") -> Run:
    return collect(LANDING_ZONE, subscriptions=[OURS], via=via)


@pytest.mark.parametrize("via", ["arm", "graph", "auto"])
def test_a_hub_that_nobody_named_is_a_neighbour_and_leaves_no_gap(via: str) -> None:
    run, whole = landing_zone(via), collect(LANDING_ZONE, via=via)

    assert (run.collected.neighbours, run.gaps) == ((PLATFORM,), ())
    assert run.resources == whole.resources
    assert coverage(run).horizon == {OURS, PLATFORM}


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_what_matters_of_a_neighbour_is_covered_and_the_rest_is_not_listed(via: str) -> None:
    scope = ArmId(f"/subscriptions/{PLATFORM}")
    covers = coverage(landing_zone(via)).covers

    asked = [row for row in OF_NEIGHBOURS if not row.is_asked_for]
    assert [row.type for row in asked if not covers(row.type, scope)] == []
    assert not covers(WORKSPACE, scope)
    assert not covers("Microsoft.Storage/storageAccounts", scope)


@pytest.mark.parametrize("via", ["arm", "graph"])
def test_nothing_is_asked_twice_and_nothing_but_reads(via: str) -> None:
    asked = Counter((seen.path.lower(), seen.query) for seen in landing_zone(via).requests if seen.method == "GET")
    sent = {(seen.method, seen.path) for seen in landing_zone(via).requests if seen.method != "GET"}

    assert [each for each, times in asked.items() if times > 1] == []
    assert sent <= {("POST", QUERIES)}


def test_a_neighbour_is_told_with_what_leads_there() -> None:
    told: list[str] = []
    collect(LANDING_ZONE, subscriptions=[OURS], echo=told.append)

    assert len(told) == 1
    assert told[0].startswith(f"also reading 1 neighbouring subscription, which connect to the scan: {PLATFORM} (")


def test_neighbours_may_be_left_out() -> None:
    run = collect(LANDING_ZONE, subscriptions=[OURS], neighbours=False)

    assert run.collected.neighbours == ()
    assert coverage(run).horizon == {OURS, PLATFORM}
    assert not coverage(run).covers("Microsoft.Network/virtualNetworks", ArmId(f"/subscriptions/{PLATFORM}"))


def test_a_hub_that_may_not_be_read_is_gaps_that_name_it() -> None:
    run = collect(
        LANDING_ZONE, subscriptions=[OURS], faults=[Fault(f"/subscriptions/{PLATFORM}*", FaultKind.FORBIDDEN)]
    )

    assert {ArmId(gap.scope).subscription for gap in run.gaps} == {PLATFORM}
    assert {gap.status for gap in run.gaps} == {403}
    assert "Microsoft.Network/virtualNetworks" in {gap.kind for gap in run.gaps}
    assert not coverage(run).covers("Microsoft.Network/virtualNetworks", ArmId(f"/subscriptions/{PLATFORM}"))


def test_a_hub_of_which_a_part_may_be_read_is_read_in_part() -> None:
    (vnet,) = [
        each["id"] for each in landing_zone().of_type("Microsoft.Network/virtualNetworks") if PLATFORM in each["id"]
    ]
    rights = Rights([Grant(f"/subscriptions/{OURS}", ["*"]), Grant(vnet, ["*"])])
    run = collect(LANDING_ZONE, subscriptions=[OURS], rights=rights)
    kind = "Microsoft.Network/virtualNetworks"

    assert vnet.lower() in run.resources
    assert [gap.scope for gap in run.gaps if gap.kind == kind] == [f"/subscriptions/{PLATFORM}"]
    assert not coverage(run).covers(kind, ArmId(f"/subscriptions/{PLATFORM}"))


# What nothing at home refers to

ZONE = far("Microsoft.Network/privateDnsZones", "privatelink.blob.core.windows.net", {})
POOL = {"fabricProfile": {"networkProfile": {"subnetId": f"{VNET}/subnets/agents"}}}
CONNECTS = {
    "a link of a zone": [
        far("Microsoft.Network/privateDnsZones", "corp.example", {}),
        far(
            "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
            "corp.example/l",
            {"virtualNetwork": {"id": VNET.upper()}},
        ),
    ],
    "a zone of a name that is needed": [ZONE],
    "a peering": [
        far(
            "Microsoft.Network/virtualNetworks",
            "far",
            {"subnets": [], "virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": {"id": VNET}}}]},
        )
    ],
    "an endpoint": [
        far(
            PRIVATE_ENDPOINT,
            "pe",
            {"privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": STORAGE}}]},
        )
    ],
    "a Bastion host of the Developer SKU": [
        far("Microsoft.Network/bastionHosts", "b", {"virtualNetwork": {"id": VNET}})
    ],
    "a pool of agents": [far("Microsoft.DevOpsInfrastructure/pools", "p", POOL)],
    "a cluster": [
        far(
            "Microsoft.ContainerService/managedClusters",
            "a",
            {"agentPoolProfiles": [{"name": "p", "vnetSubnetID": f"{VNET}/subnets/x"}]},
        )
    ],
    "a ruleset": [
        far("Microsoft.Network/dnsForwardingRulesets", "r", {}),
        far("Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks", "r/l", {"virtualNetwork": {"id": VNET}}),
    ],
    "a hub": [
        far("Microsoft.Network/virtualHubs", "h", {}),
        far(
            "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections", "h/c", {"remoteVirtualNetwork": {"id": VNET}}
        ),
    ],
}


@pytest.mark.parametrize("what", CONNECTS)
def test_what_connects_and_is_referred_to_by_nothing_is_found(what: str) -> None:
    run = collect(around(*CONNECTS[what]), subscriptions=[HOME])

    assert run.collected.neighbours == (FAR,)
    assert run.resources.keys() >= {each["id"].lower() for each in CONNECTS[what]}
    assert run.gaps == ()


GATEWAY = next(str(each["id"]) for each in REFERENCE.resources if type_of(dict(each)).endswith("networkgateways"))
QUESTIONS = [
    ("Microsoft.Network/connections", GATEWAY),
    (PRIVATE_ENDPOINT, STORAGE),
    (PRIVATE_ENDPOINT, VNET),
    ("Microsoft.Network/privateDnsZones", "privatelink.blob.core.windows.net"),
    ("Microsoft.Network/privateDnsZones/virtualNetworkLinks", VNET),
    ("Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks", VNET),
    ("Microsoft.Network/virtualNetworks", VNET),
    ("Microsoft.Network/virtualHubs/hubVirtualNetworkConnections", VNET),
    ("Microsoft.DevOpsInfrastructure/pools", VNET),
    ("Microsoft.Compute/virtualMachineScaleSets", VNET),
    ("Microsoft.ContainerService/managedClusters", VNET),
]


@pytest.mark.parametrize("what", [None, *CONNECTS])
@pytest.mark.parametrize(("kind", "about"), QUESTIONS)
def test_what_was_looked_up_everywhere_is_covered(kind: str, about: str, what: str | None) -> None:
    run = _around(what)

    assert coverage(run).looked_up(kind, ArmId(""), about)
    assert not coverage(run).covers(kind, ArmId(""))


@cache
def _around(what: str | None) -> Run:
    return collect(around(*(CONNECTS[what] if what else ())), subscriptions=[HOME])


def test_looking_costs_a_handful_of_requests() -> None:
    alone, run = collect(REFERENCE), _around(None)
    more = Counter(seen.method for seen in run.requests) - Counter(seen.method for seen in alone.requests)

    assert run.collected.neighbours == ()
    assert more == {"GET": 2, "POST": 4}


def test_without_the_graph_nothing_counts_as_looked_up_and_that_is_told() -> None:
    run = collect(around(), subscriptions=[HOME], faults=[Fault(QUERIES, FaultKind.FORBIDDEN)])

    assert [(gap.kind, gap.status) for gap in run.gaps] == [("Microsoft.ResourceGraph/resources", 403)]
    assert {each.ground for each in coverage(run).covered} <= {Ground.LISTED, Ground.LEFT}


def test_where_an_action_is_not_held_nothing_counts_as_looked_up() -> None:
    kind = "Microsoft.Network/virtualNetworks"
    rights = Rights(
        [Grant(f"/subscriptions/{each}", ["*"]) for each in (HOME, FAR)]
        + [Grant(f"/subscriptions/{STRANGER}", ["*"], [f"{kind}/read"])]
    )
    run = collect(around(), subscriptions=[HOME], rights=rights)

    assert not coverage(run).looked_up(kind, ArmId(""), VNET)
    assert coverage(run).looked_up("Microsoft.DevOpsInfrastructure/pools", ArmId(""), VNET)


def test_what_was_found_and_cannot_be_read_is_no_proof() -> None:
    # The graph shows the link; the neighbour's zones cannot be listed.
    faults = [Fault(f"/subscriptions/{FAR}/providers/Microsoft.Network/privateDnsZones", FaultKind.SERVER_ERROR)]
    run = collect(around(*CONNECTS["a link of a zone"]), subscriptions=[HOME], faults=faults)

    assert run.collected.neighbours == (FAR,)
    assert not coverage(run).looked_up("Microsoft.Network/privateDnsZones/virtualNetworkLinks", ArmId(""), VNET)


# A solution's network elsewhere


def test_a_solution_s_network_elsewhere_is_home_and_its_peers_are_read() -> None:
    """The network team has the AML VNet; the hub that it is peered with lies in a third subscription."""
    (compute, *_) = [dict(each) for each in REFERENCE.resources if type_of(dict(each)).endswith("workspaces/computes")]
    hub = far("Microsoft.Network/virtualNetworks", "hub", {"subnets": []}, STRANGER)
    peered = {"subnets": [], "virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": {"id": hub["id"]}}}]}
    theirs = far("Microsoft.Network/virtualNetworks", "aml", peered)
    another: Resource = deepcopy(compute) | {"id": f"{compute['id']}-far", "name": "far"}
    another["properties"]["properties"] = {"subnet": {"id": f"{theirs['id']}/subnets/one"}}
    run = collect(around(theirs, hub, another), subscriptions=[HOME])

    assert run.collected.neighbours == (FAR, STRANGER)
    assert hub["id"].lower() in run.resources
    assert run.gaps == ()


def test_a_neighbour_s_neighbour_is_not_read() -> None:
    hub = far("Microsoft.Network/virtualNetworks", "hub", {"subnets": []}, STRANGER)
    peered = [{"properties": {"remoteVirtualNetwork": {"id": each}}} for each in (VNET, hub["id"])]
    theirs = far("Microsoft.Network/virtualNetworks", "far", {"subnets": [], "virtualNetworkPeerings": peered})
    run = collect(around(theirs, hub), subscriptions=[HOME])

    assert run.collected.neighbours == (FAR,)
    assert hub["id"].lower() not in run.resources
