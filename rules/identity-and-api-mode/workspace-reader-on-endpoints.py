"""
The workspace's identity may read the private endpoints of its storage account.

## Why
The studio shows data of a storage account behind private endpoints only if the workspace's identity can see them. Without
Reader there, previews, designer and AutoML fail, and the usual way out is to open the account's public endpoint.

## Passes
A role at each approved endpoint for `blob` and `file`, or above it (resource group, subscription), permits to read it. What
a role permits is judged by its effective actions, not by its name: Reader, Contributor and a custom role all count.

## Fails
No role of the identity permits it, or the workspace has no identity.

## Fix
az role assignment create --assignee-object-id PRINCIPAL_ID --assignee-principal-type ServicePrincipal
    --role Reader --scope ENDPOINT_ID

    resource "azurerm_role_assignment" "example" {
      scope                = azurerm_private_endpoint.example.id
      role_definition_name = "Reader"
      principal_id         = azurerm_machine_learning_workspace.example.identity[0].principal_id
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-enable-studio-virtual-network
- https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
"""

from scanner.changes.roles import gives_reader_on_endpoints
from scanner.checks.endpoint_readers import readers_of_endpoints, workspaces_with_storage_endpoints
from scanner.engine import Severity, rule

check = rule(
    id="workspace-reader-on-endpoints",
    control="Identity and API mode",
    severity=Severity.LOW,
    each=workspaces_with_storage_endpoints,
    changes=gives_reader_on_endpoints,
)(readers_of_endpoints)
