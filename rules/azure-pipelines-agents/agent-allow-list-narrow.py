"""
Addresses that a service lets in from the internet are few.

## Why
Allow-lists are often made for Microsoft-hosted agents. Their addresses are spread over whole Azure regions and are
handed to every tenant in turn, so that a list that holds them lets in strangers too.

## Passes
No range that the service lets in is wider than a /24 (IPv6: /48). Where the service lets nobody in, or has no list, this
is n/a; whether a range is yours is judged under Public network access.

## Fails
A range is wider than that: no team's own agents need it, and a service tag's ranges are.

## Fix
Run agents inside your network and remove the range, or put the address of their NAT gateway in its place:

az storage account network-rule remove --resource-group GROUP --account-name ACCOUNT --ip-address 20.0.0.0/11

    resource "azurerm_storage_account_network_rules" "example" {
      default_action = "Deny"
      ip_rules       = ["203.0.113.8"]
    }

## See
- https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url
- article: Azure Pipelines agents
- mcsb: NS-2
"""

from scanner.checks.agents import services_with_allow_list, wide_ranges
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="agent-allow-list-narrow",
    control="Azure Pipelines agents",
    severity=Severity.MEDIUM,
    each=services_with_allow_list,
    changes=NoEdit("which addresses your agents come from is yours to say"),
)(wide_ranges)
