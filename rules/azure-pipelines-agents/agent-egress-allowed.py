"""
Agents reach Azure DevOps, sign-in, and the host that they download themselves from.

## Why
An agent asks Azure DevOps for work; nobody calls it. Where a group, a route or a firewall keeps it from that, pipelines
wait, and the usual remedy in a hurry is to move them to hosted agents and to open the workspace to those.

## Passes
From each subnet with agents TCP 443 to Azure DevOps, Microsoft Entra ID and download.agent.dev.azure.com is allowed by
the network security groups, is routed out, and passes the Azure Firewall on the way, if there is one. Names, documented
addresses and tags count alike; documents disagree on the tag AzureDevOps for what goes out, and a note says so.

## Fails
A destination is denied, is allowed by no rule of the firewall, or nothing routes it out. What an appliance of another
make does is unknown, as is a name where only some tags or addresses are allowed. Runners of GitHub are not judged.

## Fix
az network firewall policy rule-collection-group collection add-filter-collection --resource-group GROUP
    --policy-name POLICY --rule-collection-group-name AGENTS --name azure-devops --collection-priority 200
    --action Allow --rule-type ApplicationRule --rule-name agents --protocols Https=443 --source-addresses SUBNET
    --target-fqdns dev.azure.com *.dev.azure.com *.vssps.visualstudio.com login.microsoftonline.com

In Terraform, an application_rule_collection of azurerm_firewall_policy_rule_collection_group with these names.

## See
- https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
- https://learn.microsoft.com/azure/devops/pipelines/agents/linux-agent
- article: Azure Pipelines agents
"""

from scanner.checks.agent_egress import agent_subnets, agents_reach_service
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="agent-egress-allowed",
    control="Azure Pipelines agents",
    severity=Severity.MEDIUM,
    each=agent_subnets,
    changes=NoEdit("whether a group, a route or a firewall lets agents out is yours to choose"),
)(agents_reach_service)
