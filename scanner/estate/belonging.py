"""Which subscriptions belong to a solution: those of its resources and of the networks that it is connected to."""

from __future__ import annotations

from functools import cached_property

from scanner.estate.connectivity import peers_of
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.evidence import Seen, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId


def is_own(subscription: str, solution: Solution) -> bool:
    """Tell whether a subscription (a GUID in lower case) is one of a solution's. Raises MissingEvidence."""
    return solution.graph.once(_subscriptions)(solution).holds(subscription)


def _subscriptions(graph: Graph) -> Remembered[Solution, _Subscriptions]:  # noqa: ARG001 - what `once` calls
    return Remembered(_Subscriptions)


class _Subscriptions:
    """The subscriptions of a solution.

    An endpoint that somebody made for the workspace in a network of theirs does not make that network one of the
    solution's, so long as there is another.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution

    def holds(self, subscription: str) -> bool:
        """Look at the resources first: nothing needs to be read for those."""
        if subscription in self._of_resources:
            return True
        networks = self._networks
        if subscription not in {each.subscription for each in networks.found}:
            raise_any(networks.missing)
            return False
        return True

    @cached_property
    def _of_resources(self) -> frozenset[str]:
        solution = self._solution
        named = (solution.id, solution.network_workspace.id, *solution.parts())
        return frozenset(each.subscription for each in named)

    @cached_property
    def _networks(self) -> Seen[ArmId]:
        solution, own = self._solution, self._own_networks
        others = frozenset(solution.aml_vnets.found) - frozenset(own.found)
        access = solution.access_vnets.where(lambda vnet: vnet not in others)
        return own | own.flat(lambda vnet: peers_of(vnet, solution.graph)) | access

    @cached_property
    def _own_networks(self) -> Seen[ArmId]:
        """Return the AML VNets of the computes, and of endpoints in the subscriptions of the resources."""
        solution = self._solution
        near = solution.aml_vnets.where(lambda vnet: vnet.subscription in self._of_resources)
        own = solution.compute_subnets().map(vnet_of) | near
        return own if own.found or own.missing else solution.aml_vnets
