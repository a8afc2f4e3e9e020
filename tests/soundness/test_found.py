"""Views that a search found to be unsound, and that are sound now."""

from __future__ import annotations

import pytest

from tests.soundness.hiding import Hiding, Way, hidings_of
from tests.soundness.property import violations
from tests.soundness.views import view_of
from tests.soundness.worlds import World


def test_a_path_over_one_endpoint_is_no_pass_while_another_could_not_be_read() -> None:
    world = World("landing-zone", ("without privateDnsZones/privatelink.blob.core.windows.net/A/stmlmanaged",))
    every = [each for found in hidings_of(world).values() for each in found if each.way is Way.OPAQUE]
    (hidden,) = [each for each in every if each.scope.endswith("/privateendpoints/pe-stmlmanaged-blob")]

    assert list(violations(view_of(world, (hidden,)))) == []


NETWORKS = (
    "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-ml-network/providers/microsoft.network"
)
REGISTRY = (
    "/subscriptions/66666666-6666-4666-8666-666666666666/resourcegroups/rg-ml"
    "/providers/microsoft.containerregistry/registries/crmlmanaged"
)
ACCOUNT = (
    "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-ml"
    "/providers/microsoft.storage/storageaccounts/stmlreference"
)
ACCESS_VNET = (
    "/subscriptions/44444444-4444-4444-8444-444444444444/resourcegroups/my_resource_group"
    "/providers/microsoft.network/virtualnetworks/basvnet"
)
VNET = (
    "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-ml-network"
    "/providers/microsoft.network/virtualnetworks/vnet-ml"
)


@pytest.mark.parametrize(
    ("world", "hidden"),
    [
        (
            # Whether people reach a registry of a managed network was told without knowing its endpoints.
            World("hub-spoke-firewall-dns", ("without networkInterfaces/pe-crmlmanaged-nic",)),
            Hiding(Way.OPAQUE, "microsoft.containerregistry/registries", REGISTRY),
        ),
        (
            # A peering that could not be read was taken for one that nobody peers back.
            World("virtual-wan"),
            Hiding(
                Way.WRONG_VALUE,
                "microsoft.network/virtualnetworks",
                VNET,
                "properties.virtualNetworkPeerings.0.properties",
            ),
        ),
        (
            # A side of a peering that could not be read was taken for one in sync.
            World(
                "article",
                ("flip virtualNetworks/basvnet properties.virtualNetworkPeerings.0.properties.peeringSyncLevel",),
            ),
            Hiding(
                Way.WRONG_VALUE,
                "microsoft.network/virtualnetworks",
                ACCESS_VNET,
                "properties.virtualNetworkPeerings.0.properties",
            ),
        ),
        (
            # The address of an endpoint that could not be read was taken for nobody's.
            World("hub-endpoints"),
            Hiding(
                Way.ITEM, "microsoft.network/privateendpoints", f"{NETWORKS}/privateendpoints/pe-stmlreference-blob"
            ),
        ),
        (
            # The address of an endpoint that may be approved was taken for that of none.
            World("hub-endpoints"),
            Hiding(
                Way.UNKNOWN_VALUE,
                "microsoft.storage/storageaccounts",
                ACCOUNT,
                "properties.privateEndpointConnections.1.properties.privateLinkServiceConnectionState",
            ),
        ),
        (
            # In which subnet an endpoint lies was told by its service alone, and not where it was read itself.
            World("single-vnet", ("flip privateEndpoints/pe-mlw-managed properties.subnet",)),
            Hiding(Way.ITEM, "microsoft.network/privateendpoints", f"{NETWORKS}/privateendpoints/pe-mlw-managed"),
        ),
    ],
    ids=str,
)
def test_what_was_not_seen_is_no_verdict(world: World, hidden: Hiding) -> None:
    assert list(violations(view_of(world, (hidden,)))) == []


def test_an_endpoint_of_unknown_sub_resources_may_be_one_that_a_name_leads_to() -> None:
    own = "resourceGroups/rg-ml-access/providers/Microsoft.Network/privateEndpoints/pe-stmlreference-blob"
    world = World("hub-endpoints", (f"flip {own} properties.networkInterfaces.0",))
    hidden = Hiding(
        Way.UNKNOWN_VALUE,
        "microsoft.network/privateendpoints",
        f"/subscriptions/99999999-9999-4999-8999-999999999999/{own}".lower(),
        "properties.privateLinkServiceConnections.0.properties.groupIds",
    )

    assert list(violations(view_of(world, (hidden,)))) == []
