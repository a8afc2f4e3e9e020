"""
Machines that a Bastion host reaches have no public addresses.

## Why
Bastion exists so that nothing but Azure's own service answers from the internet. A jump host with an address of its own
can be scanned and attacked past it, and a stolen password then opens the way to the workspace.

## Passes
No interface of the machine has a public IP address, and no rule of a public load balancer and no DNAT rule of an Azure
Firewall leads to it.

## Fails
It has one, or a load balancer or firewall forwards a port to it, whatever its security group makes of that.

## Fix
az network nic ip-config update --resource-group GROUP --nic-name NIC --name CONFIG --remove publicIpAddress

    resource "azurerm_network_interface" "example" {
      ip_configuration {
        # no public_ip_address_id
      }
    }

## See
- https://learn.microsoft.com/azure/bastion/bastion-overview
- https://learn.microsoft.com/azure/firewall/destination-nat-rules
- article: Access to the virtual network
- azure-policy: 83a86a26-fd1f-447c-b59d-e51f44264114
"""

from scanner.changes.addresses import takes_public_addresses
from scanner.checks.access import jump_hosts
from scanner.checks.public_addresses import public_addresses
from scanner.engine import Severity, rule

check = rule(
    id="jump-host-no-public-ip",
    control="Access to the virtual network",
    severity=Severity.HIGH,
    each=jump_hosts,
    changes=takes_public_addresses,
)(public_addresses)
