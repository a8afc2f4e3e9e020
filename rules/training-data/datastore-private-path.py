"""
Computes reach the services that datastores and connections name over a private path.

## Why
The lake's endpoint, its zone, the peering to the data team's network and a security group can each look right and not add
up. This rule walks the way that a training job takes: the name, the address, the route, the groups at both ends.

## Passes
From each compute subnet (or, without any, each subnet with an endpoint of the workspace) every name of each sub-resource
resolves to an approved endpoint, is routed there and back, and is let in: on 443, for `file` on 445, for SQL servers on
1433, for MongoDB on 10255. The path is shown. With a managed network Microsoft's computes have no subnet: this is n/a.

## Fails
One problem for each service that is not reached, with the hops up to the first that breaks.

## Fix
Mend the hop that breaks: the endpoint (`mlsec-scan explain datastore-private-endpoint`), the zone's record or its link to
the AML VNet, the peering, or the rule that denies the port.

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns
- mcsb: NS-2
"""

from scanner.changes.dns import writes_data_records
from scanner.checks.data import data_paths, workspaces_with_data
from scanner.engine import Severity, rule

check = rule(
    id="datastore-private-path",
    control="Training data",
    severity=Severity.HIGH,
    each=workspaces_with_data,
    changes=writes_data_records,
)(data_paths)
