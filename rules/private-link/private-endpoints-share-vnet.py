"""
The storage account's private endpoints are in the virtual network of one of the workspace's private endpoints.

## Why
The studio's pages talk to the workspace and read the default storage account themselves. Microsoft supports that only
where both have an endpoint in the same virtual network; a peered one will not do.

## Passes
One virtual network holds an approved endpoint of the workspace and an approved one for each of the account's `blob` and
`file` that has any. They may be in different subnets. Where one of the two sides has no approved endpoint this is n/a.

## Fails
No virtual network with an endpoint of the workspace holds the account's too.

## Fix
az network private-endpoint create --name NAME --resource-group GROUP --vnet-name VNET_OF_WORKSPACE --subnet SUBNET
    --private-connection-resource-id ACCOUNT_ID --group-id blob --connection-name NAME

    resource "azurerm_private_endpoint" "example" {
      subnet_id = azurerm_private_endpoint.workspace.subnet_id
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-enable-studio-virtual-network
- article: Private endpoints
- mcsb: NS-2
"""

from scanner.checks.selectors import studio_workspaces
from scanner.checks.services import inherited, shared_vnet
from scanner.engine import Notes, Severity, rule
from scanner.engine.change import NoEdit
from scanner.estate.solution import Solution
from scanner.graph import Graph


@rule(
    id="private-endpoints-share-vnet",
    control="Private Link",
    severity=Severity.MEDIUM,
    each=studio_workspaces,
    changes=NoEdit("endpoints cannot be moved: which of them is made again elsewhere is yours to choose"),
)
def check(solution: Solution, _: Graph) -> Notes:
    """Look for a virtual network that has the endpoints of both."""
    yield from inherited(solution)
    if solution.storage_account is not None:
        yield from shared_vnet(solution, solution.storage_account)
