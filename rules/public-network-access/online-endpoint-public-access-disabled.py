"""
Online endpoints take scoring requests over the workspace's private endpoint only.

## Why
An online endpoint has a switch of its own. While that is on, it answers the whole internet even where public network
access to the workspace is Disabled, and a leaked key is enough to score or to probe the model.

## Passes
Public network access of the endpoint is Disabled. An endpoint that runs on an attached Kubernetes cluster is not
judged: the switch has no effect there, the cluster's load balancer decides.

## Fails
It is Enabled (Azure's default when nothing is set), also where selected addresses narrow access to the workspace.

## Fix
az ml online-endpoint update --name ENDPOINT --workspace-name WORKSPACE --resource-group GROUP
    --set public_network_access=disabled

    resource "azapi_resource" "endpoint" {
      body = { properties = { publicNetworkAccess = "Disabled" } }
    }

## See
- https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint
- article: Public network access
"""

from scanner.changes.properties import closes_public_access
from scanner.checks.properties import must_not
from scanner.checks.selectors import managed_online_endpoints
from scanner.engine import Severity, rule
from scanner.model.exposure import Toggle

check = rule(
    id="online-endpoint-public-access-disabled",
    control="Public network access",
    severity=Severity.HIGH,
    each=managed_online_endpoints,
    changes=closes_public_access,
)(
    must_not(
        lambda endpoint: endpoint.public_network_access != Toggle.DISABLED,
        "the endpoint's own public network access is enabled",
    )
)
