"""Terraform code that deploys an estate: what somebody would have written for its ARM rows, azurerm 4 as a rule.

Independent of what the scanner maps: attributes are those of the provider's documentation. What Azure makes by itself,
such as the interfaces of endpoints and the records of zone groups, is not declared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import Any

from tests.cases import Resource
from tests.collect.iac.plan_json import COMPUTED, Declared, Later, Ref

_WORD = re.compile(r"[^A-Za-z0-9]+")
_NET = "microsoft.network"

_TYPES = {
    "microsoft.resources/resourcegroups": "azurerm_resource_group",
    f"{_NET}/virtualnetworks": "azurerm_virtual_network",
    f"{_NET}/virtualnetworks/subnets": "azurerm_subnet",
    f"{_NET}/virtualnetworks/virtualnetworkpeerings": "azurerm_virtual_network_peering",
    f"{_NET}/networksecuritygroups": "azurerm_network_security_group",
    f"{_NET}/routetables": "azurerm_route_table",
    f"{_NET}/natgateways": "azurerm_nat_gateway",
    f"{_NET}/publicipaddresses": "azurerm_public_ip",
    f"{_NET}/networkinterfaces": "azurerm_network_interface",
    f"{_NET}/privateendpoints": "azurerm_private_endpoint",
    f"{_NET}/privatednszones": "azurerm_private_dns_zone",
    f"{_NET}/privatednszones/virtualnetworklinks": "azurerm_private_dns_zone_virtual_network_link",
    f"{_NET}/privatednszones/a": "azurerm_private_dns_a_record",
    f"{_NET}/bastionhosts": "azurerm_bastion_host",
    f"{_NET}/virtualnetworkgateways": "azurerm_virtual_network_gateway",
    f"{_NET}/azurefirewalls": "azurerm_firewall",
    f"{_NET}/firewallpolicies": "azurerm_firewall_policy",
    f"{_NET}/firewallpolicies/rulecollectiongroups": "azurerm_firewall_policy_rule_collection_group",
    f"{_NET}/ipgroups": "azurerm_ip_group",
    f"{_NET}/networkmanagers": "azurerm_network_manager",
    "microsoft.operationalinsights/workspaces": "azurerm_log_analytics_workspace",
    f"{_NET}/serviceendpointpolicies": "azurerm_subnet_service_endpoint_storage_policy",
    f"{_NET}/dnsresolvers": "azurerm_private_dns_resolver",
    f"{_NET}/dnsresolvers/inboundendpoints": "azurerm_private_dns_resolver_inbound_endpoint",
    f"{_NET}/virtualwans": "azurerm_virtual_wan",
    f"{_NET}/virtualhubs": "azurerm_virtual_hub",
    f"{_NET}/virtualhubs/hubvirtualnetworkconnections": "azurerm_virtual_hub_connection",
    f"{_NET}/p2svpngateways": "azurerm_point_to_site_vpn_gateway",
    "microsoft.storage/storageaccounts": "azurerm_storage_account",
    "microsoft.keyvault/vaults": "azurerm_key_vault",
    "microsoft.containerregistry/registries": "azurerm_container_registry",
    "microsoft.insights/components": "azurerm_application_insights",
    "microsoft.insights/privatelinkscopes": "azurerm_monitor_private_link_scope",
    "microsoft.insights/privatelinkscopes/scopedresources": "azurerm_monitor_private_link_scoped_service",
    "microsoft.machinelearningservices/workspaces": "azurerm_machine_learning_workspace",
    "microsoft.machinelearningservices/workspaces/computes": "azurerm_machine_learning_compute",
    "microsoft.compute/virtualmachines": "azurerm_linux_virtual_machine",
    "microsoft.compute/virtualmachines/extensions": "azurerm_virtual_machine_extension",
    "microsoft.compute/virtualmachinescalesets": "azurerm_linux_virtual_machine_scale_set",
    "microsoft.containerservice/managedclusters": "azurerm_kubernetes_cluster",
    "microsoft.containerservice/managedclusters/agentpools": "azurerm_kubernetes_cluster_node_pool",
    "microsoft.managedidentity/userassignedidentities": "azurerm_user_assigned_identity",
    "microsoft.authorization/roleassignments": "azurerm_role_assignment",
}
"""By ARM type in lower case, the Terraform type that somebody would write. Any other is declared by azapi."""

_AZURES_OWN = (
    f"{_NET}/networkgroupmemberships",
    f"{_NET}/effectivesecurityadminrules",
    f"{_NET}/effectiveconnectivityconfigurations",
    f"{_NET}/networkmanagers/securityadminregionalgoalstates",
    f"{_NET}/networkmanagers/connectivityconfigurations/snapshots",
    f"{_NET}/networkmanagers/securityadminconfigurations/rulecollections/snapshots",
    f"{_NET}/networkmanagers/securityadminconfigurations/rulecollections/rules/snapshots",
    f"{_NET}/privatednszones/soa",
    "microsoft.authorization/roledefinitions",
    "microsoft.resources/subscriptions",
    f"{_NET}/privateendpoints/privatednszonegroups",
)


def _subscription(row: Resource) -> str:
    return str(row["id"]).split("/")[2]


def type_of(arm_id: str) -> str:
    """Return the ARM type of an id in lower case."""
    tail = arm_id.rpartition("/providers/")[2].lower().split("/")
    if "/providers/" not in arm_id:
        return "microsoft.resources/resourcegroups" if "/resourcegroups/" in arm_id.lower() else ""
    return "/".join([tail[0], *tail[1::2]])


class Writer:
    """Writes the code for the rows of an estate."""

    def __init__(self, rows: list[Resource]) -> None:
        self.rows = {each["id"].lower(): each for each in rows}
        self._labels: dict[str, str] = {}

    def declared(self) -> list[Declared]:
        """Return every block."""
        return [each for row in self.rows.values() if not self._is_azures(row) for each in self._blocks(row)]

    # What Azure makes by itself

    def _is_azures(self, row: Resource) -> bool:
        kind = type_of(row["id"])
        return (
            kind in _AZURES_OWN
            or not kind
            or "/resourcegroups/mc_" in row["id"].lower()
            or (row["id"].lower() in self._made)
        )

    @cached_property
    def _made(self) -> set[str]:
        """The interfaces of endpoints and the records that zone groups write."""
        found = set()
        for row in self.rows.values():
            if type_of(row["id"]) == f"{_NET}/privateendpoints":
                found |= {each["id"].lower() for each in row["properties"].get("networkInterfaces", ())}
            if type_of(row["id"]) == f"{_NET}/privateendpoints/privatednszonegroups":
                found |= {each.lower() for each in _records_of(row)}
        return found

    # Names

    def label(self, arm_id: str) -> str:
        """Return the label of the block of a resource."""
        key = arm_id.lower()
        if key not in self._labels:
            word = _WORD.sub("_", key.rpartition("/providers/")[2].partition("/")[2] or key.rpartition("/")[2])
            self._labels[key] = f"{word.strip('_')}_{sha256(key.encode()).hexdigest()[:6]}"
        return self._labels[key]

    def terraform(self, arm_id: str) -> str:
        """Return the Terraform type of a resource."""
        kind = type_of(arm_id)
        found = _TYPES.get(kind, "azapi_resource")
        if found == "azurerm_machine_learning_compute":
            return self._compute_type(self.rows[arm_id.lower()])
        if found == "azurerm_machine_learning_workspace" and self.rows[arm_id.lower()].get("kind") in (
            "Hub",
            "Project",
        ):
            return "azapi_resource"
        return found

    def _compute_type(self, row: Resource) -> str:
        types = {
            "AmlCompute": "azurerm_machine_learning_compute_cluster",
            "ComputeInstance": "azurerm_machine_learning_compute_instance",
        }
        return types.get(row["properties"].get("computeType"), "azapi_resource")

    def ref(self, arm_id: Any, path: str = "id") -> Any:  # noqa: ANN401 - JSON
        """Return a reference to a resource of the estate; the id itself where it is outside."""
        if not isinstance(arm_id, str):
            return arm_id
        if not self._is_here(arm_id):
            return arm_id
        return Ref(f"{self.terraform(arm_id)}.{self.label(arm_id)}", path, arm_id)

    def _is_here(self, arm_id: str) -> bool:
        key = arm_id.lower()
        if key in self.rows:
            return not self._is_azures(self.rows[key])
        vnet, separator, name = key.partition("/subnets/")
        return bool(separator) and any(
            each["name"].lower() == name for each in self.rows.get(vnet, {}).get("properties", {}).get("subnets", ())
        )

    def group(self, arm_id: str) -> Any:  # noqa: ANN401 - JSON
        """Return the name of the resource group that an id lies in."""
        return arm_id.split("/")[4]

    def address(self, number: Any) -> Any:  # noqa: ANN401 - JSON
        """Return a reference to what has an address in the estate; the number where it is of nobody."""
        return self._holders.get(number, number)

    @cached_property
    def _holders(self) -> dict[str, Ref]:
        found: dict[str, Ref] = {}
        for row in self.rows.values():
            kind = type_of(row["id"])
            if kind in (f"{_NET}/azurefirewalls", f"{_NET}/networkinterfaces") and not self._is_azures(row):
                for place, each in enumerate(row["properties"].get("ipConfigurations", ())):
                    number = each["properties"].get("privateIPAddress")
                    if number and each["properties"].get("privateIPAllocationMethod") != "Static":
                        path = f"ip_configuration[{place}].private_ip_address"
                        found[number] = Ref(f"{self.terraform(row['id'])}.{self.label(row['id'])}", path, number)
            if kind == f"{_NET}/dnsresolvers/inboundendpoints":
                for place, each in enumerate(row["properties"]["ipConfigurations"]):
                    path = f"ip_configurations[{place}].private_ip_address"
                    number = each["privateIpAddress"]
                    found[number] = Ref(f"{self.terraform(row['id'])}.{self.label(row['id'])}", path, number)
        return found

    def principal(self, object_id: str) -> Any:  # noqa: ANN401 - JSON
        """Return a reference to the identity that has an object id; the id where it is of nobody."""
        return self._principals.get(object_id, object_id)

    @cached_property
    def _principals(self) -> dict[str, Ref]:
        found = {}
        for row in self.rows.values():
            own = (row.get("identity") or {}).get("principalId")
            block = f"{self.terraform(row['id'])}.{self.label(row['id'])}" if type_of(row["id"]) else ""
            if own:
                found[own] = Ref(block, "identity[0].principal_id", own)
            if type_of(row["id"]) == "microsoft.managedidentity/userassignedidentities":
                principal = row["properties"]["principalId"]
                found[principal] = Ref(block, "principal_id", principal)
        return found

    # Blocks

    def _blocks(self, row: Resource) -> Iterator[Declared]:
        kind, terraform = type_of(row["id"]), self.terraform(row["id"])
        write = _WRITERS.get(kind)
        if terraform == "azapi_resource" or write is None:
            yield self._azapi(row)
            return
        for attributes in write(self, row):
            found = attributes.pop("//", terraform)
            arm_id = attributes.pop("//id", row["id"])
            label = self.label(arm_id) + attributes.pop("//label", "")
            yield Declared(
                found, label, {**self._beside(row, found), **attributes}, id=arm_id, subscription=_subscription(row)
            )

    def _beside(self, row: Resource, terraform: str) -> dict[str, Any]:
        if terraform != self.terraform(row["id"]):
            return {}
        named = {"name": row["name"], "location": row.get("location")}
        return (
            named if terraform == "azurerm_resource_group" else {**named, "resource_group_name": self.group(row["id"])}
        )

    def _azapi(self, row: Resource) -> Declared:
        parent = row["id"].rpartition("/")[0].rpartition("/")[0]
        parent = (
            parent.rpartition("/providers/")[0]
            if parent.lower().count("/providers/") and type_of(row["id"]).count("/") == 1
            else parent
        )
        attributes = {
            "type": f"{row['type']}@2025-01-01",
            "name": row["name"],
            "parent_id": self.ref(parent) if "/providers/" in parent else parent,
            "location": row.get("location"),
            "identity": self.identity(row),
            "body": {
                key: _without_state(row[key]) for key in ("properties", "kind", "sku") if row.get(key) is not None
            },
        }
        return Declared(
            "azapi_resource", self.label(row["id"]), attributes, id=row["id"], subscription=_subscription(row)
        )

    def identity(self, row: Resource) -> list[Any]:
        """Return the identity block of a resource."""
        held = row.get("identity")
        if not held:
            return []
        ids = [self.ref(each) for each in held.get("userAssignedIdentities") or ()]
        kind = held["type"].replace(",", ", ").replace("  ", " ")
        return [{"type": kind, "identity_ids": ids, "principal_id": Later(held.get("principalId"))}]


_STATE = frozenset({"privateEndpointConnections", "provisioningState", "workspaceId", "notebookInfo", "status"})


def _without_state(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _without_state(each) for key, each in value.items() if key not in _STATE}
    return [_without_state(each) for each in value] if isinstance(value, list) else value


def _records_of(group: Resource) -> Iterator[str]:
    for config in group["properties"].get("privateDnsZoneConfigs", ()):
        zone = config["properties"]["privateDnsZoneId"]
        for each in config["properties"].get("recordSets", ()):
            yield f"{zone}/A/{each['recordSetName']}"


Attributes = dict[str, Any]
_Write = Callable[[Writer, Resource], Iterator[Attributes]]
_WRITERS: dict[str, _Write] = {}


def _writes(kind: str) -> Callable[[_Write], _Write]:
    def kept(write: _Write) -> _Write:
        _WRITERS[kind] = write
        return write

    return kept


def _id(value: Any) -> Any:  # noqa: ANN401 - JSON
    return value.get("id") if isinstance(value, dict) else None


def _on(value: Any) -> Any:  # noqa: ANN401 - JSON
    return {"Enabled": True, "Disabled": False}.get(value, value)


@_writes("microsoft.resources/resourcegroups")
def _group(_: Writer, _row: Resource) -> Iterator[Attributes]:
    yield {}


@_writes(f"{_NET}/virtualnetworks")
def _vnet(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    servers = [writer.address(each) for each in inside.get("dhcpOptions", {}).get("dnsServers", ())]
    yield {
        "address_space": inside["addressSpace"]["addressPrefixes"],
        **({"dns_servers": servers} if servers else {"dns_servers": COMPUTED}),
        "subnet": COMPUTED,
    }
    for each in inside.get("subnets", ()):
        yield from _subnet(writer, row, each)
    for each in inside.get("virtualNetworkPeerings", ()):
        # Azure makes those of a Virtual WAN hub.
        if not each["name"].startswith("RemoteVnetToHubPeering"):
            yield _peering(writer, row, each)


def _subnet(writer: Writer, vnet: Resource, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    own = Ref(f"azurerm_subnet.{writer.label(row['id'])}", value=row["id"])
    yield {
        "//": "azurerm_subnet",
        "//label": "",
        "//id": row["id"],
        "name": row["name"],
        "virtual_network_name": vnet["name"],
        "resource_group_name": writer.group(vnet["id"]),
        "address_prefixes": inside.get("addressPrefixes") or [inside["addressPrefix"]],
        "default_outbound_access_enabled": inside.get("defaultOutboundAccess"),
        "private_endpoint_network_policies": inside.get("privateEndpointNetworkPolicies", "Disabled"),
        "delegation": [
            {
                "name": each["name"],
                "service_delegation": [{"name": each["properties"]["serviceName"], "actions": COMPUTED}],
            }
            for each in inside.get("delegations", ())
        ],
        "service_endpoints": [each["service"] for each in inside.get("serviceEndpoints", ())],
        "service_endpoint_policy_ids": [writer.ref(each["id"]) for each in inside.get("serviceEndpointPolicies", ())],
    }
    for key, terraform, attribute in (
        ("networkSecurityGroup", "azurerm_subnet_network_security_group_association", "network_security_group_id"),
        ("routeTable", "azurerm_subnet_route_table_association", "route_table_id"),
        ("natGateway", "azurerm_subnet_nat_gateway_association", "nat_gateway_id"),
    ):
        if _id(inside.get(key)):
            yield {"//": terraform, "//id": row["id"], "subnet_id": own, attribute: writer.ref(inside[key]["id"])}


def _peering(writer: Writer, vnet: Resource, row: Resource) -> Attributes:
    inside = row["properties"]
    return {
        "//": "azurerm_virtual_network_peering",
        "//id": row["id"],
        "name": row["name"],
        "virtual_network_name": vnet["name"],
        "resource_group_name": writer.group(vnet["id"]),
        "remote_virtual_network_id": writer.ref(inside["remoteVirtualNetwork"]["id"]),
        "allow_virtual_network_access": inside.get("allowVirtualNetworkAccess", True),
        "allow_forwarded_traffic": inside.get("allowForwardedTraffic", False),
        "allow_gateway_transit": inside.get("allowGatewayTransit", False),
        "use_remote_gateways": inside.get("useRemoteGateways", False),
        "peer_complete_virtual_networks_enabled": inside.get("peerCompleteVnets", True),
        "local_subnet_names": inside.get("localSubnetNames") or None,
        "remote_subnet_names": inside.get("remoteSubnetNames") or None,
    }


@_writes(f"{_NET}/networksecuritygroups")
def _security_group(_: Writer, row: Resource) -> Iterator[Attributes]:
    rules = [_security_rule(each) for each in row["properties"].get("securityRules", ())]
    yield {"security_rule": rules or COMPUTED}


def _security_rule(rule: Resource) -> Attributes:
    found = rule["properties"]
    names = {
        "priority": "priority",
        "direction": "direction",
        "access": "access",
        "protocol": "protocol",
        "source_port_range": "sourcePortRange",
        "source_port_ranges": "sourcePortRanges",
        "destination_port_range": "destinationPortRange",
        "destination_port_ranges": "destinationPortRanges",
        "source_address_prefix": "sourceAddressPrefix",
        "source_address_prefixes": "sourceAddressPrefixes",
        "destination_address_prefix": "destinationAddressPrefix",
        "destination_address_prefixes": "destinationAddressPrefixes",
    }
    empty: dict[str, Any] = {each: [] if each.endswith("s") else "" for each in names}
    return {
        "name": rule["name"],
        **empty,
        **{ours: found[theirs] for ours, theirs in names.items() if found.get(theirs)},
    }


@_writes(f"{_NET}/routetables")
def _route_table(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    routes = [
        {
            "name": each["name"],
            "address_prefix": each["properties"]["addressPrefix"],
            "next_hop_type": each["properties"]["nextHopType"],
            "next_hop_in_ip_address": writer.address(each["properties"].get("nextHopIpAddress") or ""),
        }
        for each in inside.get("routes", ())
    ]
    yield {
        "route": routes or COMPUTED,
        "bgp_route_propagation_enabled": not inside.get("disableBgpRoutePropagation", False),
    }


@_writes(f"{_NET}/natgateways")
def _nat_gateway(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {"sku_name": _sku(row)}
    own = Ref(f"azurerm_nat_gateway.{writer.label(row['id'])}", value=row["id"])
    for place, each in enumerate(row["properties"].get("publicIpAddresses") or ()):
        yield {
            "//": "azurerm_nat_gateway_public_ip_association",
            "//label": f"_{place}",
            "nat_gateway_id": own,
            "public_ip_address_id": writer.ref(each["id"]),
        }


def _sku(row: Resource) -> str | None:
    """Return a SKU's name; a plan that was written before they were told has none."""
    return (row.get("sku") or {}).get("name")


