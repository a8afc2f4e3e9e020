"""Network interfaces and load balancers."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below, holder, in_group, join, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.addresses import chosen
from scanner.creation.estate import Row

NIC = "Microsoft.Network/networkInterfaces"
LB = "Microsoft.Network/loadBalancers"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
PUBLIC_IP = "Microsoft.Network/publicIPAddresses"
ASG = "Microsoft.Network/applicationSecurityGroups"
NSG = "Microsoft.Network/networkSecurityGroups"


def private_address(block: Block, part: str) -> object:
    """Return the address of a configuration: the one that is written, else one that Azure will choose."""
    written = block.ip("private_ip_address")
    if written is not None:
        return written
    subnet = block.id("subnet_id", SUBNET)
    if subnet is None:
        return None
    return chosen(f"{block.world.id_of(block.instance)}#{part}", subnet)


def configuration(block: Block) -> Row:
    """Return an address of an interface, firewall or gateway with the subnet and public address behind it."""
    name = block.text("name")
    return {
        "name": block.get("name"),
        "properties": given(
            {
                "subnet": block.reference("subnet_id", SUBNET),
                "privateIPAddress": private_address(block, name),
                "publicIPAddress": block.reference("public_ip_address_id", PUBLIC_IP),
            }
        ),
    }


@kind("azurerm_network_interface", NIC, in_group)
def network_interface(block: Block) -> Iterator[Piece]:
    """Map an interface; what is associated with it comes from resources of their own."""
    forwards = block.get("ip_forwarding_enabled")
    if forwards is None:
        forwards = block.get("enable_ip_forwarding")
    yield row(
        block,
        {
            "ipConfigurations": tuple_of(block, "ip_configuration", configuration),
            "enableIPForwarding": False if forwards is None else forwards,
            "dnsSettings": _servers(block),
        },
    )


def _servers(block: Block) -> Row | None:
    """Return the DNS servers that an interface asks in place of its network's."""
    found = block.ips("dns_servers")
    return {"dnsServers": found, "appliedDnsServers": found} if found else None


@holder("azurerm_network_interface", "azurerm_firewall")
def address_of(block: Block, rest: tuple[str | int, ...]) -> str | None:
    """Return who holds an address of an interface or firewall: the configuration that is asked for, or the first."""
    if rest[0] not in ("private_ip_address", "ip_configuration"):
        return None
    place = rest[1] if rest[0] == "ip_configuration" and len(rest) > 1 else 0
    found = block.blocks("ip_configuration")
    if not isinstance(found, list) or not isinstance(place, int) or place >= len(found):
        return None
    written = found[place].ip("private_ip_address")
    return written or f"{block.world.id_of(block.instance)}#{found[place].text('name')}"


@join("azurerm_network_interface_security_group_association")
def security_group_of_interface(block: Block) -> Iterator[Piece]:
    """Attach a security group to an interface."""
    yield Into(
        block.id("network_interface_id", NIC),
        ("properties", "networkSecurityGroup"),
        {"id": block.id("network_security_group_id", NSG)},
        arm=NIC,
    )


@join("azurerm_network_interface_application_security_group_association")
def application_group_of_interface(block: Block) -> Iterator[Piece]:
    """Put every address of an interface into an application security group."""
    yield _to_configurations(block, "", "applicationSecurityGroups", "application_security_group_id", ASG)


@join("azurerm_network_interface_backend_address_pool_association")
def pool_of_interface(block: Block) -> Iterator[Piece]:
    """Put an address of an interface behind a load balancer."""
    name = block.text("ip_configuration_name")
    yield _to_configurations(
        block, name, "loadBalancerBackendAddressPools", "backend_address_pool_id", f"{LB}/backendAddressPools"
    )


@join("azurerm_network_interface_nat_rule_association")
def nat_rule_of_interface(block: Block) -> Iterator[Piece]:
    """Let a NAT rule of a load balancer lead to an address of an interface."""
    name = block.text("ip_configuration_name")
    yield _to_configurations(block, name, "loadBalancerInboundNatRules", "nat_rule_id", f"{LB}/inboundNatRules")


def _to_configurations(block: Block, name: str, place: str, attribute: str, arm: str) -> Into:
    path = ("properties", "ipConfigurations", name or "*", "properties", place)
    return Into(block.id("network_interface_id", NIC), path, {"id": block.id(attribute, arm)}, append=True, arm=NIC)


# Load balancers


@kind("azurerm_lb", LB, in_group)
def load_balancer(block: Block) -> Iterator[Piece]:
    """Map a load balancer with its frontends."""
    yield row(block, {"frontendIPConfigurations": tuple_of(block, "frontend_ip_configuration", configuration)})


@holder("azurerm_lb")
def frontend_address(block: Block, rest: tuple[str | int, ...]) -> str | None:
    """Return who holds the address of a frontend."""
    place = rest[1] if rest[0] == "frontend_ip_configuration" and len(rest) > 1 else 0
    found = block.blocks("frontend_ip_configuration")
    if not isinstance(found, list) or not isinstance(place, int) or place >= len(found):
        return None
    return found[place].ip("private_ip_address") or f"{block.world.id_of(block.instance)}#{found[place].text('name')}"


@kind("azurerm_lb_backend_address_pool", f"{LB}/backendAddressPools", below("loadbalancer_id", LB))
def backend_pool(block: Block) -> Iterator[Piece]:
    """Map a pool, which others name and nothing reads."""
    del block
    yield from ()


@kind("azurerm_lb_nat_rule", f"{LB}/inboundNatRules", below("loadbalancer_id", LB))
def nat_rule(block: Block) -> Iterator[Piece]:
    """Put a NAT rule into its load balancer."""
    yield _into_balancer(block, "inboundNatRules")


@kind("azurerm_lb_nat_pool", f"{LB}/inboundNatPools", below("loadbalancer_id", LB))
def nat_pool(block: Block) -> Iterator[Piece]:
    """Put a NAT pool into its load balancer."""
    yield _into_balancer(block, "inboundNatPools")


@kind("azurerm_lb_rule", f"{LB}/loadBalancingRules", below("loadbalancer_id", LB))
def balancing_rule(block: Block) -> Iterator[Piece]:
    """Put a rule that leads to pools into its load balancer."""
    pools = block.references("backend_address_pool_ids", f"{LB}/backendAddressPools")
    yield _into_balancer(block, "loadBalancingRules", {"backendAddressPools": pools})


def _into_balancer(block: Block, place: str, more: Row | None = None) -> Into:
    balancer = block.id("loadbalancer_id", LB)
    frontend = block.get("frontend_ip_configuration_name")
    leads = f"{balancer}/frontendIPConfigurations/{frontend}" if isinstance(frontend, str) else frontend
    part = {
        "id": block.world.id_of(block.instance),
        "name": block.get("name"),
        "properties": given(
            {
                "frontendIPConfiguration": {"id": leads},
                "backendAddressPool": block.reference("backend_address_pool_id", f"{LB}/backendAddressPools"),
                **(more or {}),
            }
        ),
    }
    return Into(balancer, ("properties", place), part, append=True, arm=LB)
