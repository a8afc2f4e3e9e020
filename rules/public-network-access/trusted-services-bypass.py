"""
A closed storage account or key vault lets its workspace in as a trusted service of Azure.

## Why
Azure Machine Learning reaches both by its own identity for parts of what it does: studio previews, registering data,
deployments, secrets of a workspace with a service endpoint. Where they are closed and nobody is excepted those parts
break, and people tend to open the firewall instead.

## Passes
The bypass holds AzureServices, which is Azure's default; or resource instance rules name the workspace, which is
narrower: AzureServices lets in what Azure trusts, in the tenant's other subscriptions too. A note says which it is.
Whether trusted services enter what an enforced perimeter secures, Microsoft's pages say both ways: that is noted. An access
rule of the perimeter for the workspace's subscription lets its identity in.

## Fails
The bypass is None, or Logging and Metrics alone, and no resource instance rule names the workspace. A service that
answers the whole internet needs no bypass and is not judged here; vaults have no instance rules.

## Fix
az storage account update --name ACCOUNT --resource-group GROUP --bypass AzureServices

    resource "azurerm_storage_account_network_rules" "example" {
      bypass = ["AzureServices"]
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- https://learn.microsoft.com/azure/storage/common/storage-network-security
- azure-policy: c9d007d0-c057-4772-b18c-01e546713bcd
"""

from scanner.changes.properties import sets
from scanner.checks.bypass import restricted_services, trusted_services
from scanner.engine import Severity, rule
from scanner.engine.change import Stage

check = rule(
    id="trusted-services-bypass",
    control="Public network access",
    severity=Severity.MEDIUM,
    each=restricted_services,
    changes=sets(
        "properties.networkAcls.bypass",
        to="AzureServices",
        stage=Stage.WAY,
        says="let trusted services pass the firewall of {}",
    ),
)(trusted_services)