@_writes(f"{_NET}/publicipaddresses")
def _public_ip(_: Writer, row: Resource) -> Iterator[Attributes]:
    yield {"ip_address": COMPUTED, "allocation_method": "Static", "sku": _sku(row), "ip_version": "IPv4"}


def _configurations(writer: Writer, row: Resource) -> list[Attributes]:
    return [_configuration(writer, each) for each in row["properties"].get("ipConfigurations", ())]


def _configuration(writer: Writer, each: Resource) -> Attributes:
    inside = each["properties"]
    is_static = inside.get("privateIPAllocationMethod") == "Static"
    public = _id(inside.get("publicIPAddress"))
    return {
        "name": each["name"],
        "subnet_id": writer.ref(_id(inside.get("subnet"))),
        "private_ip_address": inside.get("privateIPAddress") if is_static else COMPUTED,
        "public_ip_address_id": writer.ref(public) if public else None,
    }


@_writes(f"{_NET}/networkinterfaces")
def _interface(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "ip_configuration": _configurations(writer, row),
        "ip_forwarding_enabled": row["properties"].get("enableIPForwarding", False),
    }
    group = _id(row["properties"].get("networkSecurityGroup"))
    if group:
        yield {
            "//": "azurerm_network_interface_security_group_association",
            "network_interface_id": writer.ref(row["id"]),
            "network_security_group_id": writer.ref(group),
        }


