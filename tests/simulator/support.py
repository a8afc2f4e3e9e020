"""A small estate, and one GET over a real socket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from scanner.simulator import OFFERED, Estate, Resource, Simulator
from scanner.simulator.target import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

SUB = "/subscriptions/abcd1111-0000-0000-0000-000000000001"
EMPTY_SUB = "/subscriptions/22222222-0000-0000-0000-000000000002"
RG = f"{SUB}/resourceGroups/ml"
NET = f"{RG}/providers/Microsoft.Network"
ZONE = f"{NET}/privateDnsZones/privatelink.api.azureml.ms"
WORKSPACE = f"{RG}/providers/Microsoft.MachineLearningServices/workspaces/ws"
SCALE_SET = f"{RG}/providers/Microsoft.Compute/virtualMachineScaleSets/agents"
REGISTRY = f"{RG}/providers/Microsoft.ContainerRegistry/registries/acr"
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/corp"
AUTH = "/providers/Microsoft.Authorization"
VERSION = "api-version=2024-01-01"
_SPOKEN = {kind.lower(): versions for kind, versions in OFFERED.items()}


def arm(arm_id: str, kind: str, **properties: object) -> Resource:
    """Build a resource whose name is the last segment of its id."""
    return {"id": arm_id, "type": kind, "name": arm_id.rpartition("/")[2], "properties": properties}


def subscription(arm_id: str, name: str) -> Resource:
    """Build a subscription, which has no name and no properties."""
    guid = arm_id.rpartition("/")[2]
    kind = "Microsoft.Resources/subscriptions"
    return {"id": arm_id, "type": kind, "subscriptionId": guid, "displayName": name, "state": "Enabled"}


def assignment(scope: str, name: str, principal: str) -> Resource:
    """Build a role assignment on a scope."""
    arm_id = f"{scope}{AUTH}/roleAssignments/{name}"
    return arm(arm_id, "Microsoft.Authorization/roleAssignments", scope=scope, principalId=principal)


def _vnet(name: str) -> Resource:
    vnet = f"{NET}/virtualNetworks/{name}"
    subnet = {"id": f"{vnet}/subnets/training", "name": "training", "properties": {"addressPrefix": "10.0.0.0/24"}}
    return arm(vnet, "Microsoft.Network/virtualNetworks", subnets=[subnet], virtualNetworkPeerings=[])


ESTATE = Estate(
    about="One workspace with its network.",
    groups={"Team": ("alice", "Squad"), "squad": ("Bob",)},
    resources=(
        subscription(SUB, "ml"),
        subscription(EMPTY_SUB, "empty"),
        arm(RG, "Microsoft.Resources/resourceGroups"),
        arm(f"{SUB}/resourceGroups/spare", "Microsoft.Resources/resourceGroups"),
        *(_vnet(name) for name in ("hub", "aml", "access")),
        arm(
            f"{SUB}/resourceGroups/spare/providers/Microsoft.Network/virtualNetworks/far",
            "Microsoft.Network/virtualNetworks",
        ),
        arm(f"{NET}/virtualNetworkGateways/vpn", "Microsoft.Network/virtualNetworkGateways"),
        arm(
            f"{NET}/networkSecurityGroups/nsg",
            "Microsoft.Network/networkSecurityGroups",
            securityRules=[{"name": "in"}],
        ),
        arm(ZONE, "Microsoft.Network/privateDnsZones"),
        arm(f"{ZONE}/A/ws", "Microsoft.Network/privateDnsZones/A"),
        arm(f"{ZONE}/SOA/@", "Microsoft.Network/privateDnsZones/SOA"),
        arm(f"{ZONE}/virtualNetworkLinks/aml", "Microsoft.Network/privateDnsZones/virtualNetworkLinks"),
        arm(
            WORKSPACE,
            "Microsoft.MachineLearningServices/workspaces",
            publicNetworkAccess="Enabled",
            networkAcls={"defaultAction": "Deny"},
            ipAllowlist=["203.0.113.0/24"],
            privateEndpointConnections=[{"id": f"{WORKSPACE}/privateEndpointConnections/pe.1"}],
        ),
        arm(f"{WORKSPACE}/computes/gpu", "Microsoft.MachineLearningServices/workspaces/computes"),
        arm(f"{WORKSPACE}/onlineEndpoints/score", "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"),
        arm(
            f"{WORKSPACE}/onlineEndpoints/score/deployments/blue",
            "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
        ),
        arm(
            SCALE_SET,
            "Microsoft.Compute/virtualMachineScaleSets",
            virtualMachineProfile={"extensionProfile": {"extensions": [{"name": "agent", "properties": {}}]}},
        ),
        arm(REGISTRY, "Microsoft.ContainerRegistry/registries"),
        arm(f"{AUTH}/roleDefinitions/owner", "Microsoft.Authorization/roleDefinitions"),
        assignment(MANAGEMENT_GROUP, "corp", "alice"),
        assignment(SUB, "sub", "team"),
        assignment(RG, "group", "bob"),
        assignment(REGISTRY, "registry", "carol"),
        assignment(WORKSPACE, "workspace", "alice"),
    ),
)


@dataclass(frozen=True)
class Got:
    """One answer."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever JSON the test expects
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def names(self) -> list[str]:
        """The last id segment of each row of a page, in order."""
        return [row["id"].rpartition("/")[2] for row in self.json["value"]]

    @property
    def code(self) -> str:
        """The code of an ARM error."""
        return str(self.json["error"]["code"])

    @property
    def message(self) -> str:
        """The message of an ARM error."""
        return str(self.json["error"]["message"])


def get(simulator: Simulator, path: str, query: str | None = None, **headers: str) -> Got:
    """GET a path, which is percent-encoded here, on a connection of its own; by default in the newest version."""
    return send(simulator, "GET", f"{quote(path)}?{newest(path) if query is None else query}", headers)


def newest(path: str) -> str:
    """Return the query with the newest api-version that is offered for what a path names."""
    spoken = _SPOKEN.get(read_target(path).type.lower())
    return f"api-version={spoken[-1]}" if spoken else VERSION


def send(simulator: Simulator, method: str, url: str, headers: dict[str, str] | None = None) -> Got:
    """Send any method to a URL path with its query; a JSON body goes along with what is not a GET."""
    where = urlsplit(simulator.url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=5)
    try:
        connection.request(method, url, body=None if method == "GET" else b"{}", headers=headers or {})
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())
    finally:
        connection.close()


def follow(simulator: Simulator, first: Got) -> Iterator[Got]:
    """Yield a page and all that its links lead to."""
    page = first
    yield page
    while link := page.json.get("nextLink"):
        page = send(simulator, "GET", link.removeprefix(simulator.url))
        yield page
