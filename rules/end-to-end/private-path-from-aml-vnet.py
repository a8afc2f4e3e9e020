"""
From the AML VNet, computes reach every service of the workspace over a private path.

## Why
An endpoint, a zone, a peering and a security group can each look right and still not add up: a record is stale, a zone is
linked elsewhere, a rule denies the port. Jobs then fail, or go out by the public address. This rule walks the whole way.

## Passes
From each compute subnet (or, without any, each subnet with endpoints) the names of workspace, blob, file, vault and
registry resolve to an approved endpoint, are routed there and back, and are let in on 443 (file: 445). The path is shown.

## Fails
One problem for each service that is not reached, with the hops up to the first that breaks. Where a route leads through an
Azure Firewall, its rules decide; what an appliance of another make lets in is unknown.

## Fix
Mend the hop that breaks; the rule of its control says how. `mlsec-scan explain private-dns-zone-linked-to-aml-vnet`,
`peering-connected-both-ways`, `compute-nsg-required-outbound` and `private-endpoint-approved` are the usual ones.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns
- article: Virtual network, Private endpoints, Private DNS zones
- mcsb: NS-2
"""

from scanner.checks.paths import from_aml_vnet
from scanner.checks.selectors import aml_vnets
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="private-path-from-aml-vnet",
    control="End to end",
    severity=Severity.HIGH,
    each=aml_vnets,
    changes=NoEdit("what breaks the way is mended where other rules find it"),
)(from_aml_vnet)
