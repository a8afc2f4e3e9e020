"""Machines: virtual machines with their extensions, scale sets, managed DevOps pools."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below, holder, in_group, kind
from scanner.collect.iac.terraform.rows import identity, row, tuple_of
from scanner.creation.estate import Row

MACHINE = "Microsoft.Compute/virtualMachines"
SCALE_SET = "Microsoft.Compute/virtualMachineScaleSets"
NIC = "Microsoft.Network/networkInterfaces"
NSG = "Microsoft.Network/networkSecurityGroups"
ASG = "Microsoft.Network/applicationSecurityGroups"
LB = "Microsoft.Network/loadBalancers"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"


@kind("azurerm_linux_virtual_machine", MACHINE, in_group)
@kind("azurerm_windows_virtual_machine", MACHINE, in_group)
@kind("azurerm_virtual_machine", MACHINE, in_group)
def virtual_machine(block: Block) -> Iterator[Piece]:
    """Map a machine."""
    interfaces = block.references("network_interface_ids", NIC)
    size = block.get("vm_size") if block.instance.type == "azurerm_virtual_machine" else block.get("size")
    yield row(
        block,
        {
            "networkProfile": {"networkInterfaces": interfaces},
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {"osDisk": {"osType": _system(block)}},
        },
        identity=identity(block),
    )


def _system(block: Block) -> str | None:
    """Return the operating system that a type of the provider stands for, or that it has a block of settings for."""
    for system in ("Linux", "Windows"):
        if system.lower() in block.instance.type or block.blocks(f"os_profile_{system.lower()}_config"):
            return system
    return None


@holder("azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine")
def machine_address(block: Block, rest: tuple[str | int, ...]) -> str | None:
    """Return who holds the private address of a machine: the first configuration of its first interface."""
    if rest[0] not in ("private_ip_address", "private_ip_addresses"):
        return None
    interfaces = [
        each.instance
        for each in block.found("network_interface_ids")
        if hasattr(each, "instance") and each.instance.type == "azurerm_network_interface"
    ]
    if len(interfaces) != 1:
        return None
    found = block.world.block(interfaces[0])
    first = found.block("ip_configuration")
    if first is None:
        return None
    return first.text("private_ip_address") or f"{block.world.id_of(interfaces[0])}#{first.text('name')}"


@kind("azurerm_virtual_machine_extension", f"{MACHINE}/extensions", below("virtual_machine_id", MACHINE))
def machine_extension(block: Block) -> Iterator[Piece]:
    """Map an extension. What its settings hold is looked at and taken out before anything is kept."""
    yield row(block, _extension(block))


def _extension(block: Block) -> Row:
    settings = block.get("settings")
    if isinstance(settings, str):
        try:
            settings = json.loads(settings)
        except ValueError:
            settings = {"text": settings}
    return given({"publisher": block.get("publisher"), "type": block.get("type"), "settings": settings})


@kind("azurerm_linux_virtual_machine_scale_set", SCALE_SET, in_group)
@kind("azurerm_windows_virtual_machine_scale_set", SCALE_SET, in_group)
@kind("azurerm_orchestrated_virtual_machine_scale_set", SCALE_SET, in_group)
def scale_set(block: Block) -> Iterator[Piece]:
    """Map a scale set."""
    yield _scale_set(block, tuple_of(block, "network_interface", _template))


@kind("azurerm_virtual_machine_scale_set", SCALE_SET, in_group)
def older_scale_set(block: Block) -> Iterator[Piece]:
    """Map a scale set as the provider's older type declares it."""
    yield _scale_set(block, tuple_of(block, "network_profile", _template))


def _scale_set(block: Block, interfaces: object) -> Row:
    extensions = tuple_of(block, "extension", lambda each: {"name": each.get("name"), "properties": _extension(each)})
    profile = {
        "networkProfile": {"networkInterfaceConfigurations": interfaces},
        "extensionProfile": {"extensions": extensions} if extensions else None,
        "storageProfile": {"osDisk": {"osType": _system(block)}},
    }
    return row(
        block,
        {"virtualMachineProfile": given(profile)},
        sku=_scale(block),
        tags=block.get("tags"),
        identity=identity(block),
    )


def _scale(block: Block) -> Row:
    """Return the size and number of a scale set's instances, which each of the provider's types calls otherwise."""
    match block.instance.type:
        case "azurerm_virtual_machine_scale_set":
            held = block.block("sku")
            return {} if held is None else {"name": held.get("name"), "capacity": held.get("capacity")}
        case "azurerm_orchestrated_virtual_machine_scale_set":
            return {"name": block.get("sku_name"), "capacity": block.get("instances")}
    return {"name": block.get("sku"), "capacity": block.get("instances")}


def _template(block: Block) -> Row:
    return {
        "name": block.get("name"),
        "properties": given(
            {
                "networkSecurityGroup": block.reference("network_security_group_id", NSG),
                "ipConfigurations": tuple_of(block, "ip_configuration", _template_address),
            }
        ),
    }


def _template_address(block: Block) -> Row:
    public = block.blocks("public_ip_address") or block.blocks("public_ip_address_configuration")
    inbound = "load_balancer_inbound_nat_rules_ids"
    return {
        "name": block.get("name"),
        "properties": given(
            {
                "subnet": block.reference("subnet_id", SUBNET),
                "publicIPAddressConfiguration": ({} if public else None) if isinstance(public, list) else public,
                "loadBalancerBackendAddressPools": block.references(
                    "load_balancer_backend_address_pool_ids", f"{LB}/backendAddressPools"
                ),
                # The provider sends these as pools whatever they are called.
                "loadBalancerInboundNatPools": block.references(inbound),
                "applicationSecurityGroups": block.references("application_security_group_ids", ASG),
            }
        ),
    }


@kind(
    "azurerm_virtual_machine_scale_set_extension",
    f"{SCALE_SET}/extensions",
    below("virtual_machine_scale_set_id", SCALE_SET),
)
def scale_set_extension(block: Block) -> Iterator[Piece]:
    """Put an extension that is declared apart into its scale set's profile."""
    path = ("properties", "virtualMachineProfile", "extensionProfile", "extensions")
    part = {"name": block.get("name"), "properties": _extension(block)}
    yield Into(block.id("virtual_machine_scale_set_id", SCALE_SET), path, part, append=True, arm=SCALE_SET)


@kind("azurerm_managed_devops_pool", "Microsoft.DevOpsInfrastructure/pools", in_group)
def devops_pool(block: Block) -> Iterator[Piece]:
    """Map a managed DevOps pool."""
    fabric = block.block("virtual_machine_scale_set_fabric")
    subnet = fabric.id("subnet_id", SUBNET) if fabric is not None else None
    size = fabric.get("sku_name") if fabric is not None else None
    profile = given(
        {
            "networkProfile": {"subnetId": subnet} if subnet is not None else None,
            "sku": {"name": size} if size is not None else None,
        }
    )
    yield row(block, {"fabricProfile": profile or None})
