"""
A registry that is replicated has a private name and record for the images in each of its regions.

## Why
Signing in to a registry and pulling from it go by different names: layers come from the data endpoint of the region that
Azure finds nearest. An endpoint or zone that lacks one region's data name lets builds sign in and then fail, or sends them
to the public address, and only on the days when that replica is chosen.

## Passes
Each approved endpoint that the workspace's networks reach shows `REGISTRY.REGION.data` for the registry's own region and
for every replica, and the private DNS zone has its address under that name.

## Fails
The endpoint has no such name for a region: it was made before the replica, and not updated since. Or the zone lacks its
record, or holds another address.

## Fix
az network private-endpoint show --ids ENDPOINT_ID --query customDnsConfigs
az network private-dns record-set a add-record --resource-group GROUP --zone-name privatelink.azurecr.io
    --record-set-name REGISTRY.REGION.data --ipv4-address ADDRESS

## See
- https://learn.microsoft.com/azure/container-registry/container-registry-private-link
- https://learn.microsoft.com/azure/container-registry/container-registry-endpoint-reference
- mcsb: NS-2
"""

from scanner.checks.replicas import replica_records, replicated_registries
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="registry-replica-records",
    control="Private DNS zones",
    severity=Severity.MEDIUM,
    each=replicated_registries,
    changes=NoEdit("an endpoint learns of replicas when it is made: make it again"),
)(replica_records)
