"""
Pipelines reach the workspace from self-hosted agents inside the network.

## Why
Microsoft-hosted agents come from addresses that change every week and that other tenants share. To let them in, the
workspace has to be opened to a good part of Azure; agents in a network of your own need no opening at all.

## Passes
A scale set, virtual machine or managed DevOps pool that runs agents is in the AML VNet or in one connected to it, or GitHub's
hosted runners, a container group or a container-app job are, in a delegated subnet. Extensions, tags, pools and names of
images show agents; what was installed by hand, or on AKS, is not seen. Retired download hosts are noted.

## Fails
No agent was seen there. An allow-list for hosted agents is named as the weak way that it is. With a point-to-site gateway
hosted agents may come in as VPN clients, which Azure does not show: that is unknown.

## Fix
Create a managed DevOps pool or a scale-set agent pool in a subnet that is connected to the AML VNet:

az mdp pool create --resource-group GROUP --name POOL --fabric-profile @fabric-profile.json

    resource "azurerm_linux_virtual_machine_scale_set" "agents" {
      network_interface { ip_configuration { subnet_id = azurerm_subnet.agents.id } }
    }

## See
- https://learn.microsoft.com/azure/devops/managed-devops-pools/configure-networking
- article: Azure Pipelines agents
- azure-policy: 0d6d79a8-8406-4e87-814d-2dcd83b2c355
"""

from scanner.checks.agents import private_agents
from scanner.checks.selectors import aml_vnet_workspaces
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="pipeline-agents-private",
    control="Azure Pipelines agents",
    severity=Severity.MEDIUM,
    each=aml_vnet_workspaces,
    changes=NoEdit("where agents run is yours to choose"),
)(private_agents)
