"""
Nobody outside the solution holds an approved private endpoint of its services.

## Why
A private endpoint is a way in that no firewall of the service sees: whoever owns it reaches the service from a network
of theirs, in any subscription or tenant, for as long as the connection is approved. It stays after the project that
asked for it has ended. Training data and the private link scope of telemetry count as services too.

## Passes
Each approved connection is of an endpoint in a subscription of the solution: of its resources, or of a network that it
is in or connected to. Those of `[private_link] trusted_subscriptions` in mlsec.toml pass and are noted, and so are
those that are called as an outbound rule of a managed network to the service: Microsoft hosts them. Unknown without one.

## Fails
An approved connection is of an endpoint in another subscription: of another team or tenant, or a managed endpoint of
Data Factory, Synapse, Fabric or the like. Each is named. Whether you want it there nobody but you can tell.

## Fix
az network private-endpoint-connection reject --id CONNECTION_ID --description "not ours"

or, where it is wanted, in mlsec.toml:

    [private_link]
    trusted_subscriptions = ["00000000-0000-0000-0000-000000000000"]

## See
- https://learn.microsoft.com/azure/private-link/manage-private-endpoint
- https://learn.microsoft.com/azure/data-factory/managed-virtual-network-private-endpoint
- mcsb: NS-2
"""

from scanner.checks.foreign_connections import foreign_connections, services
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="foreign-private-endpoint-connections",
    control="Private Link",
    severity=Severity.MEDIUM,
    each=services,
    changes=NoEdit(
        "whether whoever connected may stay is yours to say: reject the connection, or trust its subscription"
    ),
)(foreign_connections)
