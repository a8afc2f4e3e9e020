"""
Agents reach Azure DevOps or GitHub, sign-in, and the hosts that they download themselves from.

## Why
An agent asks its service for work; nobody calls it. Where a group, a route or a firewall keeps it from that, pipelines
wait, and the usual remedy in a hurry is to move them to hosted agents and to open the workspace to those.

## Passes
From each subnet with agents TCP 443 to what they need is allowed by groups, is routed out, and passes the Azure Firewall
on the way. Agents of Azure Pipelines need Azure DevOps, Entra ID and download.agent.dev.azure.com; runners of GitHub, those
that it hosts in a subnet too, github.com, api.github.com, *.actions.githubusercontent.com; what some workflows alone need is
noted. Names, documented addresses and tags count alike; notes tell where documents disagree or lists are added to.

## Fails
A destination is denied, no rule of the firewall allows it, or nothing routes it out. Another make's appliance is unknown,
as is a name where some tags or addresses alone are allowed: groups know no names. Runners on AKS leave no trace; those of
GitHub Enterprise Server or GHE.com, which call hosts of their own, look like the others.

## Fix
az network firewall policy rule-collection-group collection add-filter-collection --resource-group GROUP
    --policy-name POLICY --rule-collection-group-name AGENTS --name azure-devops --collection-priority 200
    --action Allow --rule-type ApplicationRule --rule-name agents --protocols Https=443 --source-addresses SUBNET
    --target-fqdns dev.azure.com *.dev.azure.com *.vssps.visualstudio.com login.microsoftonline.com

For runners, github.com *.github.com *.githubusercontent.com ghcr.io. In Terraform, an application_rule_collection.

## See
- https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
- https://learn.microsoft.com/azure/devops/pipelines/agents/linux-agent
- https://docs.github.com/en/actions/concepts/runners/communicating-with-self-hosted-runners
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
