"""What a topology picture shows, before anything has a place: nodes in nodes, and edges between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.engine import Severity
from scanner.model.arm import ArmId
from scanner.report.html.judged import State


class Kind(StrEnum):
    """What a node is; the words of its tooltip, and the name of its icon."""

    VNET = "virtual network"
    WAN_HUB = "virtual WAN hub"
    MANAGED_NETWORK = "managed network"
    SUBNET = "subnet"
    ENDPOINT = "private endpoint"
    OUTBOUND_RULE = "outbound rule"
    COMPUTE = "compute"
    CLUSTER = "AKS cluster"
    BASTION = "Bastion host"
    GATEWAY = "gateway"
    FIREWALL = "firewall"
    MACHINE = "virtual machine"
    SCALE_SET = "scale set"
    AGENT_POOL = "agent pool"
    WORKSPACE = "workspace"
    STORAGE = "storage account"
    VAULT = "key vault"
    REGISTRY = "container registry"
    ZONE = "private DNS zone"
    REST = "more"

    @property
    def slug(self) -> str:
        """The kind as a class name: "agent-pool"."""
        return self.name.lower().replace("_", "-")


class EdgeKind(StrEnum):
    """What joins two nodes."""

    PEERING = "peering"
    ZONE_LINK = "zone link"
    PRIVATE_LINK = "private link"

    @property
    def slug(self) -> str:
        """The kind as a class name: "zone-link"."""
        return self.value.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Node:
    """A resource in the picture, with what lies in it. `detail` is one short line of text.

    `severity` is the worst of what failed of it, None where no result did. `faults` say what is wrong with parts of it
    that have no place of their own, and `remarks` what was accepted or known before. A `ghost` is not there and should.
    """

    id: ArmId
    kind: Kind
    name: str
    detail: str = ""
    state: State = State.OK
    children: tuple[Node, ...] = ()
    severity: Severity | None = None
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    ghost: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two nodes. A private link's source is its endpoint, a zone link's the zone.

    `severity` is that of what failed of it, None where no result did.
    """

    kind: EdgeKind
    source: ArmId
    target: ArmId
    says: str
    state: State
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """One solution: the VNets that people come in from, those that hold its endpoints and computes, and what is beside.

    No node is both in `outer` and in `inner`.
    """

    workspace: ArmId
    isolation: str
    outer: tuple[Node, ...]
    inner: tuple[Node, ...]
    services: tuple[Node, ...]
    zones: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node with those in it, outermost first."""
        return _flat((*self.outer, *self.inner, *self.services, *self.zones))


def _flat(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(each for node in nodes for each in (node, *_flat(node.children)))
