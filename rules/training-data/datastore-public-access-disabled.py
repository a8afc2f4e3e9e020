"""
The services that a workspace's datastores and connections name do not answer on the public internet.

## Why
Training data seldom lies in the default account: it comes from a lake, a database or a search index that a datastore or
connection names. A closed workspace beside an open lake protects the copies and leaves the originals to any leaked key.

## Passes
As for the default account: public access is Disabled or closed by an enforced perimeter, or the firewall lets in nothing
but `[agents] allowed_ip_ranges` and subnets of the solution. Storage (blob, file, Gen2), Cosmos DB, AI Search and Azure
AI accounts, OpenAI's among them, are judged whole; SQL servers and Databricks by their switch, and what is on is unknown.

## Fails
The firewall lets in everybody, a range that you did not allow, or a foreign subnet, or a DNAT rule of an Azure Firewall
publishes a private endpoint. A kind that is not judged, and a service that was not read, is named and unknown, never
passed. The default account has rules of its own.

## Fix
az storage account update --ids ACCOUNT_ID --public-network-access Disabled --default-action Deny
az resource update --ids SERVICE_ID --set properties.publicNetworkAccess=Disabled

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-planning
- https://learn.microsoft.com/azure/storage/common/storage-network-security
- azure-policy: b2982f36-99f2-4db5-8eff-283140c09693   mcsb: NS-2
"""

from scanner.changes.properties import closes_public_access
from scanner.checks.data import data_public_access, data_services
from scanner.engine import Severity, rule

check = rule(
    id="datastore-public-access-disabled",
    control="Training data",
    severity=Severity.HIGH,
    each=data_services,
    changes=closes_public_access,
)(data_public_access)
