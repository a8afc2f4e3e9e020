"""
No AML VNet uses addresses of Docker's own bridge network, 172.17.0.0/16.

## Why
Jobs run in Docker, whose bridge takes 172.17.0.0/16 on every node. Packets for an address of the virtual network in
that range never leave the node, so private endpoints and data sources there cannot be reached from a job.

## Passes
No address space of the virtual network overlaps 172.17.0.0/16.

## Fails
An address space overlaps it, in part or as a whole (172.16.0.0/12 does).

## Fix
Add another address space, move the subnets to it, then drop the overlapping one:

az network vnet update --resource-group GROUP --name VNET --address-prefixes 10.10.0.0/16

    resource "azurerm_virtual_network" "example" {
      address_space = ["10.10.0.0/16"]
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Virtual network
"""

from ipaddress import IPv4Network

from scanner.checks.selectors import aml_vnets
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import VirtualNetwork

DOCKER_BRIDGE = IPv4Network("172.17.0.0/16")


@rule(
    id="vnet-avoids-docker-range",
    control="Virtual network",
    severity=Severity.MEDIUM,
    each=aml_vnets,
    changes=NoEdit("the network has to be moved to other addresses, machines and endpoints with it"),
)
def check(vnet: VirtualNetwork, _: Graph) -> Notes:
    """Compare each address space with Docker's."""
    for prefix in known(vnet.address_space):
        if DOCKER_BRIDGE.overlaps(prefix):
            yield Problem(f"address space {prefix} overlaps Docker's bridge network {DOCKER_BRIDGE}", (vnet.id,))
