"""
The names of compute instances lead to the workspace's private endpoint wherever people work.

## Why
Jupyter, RStudio and the terminal open at a name of the instance's own, which no private DNS zone is kept for. Servers
that forward only the workspace's domains leave it to public DNS: the studio opens, and notebooks never connect.

## Passes
From every access VNet the name resolves to an approved endpoint of the workspace. Azure-provided DNS, a Private Resolver
and a firewall's proxy to it do so by themselves.

## Fails
A private zone for the instances' domain has no record or a stale one, or a forwarding rule leads to where public DNS
answers. A DNS server that cannot be seen through is unknown: it has to forward the domain to Azure-provided DNS.

## Fix
Forward instances.azureml.ms to 168.63.129.16 on every DNS server, or delete the zone that stands in the way:

az network private-dns zone delete --resource-group GROUP --name instances.azureml.ms

    resource "azurerm_private_dns_a_record" "instances" {
      name      = "*.westeurope"
      zone_name = "instances.azureml.ms"
      records   = [azurerm_private_endpoint.workspace.private_service_connection[0].private_ip_address]
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns
"""

from scanner.checks.instance_names import instance_named, is_reached_privately
from scanner.checks.selectors import beyond_the_article, computes, where
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-instance-names-resolve",
    control="Private DNS zones",
    severity=Severity.MEDIUM,
    each=beyond_the_article(where(computes, is_reached_privately)),
    changes=NoEdit("whether a zone goes or gets a record, and what a server forwards, is yours to choose"),
)(instance_named)