@_writes(f"{_NET}/privateendpoints")
def _endpoint(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    lists = (("privateLinkServiceConnections", False), ("manualPrivateLinkServiceConnections", True))
    connections = [
        {
            "name": each["name"],
            "is_manual_connection": manual,
            "private_connection_resource_id": writer.ref(each["properties"]["privateLinkServiceId"]),
            "subresource_names": each["properties"].get("groupIds"),
            "private_ip_address": COMPUTED,
        }
        for place, manual in lists
        for each in inside.get(place) or ()
    ]
    groups = [
        {
            "name": each["name"],
            "private_dns_zone_ids": [
                writer.ref(config["properties"]["privateDnsZoneId"])
                for config in each["properties"]["privateDnsZoneConfigs"]
            ],
        }
        for each in writer.rows.values()
        if each["id"].lower().startswith(f"{row['id'].lower()}/privatednszonegroups/")
    ]
    yield {
        "subnet_id": writer.ref(_id(inside["subnet"])),
        "custom_network_interface_name": inside.get("customNetworkInterfaceName"),
        "private_service_connection": connections,
        "private_dns_zone_group": groups,
        "ip_configuration": [],
        "network_interface": COMPUTED,
        "custom_dns_configs": COMPUTED,
    }


@_writes(f"{_NET}/privatednszones")
def _zone(_: Writer, _row: Resource) -> Iterator[Attributes]:
    yield {"location": None}


@_writes(f"{_NET}/privatednszones/virtualnetworklinks")
def _link(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    yield {
        "private_dns_zone_name": row["id"].split("/")[8],
        "virtual_network_id": writer.ref(_id(inside["virtualNetwork"])),
        "registration_enabled": inside.get("registrationEnabled", False),
        "resolution_policy": inside.get("resolutionPolicy") or COMPUTED,
    }


@_writes(f"{_NET}/privatednszones/a")
def _record(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "zone_name": row["id"].split("/")[8],
        "records": [writer.address(each["ipv4Address"]) for each in row["properties"].get("aRecords", ())],
    }


@_writes(f"{_NET}/bastionhosts")
def _bastion(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "ip_configuration": [_outer(each, writer) for each in row["properties"].get("ipConfigurations", ())],
        "virtual_network_id": writer.ref(_id(row["properties"].get("virtualNetwork"))),
        "sku": _sku(row),
        "scale_units": row["properties"].get("scaleUnits", 2),
    }


def _outer(each: Resource, writer: Writer) -> Attributes:
    inside = each["properties"]
    return {
        "name": each["name"],
        "subnet_id": writer.ref(_id(inside.get("subnet"))),
        "public_ip_address_id": writer.ref(_id(inside.get("publicIPAddress"))),
    }


@_writes(f"{_NET}/virtualnetworkgateways")
def _gateway(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    clients = inside.get("vpnClientConfiguration")
    pool = ((clients or {}).get("vpnClientAddressPool") or {}).get("addressPrefixes")
    yield {
        "type": inside["gatewayType"],
        "sku": _sku(inside),
        "ip_configuration": [_outer(each, writer) for each in inside.get("ipConfigurations", ())],
        "vpn_client_configuration": [{"address_space": pool}] if pool else [],
    }


@_writes(f"{_NET}/azurefirewalls")
def _firewall(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "ip_configuration": _configurations(writer, row),
        "firewall_policy_id": writer.ref(_id(row["properties"].get("firewallPolicy"))),
        "dns_proxy_enabled": COMPUTED,
        "dns_servers": None,
        "virtual_hub": [],
        "sku_name": _sku(row["properties"]),
        "sku_tier": (row["properties"].get("sku") or {}).get("tier"),
    }


@_writes(f"{_NET}/firewallpolicies")
def _firewall_policy(writer: Writer, row: Resource) -> Iterator[Attributes]:
    dns = row["properties"].get("dnsSettings")
    yield {
        "base_policy_id": writer.ref(_id(row["properties"].get("basePolicy"))),
        "dns": [{"proxy_enabled": dns.get("enableProxy", False), "servers": dns.get("servers")}] if dns else [],
    }


@_writes(f"{_NET}/networkmanagers")
def _manager(_: Writer, row: Resource) -> Iterator[Attributes]:
    scopes = row["properties"].get("networkManagerScopes") or {}
    yield {
        "scope": [
            {
                "subscription_ids": scopes.get("subscriptions") or None,
                "management_group_ids": scopes.get("managementGroups") or None,
            }
        ],
        "scope_accesses": row["properties"].get("networkManagerScopeAccesses"),
    }


@_writes(f"{_NET}/ipgroups")
def _ip_group(_: Writer, row: Resource) -> Iterator[Attributes]:
    yield {"cidrs": row["properties"].get("ipAddresses", [])}


@_writes(f"{_NET}/firewallpolicies/rulecollectiongroups")
def _rule_groups(writer: Writer, row: Resource) -> Iterator[Attributes]:
    collections = row["properties"].get("ruleCollections", ())
    kinds = {
        "NetworkRule": "network_rule_collection",
        "ApplicationRule": "application_rule_collection",
        "NatRule": "nat_rule_collection",
    }
    yield {
        "firewall_policy_id": writer.ref(row["id"].rpartition("/ruleCollectionGroups/")[0]),
        "location": None,
        "priority": row["properties"]["priority"],
        **{
            block: [
                {
                    "name": each["name"],
                    "priority": each["priority"],
                    "action": each["action"]["type"],
                    "rule": [_firewall_rule(writer, one) for one in each["rules"]],
                }
                for each in collections
                if {one["ruleType"] for one in each["rules"]} == {kind}
            ]
            for kind, block in kinds.items()
        },
    }


def _firewall_rule(writer: Writer, rule: Resource) -> Attributes:
    common = {
        "name": rule["name"],
        "source_addresses": rule.get("sourceAddresses") or None,
        "source_ip_groups": [writer.ref(each) for each in rule.get("sourceIpGroups") or ()] or None,
        "destination_addresses": rule.get("destinationAddresses") or None,
    }
    if rule["ruleType"] == "NatRule":
        return {
            **common,
            "destination_addresses": None,
            "destination_address": rule["destinationAddresses"][0],
            "destination_ports": rule["destinationPorts"],
            "protocols": rule["ipProtocols"],
            "translated_address": rule["translatedAddress"],
            "translated_port": int(rule["translatedPort"]),
        }
    if rule["ruleType"] == "NetworkRule":
        return {
            **common,
            "protocols": rule["ipProtocols"],
            "destination_ip_groups": [writer.ref(each) for each in rule.get("destinationIpGroups") or ()] or None,
            "destination_fqdns": rule.get("destinationFqdns") or None,
            "destination_ports": rule["destinationPorts"],
        }
    return {
        **common,
        "protocols": [{"type": each["protocolType"], "port": each.get("port")} for each in rule.get("protocols") or ()],
        "destination_fqdns": rule.get("targetFqdns") or None,
        "destination_urls": rule.get("targetUrls") or None,
        "destination_fqdn_tags": rule.get("fqdnTags") or None,
        "web_categories": rule.get("webCategories") or None,
    }


@_writes(f"{_NET}/serviceendpointpolicies")
def _endpoint_policy(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "definition": [
            {
                "name": each["name"],
                "service": each["properties"]["service"],
                "service_resources": [writer.ref(one) for one in each["properties"]["serviceResources"]],
            }
            for each in row["properties"].get("serviceEndpointPolicyDefinitions", ())
        ]
    }


@_writes(f"{_NET}/dnsresolvers")
def _resolver(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {"virtual_network_id": writer.ref(_id(row["properties"]["virtualNetwork"]))}


@_writes(f"{_NET}/dnsresolvers/inboundendpoints")
def _inbound(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "private_dns_resolver_id": writer.ref(row["id"].rpartition("/inboundEndpoints/")[0]),
        "ip_configurations": [
            {
                "subnet_id": writer.ref(_id(each["subnet"])),
                "private_ip_allocation_method": "Dynamic",
                "private_ip_address": COMPUTED,
            }
            for each in row["properties"]["ipConfigurations"]
        ],
    }


@_writes(f"{_NET}/virtualhubs")
def _hub(writer: Writer, row: Resource) -> Iterator[Attributes]:
    wan = _id(row["properties"].get("virtualWan"))
    yield {"virtual_wan_id": writer.ref(wan), "sku": row["properties"].get("sku")}


@_writes(f"{_NET}/virtualhubs/hubvirtualnetworkconnections")
def _hub_connection(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    yield {
        "virtual_hub_id": writer.ref(row["id"].rpartition("/hubVirtualNetworkConnections/")[0]),
        "remote_virtual_network_id": writer.ref(_id(inside["remoteVirtualNetwork"])),
        "internet_security_enabled": inside.get("enableInternetSecurity", False),
        "routing": COMPUTED,
    }


@_writes(f"{_NET}/p2svpngateways")
def _clients(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "virtual_hub_id": writer.ref(_id(row["properties"]["virtualHub"])),
        "connection_configuration": [
            {
                "name": each["name"],
                "vpn_client_address_pool": [
                    {"address_prefixes": each["properties"]["vpnClientAddressPool"]["addressPrefixes"]}
                ],
            }
            for each in row["properties"].get("p2SConnectionConfigurations", ())
        ],
    }


# Services


def _rules(writer: Writer, rules: Any, *, listed: bool) -> list[Attributes]:  # noqa: ANN401 - JSON
    bypass = rules.get("bypass", "AzureServices")
    return [
        {
            "default_action": rules.get("defaultAction", "Allow"),
            "bypass": [each.strip() for each in bypass.split(",")] if listed else bypass,
            "ip_rules": [each["value"] for each in rules.get("ipRules") or ()],
            "virtual_network_subnet_ids": [writer.ref(each["id"]) for each in rules.get("virtualNetworkRules") or ()],
            **(
                {
                    "private_link_access": [
                        {
                            "endpoint_resource_id": writer.ref(each["resourceId"]),
                            "endpoint_tenant_id": each.get("tenantId"),
                        }
                        for each in rules.get("resourceAccessRules") or ()
                    ]
                }
                if listed
                else {}
            ),
        }
    ]


@_writes("microsoft.storage/storageaccounts")
def _storage(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    yield {
        "public_network_access_enabled": _on(inside.get("publicNetworkAccess", "Enabled")),
        "allow_nested_items_to_be_public": inside.get("allowBlobPublicAccess", True),
        "dns_endpoint_type": inside.get("dnsEndpointType", "Standard"),
        "network_rules": _rules(writer, inside.get("networkAcls") or {}, listed=True),
        "identity": [],
    }


@_writes("microsoft.keyvault/vaults")
def _vault(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    rules = inside.get("networkAcls")
    yield {
        "public_network_access_enabled": _on(inside.get("publicNetworkAccess", "Enabled")),
        "network_acls": _rules(writer, rules, listed=False) if rules else COMPUTED,
    }


@_writes("microsoft.containerregistry/registries")
def _registry(_: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    rules = inside.get("networkRuleSet")
    ranges = [{"action": "Allow", "ip_range": each["value"]} for each in (rules or {}).get("ipRules") or ()]
    yield {
        "sku": row["sku"]["name"],
        "public_network_access_enabled": _on(inside.get("publicNetworkAccess", "Enabled")),
        "admin_enabled": inside.get("adminUserEnabled", False),
        "anonymous_pull_enabled": inside.get("anonymousPullEnabled", False),
        "network_rule_bypass_option": inside.get("networkRuleBypassOptions", "AzureServices"),
        "network_rule_bypass_for_tasks_enabled": inside.get("networkRuleBypassAllowedForTasks", False),
        "role_assignment_mode": inside.get("roleAssignmentMode", "LegacyRegistryPermissions"),
        "network_rule_set": [{"default_action": rules["defaultAction"], "ip_rule": ranges or COMPUTED}]
        if rules
        else COMPUTED,
        "georeplications": [],
        "identity": [],
    }


@_writes("microsoft.insights/components")
def _insights(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    yield {
        "internet_ingestion_enabled": _on(inside.get("publicNetworkAccessForIngestion", "Enabled")),
        "internet_query_enabled": _on(inside.get("publicNetworkAccessForQuery", "Enabled")),
        "workspace_id": writer.ref(inside.get("WorkspaceResourceId")),
    }


@_writes("microsoft.operationalinsights/workspaces")
def _logs(_: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    yield {
        "internet_ingestion_enabled": _on(inside.get("publicNetworkAccessForIngestion", "Enabled")),
        "internet_query_enabled": _on(inside.get("publicNetworkAccessForQuery", "Enabled")),
    }


@_writes("microsoft.insights/privatelinkscopes")
def _scope(_: Writer, _row: Resource) -> Iterator[Attributes]:
    yield {"location": None}


@_writes("microsoft.insights/privatelinkscopes/scopedresources")
def _scoped(writer: Writer, row: Resource) -> Iterator[Attributes]:
    yield {
        "scope_name": row["id"].split("/")[8],
        "linked_resource_id": writer.ref(row["properties"]["linkedResourceId"]),
        "location": None,
    }


# Machine learning


@_writes("microsoft.machinelearningservices/workspaces")
def _workspace(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    managed, serverless = inside.get("managedNetwork"), inside.get("serverlessComputeSettings")
    mode = (managed or {}).get("isolationMode")
    active = ((managed or {}).get("status") or {}).get("status") == "Active"
    yield {
        "kind": row.get("kind", "Default"),
        "workspace_id": Later(inside.get("workspaceId")),
        "identity": writer.identity(row),
        "public_network_access_enabled": _on(inside.get("publicNetworkAccess", "Enabled")),
        "high_business_impact": inside.get("hbiWorkspace"),
        "v1_legacy_mode_enabled": inside.get("v1LegacyMode", False),
        "image_build_compute_name": inside.get("imageBuildCompute"),
        "storage_account_id": writer.ref(inside.get("storageAccount")),
        "key_vault_id": writer.ref(inside.get("keyVault")),
        "application_insights_id": writer.ref(inside.get("applicationInsights")),
        "container_registry_id": writer.ref(inside.get("containerRegistry")),
        "primary_user_assigned_identity": writer.ref(inside.get("primaryUserAssignedIdentity")),
        "managed_network": [{"isolation_mode": mode, "provision_on_creation_enabled": active}] if mode else COMPUTED,
        "serverless_compute": [
            {
                "subnet_id": writer.ref(serverless.get("serverlessComputeCustomSubnet")),
                "public_ip_enabled": not serverless.get("serverlessComputeNoPublicIP", False),
            }
        ]
        if serverless
        else [],
    }
    lists = {key: inside[key] for key in ("ipAllowlist", "networkAcls") if inside.get(key)}
    if lists:
        # azurerm cannot say them.
        yield {
            "//": "azapi_update_resource",
            "resource_id": writer.ref(row["id"]),
            "type": "Microsoft.MachineLearningServices/workspaces@2024-10-01",
            "body": {"properties": lists},
        }


@_writes("microsoft.machinelearningservices/workspaces/computes")
def _compute(writer: Writer, row: Resource) -> Iterator[Attributes]:
    outer = row["properties"]
    inside = outer.get("properties", {})
    subnet = _id(inside.get("subnet"))
    common = {
        "machine_learning_workspace_id": writer.ref(row["id"].rpartition("/computes/")[0]),
        "subnet_resource_id": writer.ref(subnet) if subnet else COMPUTED,
        "node_public_ip_enabled": inside.get("enableNodePublicIp", True),
        "local_auth_enabled": not outer.get("disableLocalAuth", False),
    }
    if outer["computeType"] == "AmlCompute":
        opened = inside.get("remoteLoginPortPublicAccess") == "Enabled"
        yield {**common, "vm_size": inside.get("vmSize"), "ssh_public_access_enabled": opened}
    else:
        opened = inside.get("sshSettings", {}).get("sshPublicAccess") == "Enabled"
        yield {**common, "virtual_machine_size": inside.get("vmSize"), "ssh": [{"public_key": "x"}] if opened else []}


# Machines


@_writes("microsoft.compute/virtualmachines")
def _machine(writer: Writer, row: Resource) -> Iterator[Attributes]:
    interfaces = row["properties"]["networkProfile"]["networkInterfaces"]
    yield {
        "network_interface_ids": [writer.ref(each["id"]) for each in interfaces],
        "identity": writer.identity(row),
        "size": (row["properties"].get("hardwareProfile") or {}).get("vmSize"),
    }


@_writes("microsoft.compute/virtualmachines/extensions")
def _extension(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    settings = inside.get("settings")
    yield {
        "virtual_machine_id": writer.ref(row["id"].rpartition("/extensions/")[0]),
        "publisher": inside.get("publisher"),
        "type": inside.get("type"),
        "settings": json.dumps(settings) if settings else None,
        "location": None,
    }


@_writes("microsoft.compute/virtualmachinescalesets")
def _scale_set(writer: Writer, row: Resource) -> Iterator[Attributes]:
    profile = row["properties"]["virtualMachineProfile"]
    yield {
        "tags": row.get("tags"),
        "identity": writer.identity(row),
        "sku": _sku(row),
        "instances": (row.get("sku") or {}).get("capacity"),
        "network_interface": [
            {
                "name": each["name"],
                "network_security_group_id": writer.ref(_id(each["properties"].get("networkSecurityGroup"))),
                "ip_configuration": [_template(writer, one) for one in each["properties"].get("ipConfigurations", ())],
            }
            for each in profile["networkProfile"]["networkInterfaceConfigurations"]
        ],
        "extension": [
            {
                "name": each["name"],
                "publisher": each["properties"].get("publisher"),
                "type": each["properties"].get("type"),
                "settings": json.dumps(each["properties"].get("settings") or {}),
            }
            for each in profile.get("extensionProfile", {}).get("extensions", ())
        ]
        or COMPUTED,
    }


def _template(writer: Writer, each: Resource) -> Attributes:
    inside = each["properties"]
    public = inside.get("publicIPAddressConfiguration")
    return {
        "name": each["name"],
        "subnet_id": writer.ref(_id(inside.get("subnet"))),
        "public_ip_address": [{"name": public.get("name", "public")}] if public is not None else [],
        "load_balancer_backend_address_pool_ids": [
            writer.ref(one["id"]) for one in inside.get("loadBalancerBackendAddressPools", ())
        ],
    }


@_writes("microsoft.containerservice/managedclusters")
def _cluster(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    access = inside.get("apiServerAccessProfile") or {}
    ranges = access.get("authorizedIPRanges")
    pools = sorted(each for each in writer.rows if each.startswith(f"{row['id'].lower()}/agentpools/"))
    first = writer.rows[pools[0]] if pools else None
    yield {
        "private_cluster_enabled": access.get("enablePrivateCluster", False),
        "api_server_access_profile": [{"authorized_ip_ranges": ranges}] if ranges else [],
        "network_profile": [{"network_policy": (inside.get("networkProfile") or {}).get("networkPolicy")}],
        "default_node_pool": [{"name": first["name"], **_nodes(writer, first)}] if first else [],
        "identity": writer.identity(row),
    }


def _nodes(writer: Writer, row: Resource) -> Attributes:
    inside = row["properties"]
    return {
        "vnet_subnet_id": writer.ref(inside.get("vnetSubnetID")),
        "node_public_ip_enabled": inside.get("enableNodePublicIP", False),
    }


@_writes("microsoft.containerservice/managedclusters/agentpools")
def _pool(writer: Writer, row: Resource) -> Iterator[Attributes]:
    cluster = row["id"].rpartition("/agentPools/")[0]
    first = min(each for each in writer.rows if each.startswith(f"{cluster.lower()}/agentpools/"))
    if row["id"].lower() != first:
        yield {"kubernetes_cluster_id": writer.ref(cluster), "location": None, **_nodes(writer, row)}


@_writes("microsoft.managedidentity/userassignedidentities")
def _user_identity(_: Writer, row: Resource) -> Iterator[Attributes]:
    yield {"principal_id": Later(row["properties"]["principalId"])}


@_writes("microsoft.authorization/roleassignments")
def _assignment(writer: Writer, row: Resource) -> Iterator[Attributes]:
    inside = row["properties"]
    role = inside["roleDefinitionId"].rpartition("/")[2]
    names = {
        each["name"]: each["properties"]["roleName"]
        for each in writer.rows.values()
        if type_of(each["id"]) == "microsoft.authorization/roledefinitions"
    }
    yield {
        "scope": writer.ref(inside["scope"]),
        "principal_id": writer.principal(inside["principalId"]),
        "role_definition_name": names[role],
        "role_definition_id": COMPUTED,
        "condition": inside.get("condition"),
        "location": None,
    }
