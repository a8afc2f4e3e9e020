"""
No container of a storage account that the workspace uses can be opened to anonymous readers.

## Why
While the account allows it, anybody who may change a container can publish the training data in it with one setting,
and its readers then need neither key nor token.

## Passes
The account forbids anonymous access: `allowBlobPublicAccess` is false. The workspace's own account counts, and each that
a datastore or connection names.

## Fails
It is true, or was never set. Accounts made before November 2023 take "never set" for true, and later ones carry an
explicit value, so say false.

## Fix
az storage account update --name ACCOUNT --resource-group GROUP --allow-blob-public-access false

    resource "azurerm_storage_account" "example" {
      allow_nested_items_to_be_public = false
    }

## See
- https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
- article: Public network access
- azure-policy: 4fa4b6c0-31ca-4c0d-b10d-24b96f62a751   mcsb: NS-2
"""

from scanner.changes.properties import sets
from scanner.checks.data import every_storage_account
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.services import StorageAccount


@rule(
    id="storage-anonymous-blob-access-disabled",
    control="Public network access",
    severity=Severity.MEDIUM,
    each=every_storage_account,
    changes=sets(
        "properties.allowBlobPublicAccess", to=False, stage=Stage.CLOSE, says="forbid anonymous readers of {}"
    ),
)
def check(account: StorageAccount, _: Graph) -> Notes:
    """Ask for an explicit false: what an absent value means has changed over the years."""
    match known(account.allow_blob_public_access):
        case True:
            yield Problem("containers may be opened to anonymous readers: allowBlobPublicAccess is true", (account.id,))
        case None:
            yield Problem("allowBlobPublicAccess was never set, which older accounts take for true", (account.id,))
