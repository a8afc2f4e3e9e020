"""
Nodes without public addresses have a way out.

## Why
Computes fetch packages and images and report to Azure Machine Learning over the internet. A node without a public
address needs something to do that through; without it, jobs hang and instances never start.

## Passes
The subnet has a NAT gateway with a public address, or a default route to a firewall, appliance or secured hub that
exists. Azure's default outbound access passes with a note while it is in force: it was retired on 2026-03-31, and
subnets made since come without it.

## Fails
The default route drops traffic or leads to nothing, the subnet is private and nothing else leads out, or routes for
service tags lead around the firewall straight to the internet, where a private subnet without a NAT gateway has no
address. Of a range that goes around it is not known whether anything needed is in it.

## Fix
az network vnet subnet update --resource-group GROUP --vnet-name VNET --name SUBNET --nat-gateway NAT_GATEWAY

    resource "azurerm_subnet_nat_gateway_association" "compute" {
      subnet_id      = azurerm_subnet.compute.id
      nat_gateway_id = azurerm_nat_gateway.example.id
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
- article: Compute
- azure-policy: 7bca8353-aa3b-429b-904a-9229c4385837
"""

from scanner.checks.egress import hidden_compute_subnets, way_out
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-egress-path",
    control="Compute",
    severity=Severity.MEDIUM,
    each=hidden_compute_subnets,
    changes=NoEdit("whether a NAT gateway or a firewall takes traffic out is yours to choose"),
)(way_out)
