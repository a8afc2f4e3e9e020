"""The firewalls on a way out, and the rules of each: its policy's with those of the base, or its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.destinations import Passing
from scanner.domain.firewall import passing_from
from scanner.domain.firewall_rules import FirewallRules, of_classic, of_policies
from scanner.domain.journey import Route
from scanner.domain.network_space import NetworkSpace
from scanner.domain.prefixes import EVERY_ADDRESS, prefixes
from scanner.domain.traffic import Flow, Side, Unread
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.entrances import VirtualHub
from scanner.model.firewall import AzureFirewall, FirewallPolicy, IpGroup, RuleCollectionGroup
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import Subnet
from scanner.model.network_security import AddressTerm
from scanner.model.routing import LoadBalancer

_FIREWALL, _HUB = AzureFirewall.TYPE.lower(), VirtualHub.TYPE.lower()
_APPLIANCES = frozenset({_FIREWALL, _HUB, NetworkInterface.TYPE.lower(), LoadBalancer.TYPE.lower()})


def appliances_on(way: Route, graph: Graph) -> tuple[ArmId, ...]:
    """Return what inspects packets on a way, in order: Azure Firewalls, and the interfaces of what others make.

    A Virtual WAN hub stands for what secures it, which is its firewall if it has one.
    """
    places = dict.fromkeys(step.at for step in way.steps if step.at.type in _APPLIANCES)
    firewalls = [each for each in places if each.type == _FIREWALL]
    # The hub that a firewall lies in is named after it.
    found = [each for each in places if each.type != _HUB or not firewalls]
    return tuple(_securing(each, graph) if each.type == _HUB else each for each in found)


def _securing(hub: ArmId, graph: Graph) -> ArmId:
    return known(graph.get(VirtualHub, hub).firewall, hub.name) or hub


def is_azure_firewall(appliance: ArmId) -> bool:
    """Tell whether what inspects packets is an Azure Firewall, the only make whose rules ARM shows."""
    return appliance.type == _FIREWALL


@dataclass(frozen=True, slots=True)
class Inspection:
    """An Azure Firewall on a way, its rules, and what its packets come from if what stands before it translates.

    Whether that does hangs on settings that are not read
    (https://learn.microsoft.com/azure/firewall/snat-private-range and forced-tunneling, 2025).
    """

    at: ArmId
    rules: FirewallRules
    fronts: tuple[Side, ...] = ()

    def decide(self, flow: Flow, space: NetworkSpace) -> Passing:
        """Decide a flow from whatever address it may come."""
        return passing_from(self.rules, flow, self.fronts, space)


def inspection(appliances: tuple[ArmId, ...], at: ArmId, graph: Graph) -> Inspection:
    """Return what an Azure Firewall among the appliances on a way does. Raises MissingEvidence as `rules_of` does."""
    before = appliances[: appliances.index(at)]
    return Inspection(at, rules_of(at, graph), tuple(_front(each, graph) for each in before))


def _front(appliance: ArmId, graph: Graph) -> Side:
    """Return the addresses that an appliance may put in place of those of machines behind it."""
    found = graph.get(AzureFirewall, appliance) if is_azure_firewall(appliance) else None
    places = () if found is None else known(found.ip_configurations, appliance.name)
    subnets = [graph.get(Subnet, place) for each in places if (place := known(each.subnet)) is not None]
    if subnets:
        return Side(prefixes(prefix for each in subnets for prefix in known(each.prefixes, each.name)))
    return Side(EVERY_ADDRESS, (Unread(f"{appliance.name} may put addresses of its own in place of the subnet's"),))


def rules_of(firewall: ArmId, graph: Graph) -> FirewallRules:
    """Return the rules of an Azure Firewall; each is read once. Raises MissingEvidence where they are not known."""
    return graph.once(_rules)(firewall)


def _rules(graph: Graph) -> Remembered[ArmId, FirewallRules]:
    return Remembered(lambda firewall: _read(graph.get(AzureFirewall, firewall), graph))


def _read(firewall: AzureFirewall, graph: Graph) -> FirewallRules:
    policy = known(firewall.policy, firewall.name)

    def addresses_of(group: ArmId) -> tuple[AddressTerm, ...]:
        return known(graph.get(IpGroup, group).addresses, group.name)

    if policy is None:
        return of_classic(firewall, addresses_of)
    chain = [graph.children(RuleCollectionGroup, each).whole() for each in reversed(list(_inherited(policy, graph)))]
    return of_policies(firewall.id, chain, addresses_of)


def _inherited(policy: ArmId | None, graph: Graph) -> Iterator[ArmId]:
    """Yield a policy, then the base that it inherits from, and so on."""
    seen: set[ArmId] = set()
    while policy is not None:
        if policy in seen:
            raise MissingEvidence(f"{policy.name} is its own base policy", (str(policy),))
        seen.add(policy)
        yield policy
        policy = known(graph.get(FirewallPolicy, policy).base, policy.name)
