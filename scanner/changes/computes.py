"""Changes of where a workspace's computes run and what they may reach."""

from __future__ import annotations

from typing import Any

from scanner.changes.naming import made_name
from scanner.checks.required_flows import LEARNING_ALIAS, STORAGE_SERVICES
from scanner.domain.image_build import reasons_against
from scanner.engine.change import Change, Changes, Choice, Create, Edit, Set, Stage
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_compute_subnet
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.network_security import ServiceEndpointPolicy

_SERVERLESS = "properties.serverlessComputeSettings"


def builds_images(solution: Solution, _: Graph) -> Changes:
    """Offer each cluster of the workspace that can build images."""
    vnets = solution.aml_vnets.whole()
    for compute in solution.computes().found:
        if not list(reasons_against(compute, vnets)):
            edit = Set(solution.network_workspace.id, "properties.imageBuildCompute", compute.name)
            choices = (Choice("cluster", compute.name, "a CPU cluster in an AML VNet"),)
            says = f"have {compute.name} build the images of {solution.name}"
            yield Change(says, solution.id, (edit,), Stage.GROUND, choices)


def places_serverless(solution: Solution, _: Graph) -> Changes:
    """Offer serverless compute the subnet that it has, or that computes have, without public addresses."""
    workspace = solution.network_workspace
    subnet = known(workspace.serverless_subnet) or next(iter(solution.compute_subnets().found), None)
    if subnet is None:
        return
    value = {"serverlessComputeCustomSubnet": str(subnet), "serverlessComputeNoPublicIP": True}
    choices = (Choice("subnet", str(subnet), "where computes of the workspace are"),)
    says = f"run serverless computes of {workspace.name} in {subnet.name}, without public addresses"
    yield Change(says, workspace.id, (Set(workspace.id, _SERVERLESS, value),), Stage.GROUND, choices)


def guards_storage(subnet: Subnet, graph: Graph) -> Changes:
    """Offer a service endpoint for storage with a policy: the workspaces' own accounts and those of Azure itself."""
    if known(subnet.service_endpoint_policies, subnet.name):
        return
    policy = _policy(subnet, graph)
    endpoints: list[dict[str, Any]] = [{"service": known(each.service)} for each in known(subnet.service_endpoints)]
    if not any(each["service"].lower() in STORAGE_SERVICES for each in endpoints):
        endpoints.append({"service": "Microsoft.Storage"})
    edits: tuple[Edit, ...] = (
        policy,
        Set(subnet.id, "properties.serviceEndpoints", endpoints),
        Set(subnet.id, "properties.serviceEndpointPolicies", [{"id": str(policy.target)}]),
    )
    yield Change(f"let {subnet.name} reach its own storage accounts alone", subnet.id, edits, Stage.GUARD)


def _policy(subnet: Subnet, graph: Graph) -> Create:
    vnet = graph.get(VirtualNetwork, vnet_of(subnet.id))
    home = vnet.id.scope
    name = made_name(f"sep-{subnet.name}", ServiceEndpointPolicy.TYPE, home, graph)
    users = users_of_compute_subnet(subnet.id, graph).found
    accounts = sorted({str(each.storage_account.id) for each in users if each.storage_account is not None})
    definitions = [
        _definition("own-accounts", "Microsoft.Storage", accounts),
        _definition("machine-learning", "Global", [LEARNING_ALIAS]),
    ]
    return Create(
        {
            "id": f"{home}/providers/{ServiceEndpointPolicy.TYPE}/{name}",
            "location": known(vnet.location, vnet.name),
            "properties": {"serviceEndpointPolicyDefinitions": definitions},
        }
    )


def _definition(name: str, service: str, resources: list[str]) -> dict[str, Any]:
    return {"name": name, "properties": {"service": service, "serviceResources": resources}}
