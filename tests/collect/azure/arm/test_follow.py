from __future__ import annotations

import pytest

from scanner.collect.azure.arm.follow import hosts_in, is_listed_elsewhere, references_in
from scanner.model.arm import ArmId, Json

GROUP = "/subscriptions/home/resourceGroups/rg/providers"
HUB = "/subscriptions/hub/resourceGroups/rg/providers"
NET = f"{GROUP}/Microsoft.Network"
HUB_NET = f"{HUB}/Microsoft.Network"
VNET = f"{HUB_NET}/virtualNetworks/hub"
SUBNET = f"{VNET}/subnets/one"
ML = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ws"
ENDPOINT = f"{HUB_NET}/privateEndpoints/pe"
CONNECTIONS = {"privateEndpointConnections": [{"properties": {"privateEndpoint": {"id": ENDPOINT}}}]}
KEY_VAULT = f"{HUB}/Microsoft.KeyVault/vaults/kv"


def refs(arm_id: str, properties: Json, *, home: bool = True) -> list[str]:
    return [str(each) for each in references_in({"id": arm_id, "properties": properties}, home=home)]


def in_subnet(**what: object) -> Json:
    return {"subnets": [{"properties": what}]}


def in_profile(**what: object) -> Json:
    return {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": [{"properties": what}]}}}


BALANCER = f"{HUB_NET}/loadBalancers/lb"
SCALE_SET = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/s"

FOLLOWED: list[tuple[str, Json, str]] = [
    (f"{NET}/networkInterfaces/n", {"networkSecurityGroup": {"id": f"{HUB_NET}/networkSecurityGroups/g"}}, "Groups/g"),
    *(
        (f"{NET}/networkInterfaces/n", {"ipConfigurations": [{"properties": placed}]}, tail)
        for placed, tail in (
            ({"applicationSecurityGroups": [{"id": f"{HUB_NET}/applicationSecurityGroups/a"}]}, "Groups/a"),
            ({"loadBalancerBackendAddressPools": [{"id": f"{BALANCER}/backendAddressPools/p"}]}, "loadBalancers/lb"),
            ({"loadBalancerInboundNatRules": [{"id": f"{BALANCER}/inboundNatRules/r"}]}, "loadBalancers/lb"),
        )
    ),
    (SCALE_SET, in_profile(networkSecurityGroup={"id": f"{HUB_NET}/networkSecurityGroups/g"}), "Groups/g"),
    (
        SCALE_SET,
        in_profile(
            ipConfigurations=[
                {"properties": {"loadBalancerBackendAddressPools": [{"id": f"{BALANCER}/backendAddressPools/p"}]}}
            ]
        ),
        "loadBalancers/lb",
    ),
    (f"{NET}/virtualHubs/h", {"vpnGateway": {"id": f"{HUB_NET}/vpnGateways/g"}}, "vpnGateways/g"),
    (f"{NET}/connections/c", {"virtualNetworkGateway2": {"id": f"{HUB_NET}/virtualNetworkGateways/g"}}, "Gateways/g"),
    (ML, {"storageAccount": f"{HUB}/Microsoft.Storage/storageAccounts/st"}, "Microsoft.Storage/storageAccounts/st"),
    (ML, {"keyVault": KEY_VAULT}, "Microsoft.KeyVault/vaults/kv"),
    (ML, {"containerRegistry": f"{HUB}/Microsoft.ContainerRegistry/registries/cr"}, "registries/cr"),
    (ML, {"applicationInsights": f"{HUB}/microsoft.insights/components/ai"}, "components/ai"),
    (ML, {"hubResourceId": f"{HUB}/Microsoft.MachineLearningServices/workspaces/hub"}, "workspaces/hub"),
    (ML, {"serverlessComputeSettings": {"serverlessComputeCustomSubnet": SUBNET}}, "virtualNetworks/hub"),
    (ML, CONNECTIONS, "privateEndpoints/pe"),
    (f"{ML}/computes/c", {"properties": {"subnet": {"id": SUBNET}}}, "virtualNetworks/hub"),
    (
        f"{ML}/computes/c",
        {"resourceId": f"{HUB}/Microsoft.ContainerService/managedClusters/aks"},
        "managedClusters/aks",
    ),
    (f"{GROUP}/Microsoft.Storage/storageAccounts/st", CONNECTIONS, "privateEndpoints/pe"),
    (KEY_VAULT, CONNECTIONS, "privateEndpoints/pe"),
    (f"{GROUP}/Microsoft.ContainerRegistry/registries/cr", CONNECTIONS, "privateEndpoints/pe"),
    (f"{NET}/privateEndpoints/pe", {"subnet": {"id": SUBNET}}, "virtualNetworks/hub"),
    (f"{NET}/privateEndpoints/pe", {"networkInterfaces": [{"id": f"{HUB_NET}/networkInterfaces/n"}]}, "Interfaces/n"),
    (
        f"{NET}/privateEndpoints/pe",
        {"manualPrivateLinkServiceConnections": [{"properties": {"privateLinkServiceId": KEY_VAULT}}]},
        "vaults/kv",
    ),
    (
        f"{NET}/privateEndpoints/pe/privateDnsZoneGroups/default",
        {"privateDnsZoneConfigs": [{"properties": {"privateDnsZoneId": f"{HUB_NET}/privateDnsZones/z"}}]},
        "privateDnsZones/z",
    ),
    (f"{NET}/privateDnsZones/z/virtualNetworkLinks/l", {"virtualNetwork": {"id": VNET}}, "virtualNetworks/hub"),
    (
        f"{NET}/virtualNetworks/v",
        {"virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": {"id": VNET}}}]},
        "virtualNetworks/hub",
    ),
    (f"{NET}/virtualNetworks/v", in_subnet(networkSecurityGroup={"id": f"{HUB_NET}/networkSecurityGroups/g"}), "ps/g"),
    (f"{NET}/virtualNetworks/v", in_subnet(routeTable={"id": f"{HUB_NET}/routeTables/r"}), "routeTables/r"),
    (f"{NET}/virtualNetworks/v", in_subnet(natGateway={"id": f"{HUB_NET}/natGateways/n"}), "natGateways/n"),
    (
        f"{NET}/virtualNetworks/v",
        in_subnet(ipConfigurations=[{"id": f"{HUB_NET}/bastionHosts/b/bastionHostIpConfigurations/one"}]),
        "bastionHosts/b",
    ),
    (
        f"{NET}/virtualNetworks/v",
        in_subnet(
            ipConfigurations=[
                {
                    "id": f"{HUB}/Microsoft.Compute/virtualMachineScaleSets/s/virtualMachines/0"
                    "/networkInterfaces/n/ipConfigurations/i"
                }
            ]
        ),
        "virtualMachineScaleSets/s",
    ),
    (
        f"{NET}/networkInterfaces/n",
        {"virtualMachine": {"id": f"{HUB}/Microsoft.Compute/virtualMachines/m"}},
        "virtualMachines/m",
    ),
    (f"{NET}/azureFirewalls/f", {"firewallPolicy": {"id": f"{HUB_NET}/firewallPolicies/p"}}, "firewallPolicies/p"),
    (
        f"{NET}/azureFirewalls/f",
        {"networkRuleCollections": [{"properties": {"rules": [{"sourceIpGroups": [f"{HUB_NET}/ipGroups/g"]}]}}]},
        "ipGroups/g",
    ),
    (f"{NET}/firewallPolicies/p", {"basePolicy": {"id": f"{HUB_NET}/firewallPolicies/b"}}, "firewallPolicies/b"),
    (
        f"{NET}/firewallPolicies/p/ruleCollectionGroups/r",
        {"ruleCollections": [{"rules": [{"destinationIpGroups": [f"{HUB_NET}/ipGroups/g"]}]}]},
        "ipGroups/g",
    ),
    (
        f"{NET}/virtualHubs/h/hubVirtualNetworkConnections/c",
        {"remoteVirtualNetwork": {"id": VNET}},
        "virtualNetworks/hub",
    ),
    (f"{NET}/dnsForwardingRulesets/r/virtualNetworkLinks/l", {"virtualNetwork": {"id": VNET}}, "virtualNetworks/hub"),
    (f"{NET}/dnsResolvers/r", {"virtualNetwork": {"id": VNET}}, "virtualNetworks/hub"),
    (f"{NET}/connections/c", {"peer": {"id": f"{HUB_NET}/expressRouteCircuits/e"}}, "expressRouteCircuits/e"),
    (
        f"{GROUP}/Microsoft.DevOpsInfrastructure/pools/p",
        {"fabricProfile": {"networkProfile": {"subnetId": SUBNET}}},
        "virtualNetworks/hub",
    ),
    (
        f"{GROUP}/Microsoft.ContainerService/managedClusters/a",
        {"agentPoolProfiles": [{"vnetSubnetID": SUBNET}]},
        "virtualNetworks/hub",
    ),
    (
        f"{GROUP}/Microsoft.ContainerService/managedClusters/a",
        {"apiServerAccessProfile": {"privateDNSZone": f"{HUB_NET}/privateDnsZones/z"}},
        "privateDnsZones/z",
    ),
    (
        f"{GROUP}/Microsoft.Authorization/roleAssignments/a",
        {"roleDefinitionId": "/subscriptions/home/providers/Microsoft.Authorization/roleDefinitions/r"},
        "roleDefinitions/r",
    ),
    (
        f"{GROUP}/Microsoft.Authorization/roleAssignments/a",
        {"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/r"},
        "roleDefinitions/r",
    ),
]


