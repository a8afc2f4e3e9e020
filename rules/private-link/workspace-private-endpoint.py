"""
The workspace has an approved private endpoint in a virtual network of yours.

## Why
The studio, the SDK, the pipelines and the online endpoints all talk to the workspace. Without a private endpoint the
only way to it is its public address, and public network access cannot be switched off without locking everybody out.

## Passes
An Approved private endpoint for `amlworkspace` lies in a virtual network of yours. A project is judged by its hub's.

## Fails
There is no such endpoint, or its connection is Pending, Rejected or Disconnected. An endpoint that Microsoft made for a
managed network serves the computes in there and nobody else, so it does not count.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET --subnet SUBNET
    --private-connection-resource-id WORKSPACE_ID --group-id amlworkspace --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      private_service_connection {
        private_connection_resource_id = azurerm_machine_learning_workspace.example.id
        subresource_names              = ["amlworkspace"]
      }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link
- article: Private endpoints
- azure-policy: 45e05259-1eb5-4f70-9574-baf73e9d219b   mcsb: NS-2
"""

from scanner.changes.connections import connects_workspace
from scanner.checks.selectors import workspaces
from scanner.checks.services import inherited, workspace_endpoint
from scanner.engine import Notes, Severity, rule
from scanner.estate.solution import Solution
from scanner.graph import Graph


@rule(
    id="workspace-private-endpoint",
    control="Private Link",
    severity=Severity.HIGH,
    each=workspaces,
    changes=connects_workspace,
)
def check(solution: Solution, _: Graph) -> Notes:
    """Look for an approved endpoint that leads to the workspace."""
    yield from inherited(solution)
    yield from workspace_endpoint(solution)
