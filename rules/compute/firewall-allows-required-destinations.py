"""
The Azure Firewall before a compute subnet lets through what computes need.

## Why
A firewall denies what no rule allows. Where the default route of a compute subnet leads to one, a destination that its
policy lacks stops clusters from starting, jobs from finding their images, or instances from answering, hours after the
change that caused it.

## Passes
Each flow that Azure Machine Learning documents, as far as the computes of the subnet need it, is allowed by the rules
that are tried first: the base policy's before its child's, network rules before application rules, by priority. A tag is
reached by a network rule for the tag or for what holds it, or by rules for the names that Microsoft documents for it.
What goes around the firewall, by a route for a tag or a service endpoint, is named.

## Fails
A rule denies a destination that is needed, or no rule allows it: the problem names it. That only rules for some of its
addresses or names allow it is unknown, as is what an appliance of another make lets through. FQDN tags and web categories
hold names that Microsoft keeps: what they hold of a service is not known.

## Fix
az network firewall policy rule-collection-group collection add-filter-collection --resource-group GROUP
    --policy-name POLICY --rule-collection-group-name NETWORK --name azure-machine-learning --collection-priority 200
    --action Allow --rule-type NetworkRule --rule-name entra --ip-protocols TCP --source-addresses SUBNET
    --destination-addresses AzureActiveDirectory --destination-ports 80 443

    resource "azurerm_firewall_policy_rule_collection_group" "example" {
      network_rule_collection {
        action = "Allow"
        rule {
          protocols             = ["TCP"]
          source_addresses      = azurerm_subnet.compute.address_prefixes
          destination_addresses = ["AzureMachineLearning"]
          destination_ports     = ["443", "18881"]
        }
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
- https://learn.microsoft.com/azure/firewall/rule-processing
- mcsb: NS-3
"""

from scanner.checks.firewall import destinations_allowed, guarded_subnets
from scanner.engine import Severity, rule

check = rule(
    id="firewall-allows-required-destinations",
    control="Compute",
    severity=Severity.MEDIUM,
    each=guarded_subnets,
)(destinations_allowed)
