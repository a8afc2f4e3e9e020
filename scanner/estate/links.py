"""The private endpoints of a workspace and of what it stands on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

from scanner.estate.connectivity import peers_of
from scanner.estate.data import data_parts, may_hold_data
from scanner.estate.parts import Parts, named_by
from scanner.estate.private_link import Link, links_asking, links_of, vnet_of
from scanner.evidence import MissingEvidence, Seen, Unknown, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.interfaces import NetworkInterface
from scanner.model.machine_learning import Workspace
from scanner.model.network import VirtualNetwork
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import PrivateLinkTarget

WORKSPACE_GROUP = "amlworkspace"
"""The sub-resource of a workspace: it has only this one."""

STUDIO_GROUPS = ("blob", "file")
"""The sub-resources of storage that the studio's pages read themselves."""

_Target: TypeAlias = Workspace | PrivateLinkTarget

_OF_ENDPOINTS = frozenset({PrivateEndpoint.TYPE.lower(), NetworkInterface.TYPE.lower()})


class LinkedParts(Parts):
    """A workspace's parts with the private endpoints that lead to them."""

    def links(self, target: _Target) -> Seen[Link]:
        """Return the customer's private endpoints of a target.

        Where the target serves a managed network, of this workspace or another, an endpoint in a subscription that was
        not read is taken for one of Microsoft's own.
        """
        return self._links(target)

    @cached_property
    def _links(self) -> Remembered[_Target, Seen[Link]]:
        def find(target: _Target) -> Seen[Link]:
            every = links_of(target, self.graph)
            return every.where(lambda link: link.endpoint is not None or not self._is_microsofts(link))

        return Remembered(find)

    def own_links(self, target: _Target) -> Seen[Link]:
        """Return the customer's private endpoints of a target, less those that say nothing of the customer's networks.

        That is an endpoint that does not exist any more, and, where the target has an approved one that was read, an
        endpoint in a subscription that the identity does not see and that nothing else leads to: of a service that
        Microsoft hosts, such as Data Factory, or of another tenant.
        """
        return self._own_links(target)

    @cached_property
    def _own_links(self) -> Remembered[_Target, Seen[Link]]:
        return Remembered(self._find_own_links)

    def _find_own_links(self, target: _Target) -> Seen[Link]:
        links = self.links(target)
        has_own = any(map(_is_read_and_approved, links.found))
        return links.where(
            lambda link: not link.gone and (link.endpoint is not None or not has_own or self._is_near(link.id))
        )

    def unread_link(self, target: _Target) -> MissingEvidence | None:
        """Return why an endpoint that a name of a target may lead to was not read, None where all were."""
        return next((each.unread() for each in self.own_links(target).found if each.endpoint is None), None)

    def _is_near(self, endpoint: ArmId) -> bool:
        """Tell whether an endpoint that was not read lies where the solution has something else, or may have."""
        seen = self.graph.subscriptions | self.graph.coverage.horizon | self.graph.once(_led_to)
        there = endpoint.subscription
        return there in seen or self._networks_around.exists(lambda vnet: vnet.subscription == there)

    @cached_property
    def _networks_around(self) -> Seen[ArmId]:
        """The networks of the computes and of the workspace's endpoints that were read, and those peered with them."""
        read = self.links(self.network_workspace).map(lambda link: None if link.endpoint is None else link.vnet)
        own = self.compute_subnets().map(vnet_of) | read
        return own | own.flat(lambda vnet: peers_of(vnet, self.graph))

    def hosted_links(self, target: _Target) -> Seen[Link]:
        """Return the endpoints of a target that are taken for Microsoft's own, in a managed network."""
        return links_of(target, self.graph).where(lambda link: link.endpoint is None and self._is_microsofts(link))

    def approved(self, target: _Target, group: str) -> Seen[Link]:
        """Return the customer's approved endpoints for a sub-resource; the virtual network of each is known."""
        return self._approved((target, group))

    @cached_property
    def _approved(self) -> Remembered[tuple[_Target, str], Seen[Link]]:
        return Remembered(lambda asked: self.links(asked[0]).where(lambda link: _is_approved_for(asked[1], link)))

    def own_approved(self, target: _Target, group: str) -> Seen[Link]:
        """Return the same, less those that say nothing of the customer's networks."""
        return self._own_approved((target, group))

    @cached_property
    def _own_approved(self) -> Remembered[tuple[_Target, str], Seen[Link]]:
        return Remembered(lambda asked: self.own_links(asked[0]).where(lambda link: _is_approved_for(asked[1], link)))

    def _is_microsofts(self, link: Link) -> bool:
        return self.is_hosted(link.target, link.id)

    def is_hosted(self, target: ArmId, endpoint: ArmId) -> bool:
        """Tell whether an endpoint of a target is taken for Microsoft's own, in a managed network.

        One that was read is not, nor one in a subscription that the identity sees.
        """
        in_sight = self.graph.subscriptions | self.graph.coverage.horizon
        if endpoint.subscription in in_sight or self.graph.knows(endpoint):
            return False
        managed, missing = self.graph.once(in_managed_networks)
        if target not in managed and may_hold_data(target):
            managed, missing = self.graph.once(in_managed_data)
        if target not in managed:
            raise_any(missing)
        return target in managed

    def every_link(self) -> Seen[Link]:
        """Return the customer's private endpoints of the workspace and of what it stands on.

        Those that lead to a resource that could not be read come from their own side.
        """
        return Seen((self,)).flat(lambda each: _to_targets(each, each.links))

    def every_own_link(self) -> Seen[Link]:
        """Return the same, less those that say nothing of the customer's networks."""
        return self._every_own_link

    @cached_property
    def _every_own_link(self) -> Seen[Link]:
        return Seen((self,)).flat(lambda each: _to_targets(each, each.own_links))

    def endpoints(self) -> Seen[PrivateEndpoint]:
        """Return the customer's private endpoints themselves; what is missing is one that was not read."""
        return self._endpoints

    @cached_property
    def _endpoints(self) -> Seen[PrivateEndpoint]:
        return self.every_own_link().map(_endpoint_of)


