"""
Compute clusters and instances accept no local accounts.

## Why
A local account on the nodes signs in with an SSH key or password that no conditional access policy sees, that nobody
rotates, and that outlives the person it was made for. Without it, Microsoft Entra ID decides who gets in.

## Passes
Local authentication is disabled on the compute.

## Fails
Local authentication is on, which is what Azure's REST interface and Terraform choose when nothing is said.

## Fix
The setting is fixed when a compute is created: create it again without SSH settings and delete the old one.

az ml compute create --name CLUSTER --type AmlCompute --ssh-public-access-enabled false --vnet-name VNET --subnet SUBNET

    resource "azurerm_machine_learning_compute_cluster" "example" {
      local_auth_enabled = false
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-integrate-azure-policy
- article: Compute
- azure-policy: e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f   mcsb: IM-1
"""

from scanner.checks.properties import must_not
from scanner.checks.selectors import node_computes
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known

check = rule(
    id="compute-local-auth-disabled",
    control="Compute",
    severity=Severity.LOW,
    each=node_computes,
    changes=NoEdit("local accounts are chosen when a compute is made: delete it and make it again"),
)(must_not(lambda compute: not known(compute.disable_local_auth), "local authentication is enabled"))
