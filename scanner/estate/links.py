"""The private endpoints of a workspace and of what it stands on."""

from __future__ import annotations

from scanner.estate.data import data_parts
from scanner.estate.parts import Parts, named_by
from scanner.estate.private_link import Link, links_asking, links_of
from scanner.evidence import MissingEvidence, Seen, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.machine_learning import Workspace
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import PrivateLinkTarget

WORKSPACE_GROUP = "amlworkspace"
"""The sub-resource of a workspace: it has only this one."""

STUDIO_GROUPS = ("blob", "file")
"""The sub-resources of storage that the studio's pages read themselves."""


class LinkedParts(Parts):
    """A workspace's parts with the private endpoints that lead to them."""

    def links(self, target: Workspace | PrivateLinkTarget) -> Seen[Link]:
        """Return the customer's private endpoints of a target.

        Where the target serves a managed network, of this workspace or another, an endpoint in a subscription that was
        not read is taken for one of Microsoft's own.
        """
        every = links_of(target, self.graph)
        return every.where(lambda link: link.endpoint is not None or not self._is_microsofts(link))

    def hosted_links(self, target: Workspace | PrivateLinkTarget) -> Seen[Link]:
        """Return the endpoints of a target that are taken for Microsoft's own, in a managed network."""
        return links_of(target, self.graph).where(lambda link: link.endpoint is None and self._is_microsofts(link))

    def approved(self, target: Workspace | PrivateLinkTarget, group: str) -> Seen[Link]:
        """Return the customer's approved endpoints for a sub-resource; the virtual network of each is known."""
        return self.links(target).where(
            lambda link: link.status is ConnectionStatus.APPROVED and group in link.groups and bool(link.vnet.key)
        )

    def _is_microsofts(self, link: Link) -> bool:
        if link.id.subscription in self.graph.subscriptions:
            return False
        managed, missing = self.graph.once(in_managed_networks)
        if link.target not in managed:
            raise_any(missing)
        return link.target in managed

    def every_link(self) -> Seen[Link]:
        """Return the customer's private endpoints of the workspace and of what it stands on.

        Those that lead to a resource that could not be read come from their own side.
        """
        return Seen((self,)).flat(LinkedParts._every_link)

    def _every_link(self) -> Seen[Link]:
        seen = self.targets().flat(self.links)
        known_ids = {link.id for link in seen.found}
        asking = (link for named in named_by(self.network_workspace) for link in links_asking(named, self.graph))
        return Seen((*seen.found, *(link for link in asking if link.id not in known_ids)), seen.missing)

    def endpoints(self) -> Seen[PrivateEndpoint]:
        """Return the customer's private endpoints themselves; what is missing is one that was not read."""
        return self.every_link().map(_endpoint_of)


def _endpoint_of(link: Link) -> PrivateEndpoint:
    if link.endpoint is None:
        raise link.unread()
    return link.endpoint


def in_managed_networks(graph: Graph) -> tuple[frozenset[ArmId], MissingEvidence | None]:
    """Return the ids of every workspace that was read and has a managed network, and of what those stand on and read.

    They come with the reason why there may be more.
    """
    every = Seen(tuple(Parts(each, graph) for each in graph.seen(Workspace)))
    managed = every.where(lambda parts: parts.has_managed_network)
    named = managed.flat(lambda parts: Seen(tuple(named_by(parts.network_workspace))) | data_parts(parts))
    return frozenset(named.found), named.missing
