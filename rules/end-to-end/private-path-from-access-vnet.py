"""
From the access VNet, people and pipelines reach every service of the workspace over a private path.

## Why
Whoever works with a closed workspace comes from a jump host, an agent or a VPN. Where their network does not resolve a
name, has no route, or is turned away, they cannot work, and the usual way out is to open public access again.

## Passes
From each subnet with a jump host or an agent (or, without any, each gateway's) the names of workspace, blob, file, vault
and registry resolve to an approved endpoint, are routed there and back, and are let in on 443 (file: 445). DNS servers that
an interface has of its own come before the network's.

## Fails
One problem for each service that is not reached, with the hops up to the first that breaks. Where a route leads through an
Azure Firewall, its rules decide; what an appliance of another make lets in is unknown.

## Fix
Mend the hop that breaks; the rule of its control says how. `mlsec-scan explain private-dns-zone-linked-to-access-vnet`,
`peering-connected-both-ways` and `private-endpoint-approved` are the usual ones.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
- article: Virtual network peering, Access resources in the virtual network
- mcsb: NS-2
"""

from scanner.checks.paths import from_access_vnet
from scanner.checks.selectors import access_vnets
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="private-path-from-access-vnet",
    control="End to end",
    severity=Severity.HIGH,
    each=access_vnets,
    changes=NoEdit("what breaks the way is mended where other rules find it"),
)(from_access_vnet)
