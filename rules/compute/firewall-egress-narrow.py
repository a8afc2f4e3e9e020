"""
No rule of the Azure Firewall before a compute subnet lets everything out.

## Why
Computes run code that comes with data, images and packages. A firewall keeps it from sending data away only as far as
its rules name where it may go: with a rule for every address, or every name on port 443, it does not.

## Passes
What the rules let out of the subnet, in the order in which they are tried, is for services, for hosts below a domain,
or for a few addresses. Where storage accounts of everybody's are let through, which computes need, a note says so:
compute-storage-exfiltration-guarded judges what tells them apart.

## Fails
A rule allows `*`, `0.0.0.0/0`, the tag Internet or a good part of the internet; every name, or a top-level domain;
AzureCloud, in which anybody can run machines. A web category is a problem of low severity: Microsoft keeps its list.
What an appliance of another make lets through is unknown. Of two firewalls on the way, it counts what both let out.

## Fix
Remove the rule, and put rules for what is needed in its place:

az network firewall policy rule-collection-group collection rule remove --resource-group GROUP --policy-name POLICY
    --rule-collection-group-name NETWORK --collection-name COLLECTION --name RULE

In Terraform, destination_fqdns of a rule of azurerm_firewall_policy_rule_collection_group that names hosts.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-prevent-data-loss-exfiltration
- https://learn.microsoft.com/azure/firewall/rule-processing
- mcsb: NS-3, DP-2
"""

from scanner.checks.firewall import guarded_subnets
from scanner.checks.firewall_egress import egress_narrow
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="firewall-egress-narrow",
    control="Compute",
    severity=Severity.MEDIUM,
    each=guarded_subnets,
    changes=NoEdit("what else goes out by a wide rule, and needs one of its own, is yours to tell"),
)(egress_narrow)