@pytest.mark.parametrize(("arm_id", "properties", "tail"), FOLLOWED)
def test_a_reference_is_found_and_climbed_to_what_can_be_read(arm_id: str, properties: Json, tail: str) -> None:
    (found,) = refs(arm_id, properties)

    assert found.endswith(tail)


FROM_HOME: list[tuple[str, Json]] = [
    (
        f"{NET}/virtualNetworks/v",
        {"virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": {"id": VNET}}}]},
    ),
    (f"{NET}/privateDnsZones/z/virtualNetworkLinks/l", {"virtualNetwork": {"id": VNET}}),
    (f"{NET}/virtualHubs/h/hubVirtualNetworkConnections/c", {"remoteVirtualNetwork": {"id": VNET}}),
    (
        f"{NET}/privateEndpoints/pe",
        {"privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": KEY_VAULT}}]},
    ),
]


@pytest.mark.parametrize(("arm_id", "properties"), FROM_HOME)
def test_some_references_lead_out_of_home_alone(arm_id: str, properties: Json) -> None:
    assert len(refs(arm_id, properties)) == 1
    assert refs(arm_id, properties, home=False) == []


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"subnets": None},
        {"subnets": "text"},
        {"subnets": [None, "text", {}, {"properties": None}]},
        in_subnet(networkSecurityGroup=None),
        in_subnet(networkSecurityGroup={"id": 7}),
        in_subnet(networkSecurityGroup={"id": "system"}),
        in_subnet(networkSecurityGroup={"$unknown": "known after apply"}),
        in_subnet(networkSecurityGroup={"id": f"{HUB}/Microsoft.Unheard/of/x"}),
        {
            "virtualNetworkPeerings": [
                {"properties": {"remoteVirtualNetwork": {"id": f"{HUB_NET}/virtualNetworks/HV_1"}}}
            ]
        },
    ],
)
def test_what_leads_nowhere_readable_is_no_reference(properties: Json) -> None:
    assert refs(f"{NET}/virtualNetworks/v", properties) == []


