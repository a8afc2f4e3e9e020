"""Kubernetes clusters and their node pools."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, below, in_group, kind
from scanner.collect.iac.terraform.rows import identity, row
from scanner.creation.estate import Row

CLUSTER = "Microsoft.ContainerService/managedClusters"
POOL = f"{CLUSTER}/agentPools"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"


@kind("azurerm_kubernetes_cluster", CLUSTER, in_group)
def cluster(block: Block) -> Iterator[Piece]:
    """Map a cluster, and its default pool as a row of its own."""
    profile = block.blocks("network_profile")
    policy = profile[0].get("network_policy") if isinstance(profile, list) and profile else None
    access = {
        "enablePrivateCluster": block.get("private_cluster_enabled"),
        "authorizedIPRanges": _ranges(block),
    }
    yield row(
        block,
        {
            "apiServerAccessProfile": given(access),
            "networkProfile": profile if isinstance(profile, dict) else given({"networkPolicy": policy}),
        },
        identity=identity(block),
    )
    for each in _pools(block):
        yield _pool(block.world.id_of(block.instance), each)


def _ranges(block: Block) -> object:
    """Return from where the API server may be reached; the older versions have it outside of the profile."""
    profile = block.blocks("api_server_access_profile")
    if isinstance(profile, dict):
        return profile
    for each in profile:
        found = each.get("authorized_ip_ranges")
        if found:
            return found
    return block.get("api_server_authorized_ip_ranges") or None


def _pools(block: Block) -> list[Block]:
    found = block.blocks("default_node_pool")
    return found if isinstance(found, list) else []


def _pool(cluster_id: str, block: Block) -> Row:
    name = block.text("name") or "default"
    return {"id": f"{cluster_id}/agentPools/{name}", "type": POOL, "name": name, "properties": _nodes(block)}


def _nodes(block: Block) -> Row:
    public = block.get("node_public_ip_enabled")
    return given(
        {
            "vnetSubnetID": block.id("vnet_subnet_id", SUBNET),
            "enableNodePublicIP": block.get("enable_node_public_ip") if public is None else public,
        }
    )


@kind("azurerm_kubernetes_cluster_node_pool", POOL, below("kubernetes_cluster_id", CLUSTER))
def node_pool(block: Block) -> Iterator[Piece]:
    """Map a node pool."""
    yield row(block, _nodes(block))


@kind("azurerm_kubernetes_automatic_cluster", CLUSTER, in_group)
def automatic_cluster(block: Block) -> Iterator[Piece]:
    """Map an automatic cluster, which is private where it has a block of that name."""
    private = block.blocks("private_cluster")
    access = block.block("api_server_access")
    ranges = access.get("authorized_ip_ranges") if access is not None else None
    inside = {
        "enablePrivateCluster": bool(private) if isinstance(private, list) else private,
        "authorizedIPRanges": ranges,
    }
    yield row(block, {"apiServerAccessProfile": given(inside)}, identity=identity(block))
