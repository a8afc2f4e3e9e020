"""
There is a private way for people into the AML VNet.

## Why
A workspace that is closed to the internet is useless to people who cannot get into its network, and they will ask for it
to be opened again. A VPN, ExpressRoute or a Bastion host with a jump host lets them in without that.

## Passes
At least one of these is in the AML VNet or joined to it: a VPN gateway with point-to-site or a connection, an
ExpressRoute gateway with a circuit that is enabled, or a Bastion host that reaches a virtual machine. Gateways of a
virtual WAN hub count; those in a peered VNet count if the AML VNet uses them. All that was found is named.

## Fails
None of them is there, or what is there is not connected to the AML VNet, which is said.

## Fix
az network bastion create --resource-group GROUP --name BASTION --vnet-name VNET --public-ip-address ADDRESS

    resource "azurerm_bastion_host" "example" {
      ip_configuration {
        subnet_id = azurerm_subnet.bastion.id
      }
    }

Or, for a gateway in a peered VNet, set allowGatewayTransit on its side and useRemoteGateways on the AML VNet's.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- article: Access to the virtual network
- cis: 8.4.1
"""

from scanner.checks.access import way_in
from scanner.checks.selectors import aml_vnet_workspaces
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="private-access-path",
    control="Access to the virtual network",
    severity=Severity.MEDIUM,
    each=aml_vnet_workspaces,
    changes=NoEdit("how people come in is yours to choose"),
)(way_in)
