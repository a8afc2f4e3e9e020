"""
Computes that reach Azure Storage reach only the accounts that they are meant to.

## Why
Computes need the Storage service tag of their region, since Azure Machine Learning keeps accounts of its own there. The
tag holds everybody's accounts, so code on a node can copy data to one that belongs to somebody else.

## Passes
The subnet has a service endpoint for Microsoft.Storage with a service endpoint policy that names the alias
/services/Azure/MachineLearning, or what leaves it passes a firewall.

## Fails
Neither guards the way; a policy is attached that lacks the alias; or a service endpoint without one leads around the
firewall. A perimeter's outbound rules do not count: they are for its members, and no virtual network can be one.

## Fix
The command line cannot set aliases: use the portal, a template, or Terraform.

az deployment group create --resource-group GROUP --template-file service-endpoint-policy.bicep

    resource "azurerm_subnet_service_endpoint_storage_policy" "example" {
      definition {
        service           = "Global"
        service_resources = ["/services/Azure/MachineLearning"]
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-prevent-data-loss-exfiltration
- article: Compute
- mcsb: NS-2
"""

from scanner.changes.computes import guards_storage

# What may be a member of a perimeter: learn.microsoft.com/azure/private-link/network-security-perimeter-concepts (2025-08).
from scanner.checks.required_flows import allows_storage, storage_guarded
from scanner.checks.selectors import compute_subnets, where
from scanner.engine import Severity, rule

check = rule(
    id="compute-storage-exfiltration-guarded",
    control="Compute",
    severity=Severity.LOW,
    each=where(compute_subnets, allows_storage),
    changes=guards_storage,
)(storage_guarded)
