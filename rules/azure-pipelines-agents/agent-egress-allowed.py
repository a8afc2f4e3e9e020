"""
Agents reach Azure DevOps, sign-in, and the host that they download themselves from.

## Why
An agent asks Azure DevOps for work; nobody calls it. Where a security group, a route or a firewall keeps it from that, its
pool stays empty and pipelines wait. The usual remedy in a hurry is to move pipelines to hosted agents and to open the
workspace to them.

## Passes
From each subnet with agents TCP 443 to Azure DevOps, to Microsoft Entra ID and to download.agent.dev.azure.com is allowed by
the network security groups of the subnet and of the agents' interfaces, is routed out, and is let through by the Azure
Firewall on the way, if there is one. Names, the documented addresses and service tags count alike. The documents disagree
on the tag AzureDevOps for what goes out: where it alone lets agents through, a note says so.

## Fails
A destination is denied, is allowed by no rule of the firewall, or nothing routes it out. What an appliance of another make
lets through is unknown; so is a name where only some tags or addresses are allowed. Runners of GitHub are not told apart from
other machines, and are not judged.

## Fix
az network firewall policy rule-collection-group collection add-filter-collection --resource-group GROUP
    --policy-name POLICY --rule-collection-group-name AGENTS --name azure-devops --collection-priority 200 --action Allow
    --rule-type ApplicationRule --rule-name agents --protocols Https=443 --source-addresses SUBNET
    --target-fqdns dev.azure.com *.dev.azure.com *.vssps.visualstudio.com login.microsoftonline.com

    resource "azurerm_firewall_policy_rule_collection_group" "agents" {
      application_rule_collection {
        rule {
          destination_fqdns = ["dev.azure.com", "*.dev.azure.com", "*.vssps.visualstudio.com"]
        }
      }
    }

## See
- https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
- https://learn.microsoft.com/azure/devops/pipelines/agents/linux-agent
- article: Azure Pipelines agents
"""

from scanner.checks.agent_egress import agent_subnets, agents_reach_service
from scanner.engine import Severity, rule

check = rule(
    id="agent-egress-allowed",
    control="Azure Pipelines agents",
    severity=Severity.MEDIUM,
    each=agent_subnets,
)(agents_reach_service)
