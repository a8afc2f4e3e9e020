"""
The workspace's storage account does not answer on the public internet.

## Why
The default storage account holds training data, models, notebooks and logs. Its public endpoint is reachable with a
leaked key or SAS token from anywhere, whatever private endpoints exist beside it.

## Passes
Public network access is Disabled or SecuredByPerimeter, or the default action is Deny and every IP rule is in
`[agents] allowed_ip_ranges` and every subnet rule is for a subnet of the solution. While access is Disabled, leftover
rules have no effect and are not reported. The inbound rules of a network security perimeter are judged like IP rules;
an enforced one takes the place of the firewall, any other stands beside it.

## Fails
There is no firewall or its default action is Allow, an IP rule lets in a range that you did not allow, or a subnet rule
lets in a foreign one; or a DNAT rule of an Azure Firewall publishes a private endpoint of it.

## Fix
az storage account update --name ACCOUNT --resource-group GROUP --public-network-access Disabled --default-action Deny

    resource "azurerm_storage_account" "example" {
      public_network_access_enabled = false
    }

## See
- https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition
- https://learn.microsoft.com/azure/storage/common/storage-network-security
- article: Public network access
- azure-policy: b2982f36-99f2-4db5-8eff-283140c09693, 34c877ad-507e-4c82-993e-3452a6e0ad3c   mcsb: NS-2
"""

from scanner.changes.properties import closes_public_access
from scanner.checks.public_access import public_access
from scanner.checks.selectors import storage_accounts
from scanner.engine import Severity, rule

check = rule(
    id="storage-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=storage_accounts,
    changes=closes_public_access,
)(public_access)
