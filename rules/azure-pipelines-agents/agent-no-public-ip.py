"""
Pipeline agents have no public addresses.

## Why
An agent holds tokens for the workspace and runs whatever a pipeline tells it to. It calls Azure DevOps by itself, so
nothing ever has to reach it from the internet.

## Passes
No interface of the agent has a public IP address, a scale set gives none to its instances, and no NAT rule of a public
load balancer leads to it. The machines of a managed DevOps pool are not yours: without others this is n/a.

## Fails
It has one, its instances get one, or a load balancer or Azure Firewall forwards a port to it.

## Fix
az vmss update --resource-group GROUP --name AGENTS --remove
    virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0].publicIPAddressConfiguration

    resource "azurerm_linux_virtual_machine_scale_set" "agents" {
      network_interface {
        ip_configuration {
          # no public_ip_address block
        }
      }
    }

## See
- https://learn.microsoft.com/azure/devops/pipelines/agents/scale-set-agents
- article: Azure Pipelines agents
- azure-policy: 83a86a26-fd1f-447c-b59d-e51f44264114
"""

from scanner.changes.addresses import takes_public_addresses
from scanner.checks.agents import agent_machines
from scanner.checks.public_addresses import public_addresses
from scanner.engine import Severity, rule

check = rule(
    id="agent-no-public-ip",
    control="Azure Pipelines agents",
    severity=Severity.MEDIUM,
    each=agent_machines,
    changes=takes_public_addresses,
)(public_addresses)
