"""
No machine offers SSH or remote desktop to the internet.

## Why
Ports 22 and 3389 are tried from all over the internet within minutes of being opened. Bastion, a VPN or ExpressRoute lets
people in without them.

## Passes
The network security group of the subnet, or that of every machine's interface, denies TCP 22 and 3389 from the Internet
service tag, its default rules included; and what a firewall forwards, which comes from its own address. All machines of
AML and access VNets count: nodes, virtual machines, agents. AzureBastionSubnet and GatewaySubnet are excepted.

## Fails
The internet, a part of it, another Azure service, or a firewall that forwards from there by a DNAT rule is let in on one
of the ports. Unknown where a network rule of the firewall denies what is forwarded: documents disagree on whether it counts.

## Fix
az network nsg rule create --resource-group GROUP --nsg-name NSG --name DenyManagement --priority 200 --direction Inbound --access Deny --protocol Tcp --source-address-prefixes Internet --destination-port-ranges 22 3389

    resource "azurerm_network_security_rule" "deny_management" {
      direction               = "Inbound"
      access                  = "Deny"
      protocol                = "Tcp"
      source_address_prefix   = "Internet"
      destination_port_ranges = ["22", "3389"]
    }

## See
- https://learn.microsoft.com/azure/firewall/rule-processing
- article: Access to the virtual network
- azure-policy: 22730e10-96f6-4aac-ad84-9383d35b5917   mcsb: NS-3   cis: 7.1, 7.2 (v5, v6)
"""

from scanner.changes.guards import shuts_management_ports
from scanner.checks.machine_subnets import machine_subnets
from scanner.checks.nsg import management_ports_shut
from scanner.engine import Severity, rule

check = rule(
    id="management-ports-closed-to-internet",
    control="Access to the virtual network",
    severity=Severity.HIGH,
    each=machine_subnets,
    changes=shuts_management_ports,
)(management_ports_shut)
