"""
Nodes with public addresses answer Azure Machine Learning the way that it calls them.

## Why
The service calls such nodes at their own public addresses, past any firewall. A default route to a firewall sends the
answers there; it never saw the call and drops them, and nodes never become usable.

## Passes
What leaves the subnet for the internet does so directly, or a route for the AzureMachineLearning tag does. Such a route for
BatchNodeManagement is noted where it is missing: documents of 2021 ask for it, those of 2026 do not.

## Fails
The default route leads to a firewall, an appliance, a gateway or nowhere, and no route for the tag leads to the internet.
Routes for single address ranges leave it unknown: which the service has changes over time.

## Fix
Better than the route: computes without public addresses, which nobody calls.

az network route-table route create --resource-group GROUP --route-table-name TABLE --name AzureMLRoute --address-prefix AzureMachineLearning --next-hop-type Internet

    resource "azurerm_route" "machine_learning" {
      address_prefix = "AzureMachineLearning"
      next_hop_type  = "Internet"
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
- https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
"""

from scanner.checks.nsg import has_public_nodes
from scanner.checks.return_path import calls_answered
from scanner.checks.selectors import beyond_the_article, compute_subnets, where
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-return-path",
    control="Compute",
    severity=Severity.MEDIUM,
    each=beyond_the_article(where(compute_subnets, has_public_nodes)),
    changes=NoEdit("whether a route goes past the firewall or nodes go without public addresses is yours to choose"),
)(calls_answered)