def test_the_type_of_a_referrer_is_read_in_any_case() -> None:
    assert refs(f"{NET}/VIRTUALNETWORKS/v".upper(), in_subnet(natGateway={"id": f"{HUB_NET}/natGateways/n"})) != []


def test_a_reference_is_followed_in_any_case() -> None:
    gateway = f"{HUB_NET}/natGateways/n"

    assert refs(f"{NET}/virtualNetworks/v", in_subnet(natGateway={"id": gateway.upper()})) == [gateway.upper()]


def test_a_resource_without_properties_refers_to_nothing() -> None:
    assert list(references_in({"id": ML}, home=True)) == []


@pytest.mark.parametrize(
    ("arm_id", "listed"),
    [
        (f"{NET}/virtualNetworks/v", True),
        (f"{NET}/virtualNetworks/v".upper(), True),
        (VNET, False),
        ("/subscriptions/home/providers/Microsoft.Authorization/roleDefinitions/r", False),
        ("/providers/Microsoft.Authorization/roleDefinitions/r", False),
    ],
)
def test_listings_cover_all_of_home_but_role_definitions(arm_id: str, listed: bool) -> None:
    assert is_listed_elsewhere(ArmId(arm_id), frozenset({"home"})) is listed


TO_ML = {"privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": ML}}]}


@pytest.mark.parametrize(
    ("arm_id", "properties", "home"),
    [
        (f"{ML}/computes/c", {"properties": {"subnet": {"id": SUBNET}}}, True),
        (ML, {"serverlessComputeSettings": {"serverlessComputeCustomSubnet": SUBNET}}, True),
        (ENDPOINT, {"subnet": {"id": SUBNET}} | TO_ML, True),
        (ENDPOINT, {"subnet": {"id": SUBNET}} | TO_ML, False),
    ],
)
def test_the_networks_of_solutions_are_known(arm_id: str, properties: Json, home: bool) -> None:
    assert list(hosts_in({"id": arm_id, "properties": properties}, {"home"}, home=home)) == [ArmId(VNET)]


@pytest.mark.parametrize(
    ("arm_id", "properties", "listed"),
    [
        (ENDPOINT, {"subnet": {"id": SUBNET}}, {"home"}),
        (ENDPOINT, {"subnet": {"id": SUBNET}} | TO_ML, set[str]()),
        (f"{ML}/computes/c", {"properties": {"subnet": {"id": SUBNET}}}, {"home"}),
    ],
)
def test_the_networks_of_others_are_not_ours(arm_id: str, properties: Json, listed: set[str]) -> None:
    assert list(hosts_in({"id": arm_id, "properties": properties}, listed, home=False)) == []
