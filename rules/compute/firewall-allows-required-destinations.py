"""
The Azure Firewall before a compute subnet lets through what computes need.

## Why
A firewall denies what no rule allows. Where the default route of a compute subnet leads to one, a destination that its
policy lacks stops clusters from starting, jobs from finding their images, or instances from answering.

## Passes
Each flow that Azure Machine Learning documents, as far as the computes here need it, is allowed by the rule that is
tried first: the base policy's before its child's, network before application rules, by priority. A tag is reached by
rules for it or for the names documented for it. What goes around the firewall, by a route or service endpoint, is named.
A second firewall behind the first has to let everything through as well.

## Fails
A rule denies a destination that is needed, or no rule allows it: the problem names it. Where rules for some addresses
or names, for an FQDN tag or a web category may allow it, it is unknown, as is what an appliance of another make does, or a
second firewall whose rules tell apart addresses that the first may translate.

## Fix
az network firewall policy rule-collection-group collection add-filter-collection --resource-group GROUP
    --policy-name POLICY --rule-collection-group-name NETWORK --name azure-machine-learning --collection-priority 200
    --action Allow --rule-type NetworkRule --rule-name entra --ip-protocols TCP --source-addresses SUBNET
    --destination-addresses AzureActiveDirectory --destination-ports 80 443

In Terraform, a network_rule_collection of azurerm_firewall_policy_rule_collection_group with destination_addresses.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
- https://learn.microsoft.com/azure/firewall/rule-processing
- mcsb: NS-3
"""

from scanner.checks.firewall import destinations_allowed, guarded_subnets
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="firewall-allows-required-destinations",
    control="Compute",
    severity=Severity.MEDIUM,
    each=guarded_subnets,
    changes=NoEdit("the policy of a firewall that many networks share is its owner's to change"),
)(destinations_allowed)
