"""
The network security group of a compute subnet lets nothing in from the internet.

## Why
Jobs and notebooks run code that nobody reviewed as a server. A port that the internet can reach makes every tool that
somebody starts on a node a way in, and nodes hold credentials for data.

## Passes
Nothing from the internet is allowed. Where a compute has a public address, TCP 44224 from the AzureMachineLearning
service tag is, since the service calls such nodes there. Security admin rules of Virtual Network Manager count first.

## Fails
The internet, a part of it, AzureCloud, VirtualNetwork where a default route widens it, or an Azure Firewall that forwards
from the internet is let in. Low: 44224 without a public address, obsolete 29876-29877 from BatchNodeManagement.

## Fix
az network nsg rule create --resource-group GROUP --nsg-name NSG --name DenyInternetInbound --priority 4096 --direction Inbound --access Deny --protocol "*" --source-address-prefixes Internet --destination-port-ranges "*"

    resource "azurerm_network_security_rule" "deny_internet" {
      priority               = 4096
      direction              = "Inbound"
      access                 = "Deny"
      protocol               = "*"
      source_address_prefix  = "Internet"
      destination_port_range = "*"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- article: Compute
- azure-policy: 9daedab3-fb2d-461e-b861-71790eead4f6   mcsb: NS-1
"""

from scanner.changes.guards import shuts_out_internet
from scanner.checks.nsg import has_group, internet_shut_out
from scanner.checks.selectors import compute_subnets, where
from scanner.engine import Severity, rule

check = rule(
    id="compute-nsg-inbound-from-internet-denied",
    control="Compute",
    severity=Severity.HIGH,
    each=where(compute_subnets, has_group),
    changes=shuts_out_internet,
)(internet_shut_out)
