"""
The workspace's key vault does not answer on the public internet.

## Why
The vault holds the storage keys, registry passwords and connection secrets of the workspace. While its public endpoint
answers, one stolen token is enough to read them from anywhere.

## Passes
Public network access is Disabled or SecuredByPerimeter, or the default action is Deny and every IP rule is in
`[agents] allowed_ip_ranges` and every subnet rule is for a subnet of the solution. While access is Disabled, leftover
rules have no effect and are not reported. The inbound rules of a network security perimeter are judged like IP rules;
an enforced one takes the place of the firewall, any other stands beside it.

## Fails
There is no firewall or its default action is Allow, an IP rule lets in a range that you did not allow, or a subnet rule
lets in a foreign one; or a DNAT rule of an Azure Firewall publishes a private endpoint of it.

## Fix
az keyvault update --name VAULT --resource-group GROUP --public-network-access Disabled --default-action Deny

    resource "azurerm_key_vault" "example" {
      public_network_access_enabled = false
    }

## See
- https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition
- https://learn.microsoft.com/azure/key-vault/general/network-security
- article: Public network access
- azure-policy: 405c5871-3e91-4644-8a63-58e19d68ff5b, 55615ac9-af46-4a59-874e-391cc3dfb490   mcsb: NS-2, DP-8
"""

from scanner.changes.properties import closes_public_access
from scanner.checks.public_access import public_access
from scanner.checks.selectors import key_vaults
from scanner.engine import Severity, rule

check = rule(
    id="key-vault-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=key_vaults,
    changes=closes_public_access,
)(public_access)
