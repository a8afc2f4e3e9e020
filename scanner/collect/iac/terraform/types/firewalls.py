"""Azure Firewalls and their policies."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.collect.iac.terraform.types.interfaces import configuration
from scanner.creation.estate import Row, is_unknown

FIREWALL = "Microsoft.Network/azureFirewalls"
POLICY = "Microsoft.Network/firewallPolicies"
HUB = "Microsoft.Network/virtualHubs"


@kind("azurerm_firewall", FIREWALL, in_group)
def firewall(block: Block) -> Iterator[Piece]:
    """Map a firewall, and tell the hub that it secures of it."""
    hub = block.block("virtual_hub")
    hub_id = hub.id("virtual_hub_id", HUB) if hub is not None else None
    address = hub.get("private_ip_address") if hub is not None else None
    if hub is not None and address is None:
        address = hub.why("private_ip_address", "is chosen by Azure")
    yield row(
        block,
        {
            "ipConfigurations": tuple_of(block, "ip_configuration", configuration),
            "managementIpConfiguration": _managed_apart(block),
            "virtualHub": {"id": hub_id} if hub_id is not None else None,
            "hubIPAddresses": {"privateIPAddress": address} if address is not None else None,
            "firewallPolicy": block.reference("firewall_policy_id", POLICY),
            "sku": {"name": block.get("sku_name"), "tier": block.get("sku_tier")},
            "additionalProperties": _classic_dns(block),
        },
    )
    if hub_id is not None:
        own = {"id": block.world.id_of(block.instance)}
        yield Into(hub_id, ("properties", "azureFirewall"), own, arm=HUB)


def _managed_apart(block: Block) -> Row | None:
    """Return what there is of an interface for the management of a firewall."""
    found = block.block("management_ip_configuration")
    return None if found is None else {"name": found.get("name")}


def _classic_dns(block: Block) -> Row | None:
    """Return the DNS settings of a firewall without a policy: with servers the provider turns the proxy on."""
    servers, proxy = block.ips("dns_servers"), block.get("dns_proxy_enabled")
    if is_unknown(servers) or is_unknown(proxy):
        return block.why("dns_servers")
    if not servers and proxy is None:
        return None
    if any(not isinstance(each, str) for each in servers or ()):
        return block.why("dns_servers")
    found = {"Network.DNS.EnableProxy": "true" if servers or proxy else "false"}
    return found | ({"Network.DNS.Servers": ",".join(servers)} if servers else {})


@kind("azurerm_firewall_policy", POLICY, in_group)
def policy(block: Block) -> Iterator[Piece]:
    """Map a policy's own settings."""
    dns = block.blocks("dns")
    settings = _proxy(dns[0]) if isinstance(dns, list) and dns else dns or None
    yield row(block, {"basePolicy": block.reference("base_policy_id", POLICY), "dnsSettings": settings})


def _proxy(block: Block) -> Row:
    return given({"enableProxy": block.get("proxy_enabled"), "servers": block.ips("servers")})
