"""
The network security group lets computes reach every Azure service that they need.

## Why
A node that cannot sign in, fetch its image or report to the service fails in ways that point anywhere but at the
network. Once outbound traffic is denied, each service that computes call needs a rule that comes before the denial.

## Passes
Every flow that Microsoft documents is allowed: Entra ID, Azure Machine Learning, Batch, Resource Manager, storage, Front
Door, Microsoft's registry. Others count where they are needed: Azure Monitor without a private link scope, the container
registry where it is reached at its public address. What only Azure's default rules allow is noted.

## Fails
A rule denies a flow that is needed. A rule for a part of the subnet, or for members of a group, leaves it unknown.

## Fix
az network nsg rule create --resource-group GROUP --nsg-name NSG --name AllowEntraId --priority 110 --direction Outbound --access Allow --protocol Tcp --destination-address-prefixes AzureActiveDirectory --destination-port-ranges 80 443

    resource "azurerm_network_security_rule" "entra_id" {
      direction                  = "Outbound"
      access                     = "Allow"
      protocol                   = "Tcp"
      destination_address_prefix = "AzureActiveDirectory"
      destination_port_ranges    = ["80", "443"]
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
- article: Compute
- mcsb: NS-1
"""

from scanner.changes.guards import lets_out_required
from scanner.checks.nsg import has_group
from scanner.checks.required_flows import required_outbound_allowed
from scanner.checks.selectors import compute_subnets, where
from scanner.engine import Severity, rule

check = rule(
    id="compute-nsg-required-outbound",
    control="Compute",
    severity=Severity.MEDIUM,
    each=where(compute_subnets, has_group),
    changes=lets_out_required,
)(required_outbound_allowed)