def _to_targets(parts: LinkedParts, find: Callable[[_Target], Seen[Link]]) -> Seen[Link]:
    seen = parts.targets().flat(find)
    known_ids = {link.id for link in seen.found}
    asking = (link for named in named_by(parts.network_workspace) for link in links_asking(named, parts.graph))
    return Seen((*seen.found, *(link for link in asking if link.id not in known_ids)), seen.missing)


def _is_approved_for(group: str, link: Link) -> bool:
    return link.status is ConnectionStatus.APPROVED and group in link.groups and bool(link.vnet.key)


def _is_read_and_approved(link: Link) -> bool:
    if link.endpoint is None or link.connection is None or isinstance(link.connection.status, Unknown):
        return False
    return link.status is ConnectionStatus.APPROVED


def _endpoint_of(link: Link) -> PrivateEndpoint:
    if link.endpoint is None:
        raise link.unread()
    return link.endpoint


def _led_to(graph: Graph) -> frozenset[str]:
    """Return the subscriptions in which something other than an endpoint is known: read, or refused."""
    refused = (ArmId(gap.scope).subscription for gap in graph.gaps if gap.kind.lower() not in _OF_ENDPOINTS)
    return frozenset((*refused, *(each.id.subscription for each in graph.seen(VirtualNetwork))))


def in_managed_networks(graph: Graph) -> tuple[frozenset[ArmId], MissingEvidence | None]:
    """Return the ids of every workspace that was read and has a managed network, and of what those stand on.

    They come with the reason why there may be more.
    """
    return _in_managed(graph, lambda parts: Seen(tuple(named_by(parts.network_workspace))))


def in_managed_data(graph: Graph) -> tuple[frozenset[ArmId], MissingEvidence | None]:
    """Return the same of the services that the data of those workspaces lies in."""
    return _in_managed(graph, data_parts)


def _in_managed(graph: Graph, of: Callable[[Parts], Seen[ArmId]]) -> tuple[frozenset[ArmId], MissingEvidence | None]:
    every = Seen(tuple(Parts(each, graph) for each in graph.seen(Workspace)))
    found = every.where(lambda parts: parts.has_managed_network).flat(of)
    return frozenset(found.found), found.missing
