"""
Azure Machine Learning can call the nodes that have public addresses.

## Why
The service manages nodes with public addresses by calling them on TCP 44224. A network security group denies what comes
from outside the virtual network by default, so without a rule for it new nodes never become usable.

## Passes
The group of the subnet allows TCP 44224 from the AzureMachineLearning service tag, or there is no group. A subnet where
no compute has a public address needs nothing and is not judged.

## Fails
The flow is denied, be it by a rule that comes first or by the default rule at the end.

## Fix
Better than the rule: computes without public addresses, which need none.

az network nsg rule create --resource-group GROUP --nsg-name NSG --name AllowMachineLearning --priority 200 --direction Inbound --access Allow --protocol Tcp --source-address-prefixes AzureMachineLearning --destination-port-ranges 44224

    resource "azurerm_network_security_rule" "machine_learning" {
      direction              = "Inbound"
      access                 = "Allow"
      protocol               = "Tcp"
      source_address_prefix  = "AzureMachineLearning"
      destination_port_range = "44224"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- article: Compute
- mcsb: NS-1
"""

from scanner.changes.guards import lets_in_required
from scanner.checks.nsg import has_public_nodes, required_inbound_allowed
from scanner.checks.selectors import compute_subnets, where
from scanner.engine import Severity, rule

check = rule(
    id="compute-nsg-required-inbound",
    control="Compute",
    severity=Severity.MEDIUM,
    each=where(compute_subnets, has_public_nodes),
    changes=lets_in_required,
)(required_inbound_allowed)
