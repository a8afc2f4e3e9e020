"""
Compute clusters and instances run inside a virtual network.

## Why
A compute outside your network reaches storage and registry over the internet and can itself be reached from there. Jobs
on it run with the workspace's data.

## Passes
The compute has a subnet of yours, or the workspace uses a managed network: then Microsoft hosts the subnet, and none of
yours is correct.

## Fails
The compute has no subnet and the workspace has no managed network.

## Fix
A compute cannot be moved: create it again in the subnet and delete the old one.

az ml compute create --name CLUSTER --type AmlCompute --vnet-name VNET --subnet SUBNET --enable-node-public-ip false

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- article: Virtual network
- azure-policy: 7804b5c7-01dc-4723-969b-ae300cc07ff1 (wrong on managed networks)   mcsb: NS-2
"""

from scanner.checks.selectors import node_computes
from scanner.checks.services import outside_vnet
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-in-vnet",
    control="Virtual network",
    severity=Severity.HIGH,
    each=node_computes,
    changes=NoEdit("the subnet is chosen when a compute is made: delete it and make it again in one"),
)(outside_vnet)
