"""
Computes cannot send data to the internet at large.

## Why
A job has the workspace's data and runs code that came from packages and notebooks. If its node can connect to any host
on the internet, so can whatever is hidden in that code.

## Passes
The subnet's network security group denies the internet but for named services, or traffic goes through a firewall or
appliance, or does not get out at all.

## Fails
The group, or the lack of one, allows the internet, and no firewall stands in the way or large ranges go around it.

## Fix
Allow the service tags that Azure Machine Learning needs, then deny the rest:

az network nsg rule create --resource-group GROUP --nsg-name NSG --name DenyInternet --priority 4096 --direction Outbound
    --access Deny --protocol "*" --destination-address-prefixes Internet --destination-port-ranges "*"

    resource "azurerm_network_security_rule" "deny_internet" {
      priority                   = 4096
      direction                  = "Outbound"
      access                     = "Deny"
      destination_address_prefix = "Internet"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-prevent-data-loss-exfiltration
- article: Compute
- azure-policy: fc5e4038-4584-4632-8c85-c0448d374b2c   mcsb: NS-3
"""

from scanner.checks.egress import unrestricted
from scanner.checks.selectors import compute_subnets
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-egress-restricted",
    control="Compute",
    severity=Severity.LOW,
    each=compute_subnets,
    changes=NoEdit("what the computes may reach besides what they need is yours to say"),
)(unrestricted)
