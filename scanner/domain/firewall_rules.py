"""The rules of an Azure Firewall made ready to decide: in the order in which they are tried, as sets.

Network rules are tried before application rules; of each kind those of a base policy before its child's, then by the
priority of their group, then of their collection. What no rule matches is denied
(https://learn.microsoft.com/azure/firewall/rule-processing, 2025). Rules of DNAT are tried first of all, but match
what is sent to the firewall's own addresses; threat intelligence and intrusion detection stop single hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scanner.domain.firewall_clauses import AddressesOf, Place, application_clauses, network_clause
from scanner.domain.rulesets import EVERYWHERE, Clause
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL
from scanner.evidence import Maybe, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.firewall import (
    AzureFirewall,
    ClassicApplicationCollection,
    ClassicNetworkCollection,
    CollectionAction,
    PolicyCollection,
    PolicyRule,
    RuleCollectionGroup,
    RuleKind,
)
from scanner.model.network_security import Access, Direction

_ACCESS = {CollectionAction.ALLOW: Access.ALLOW, CollectionAction.DENY: Access.DENY}
C = TypeVar("C", PolicyCollection, ClassicNetworkCollection, ClassicApplicationCollection)


@dataclass(frozen=True, slots=True)
class FirewallRules:
    """The rules of one firewall in the order in which they are tried; what none matches, the last one denies."""

    at: ArmId
    clauses: tuple[Clause, ...]

    def of(self, direction: Direction) -> tuple[Clause, ...]:
        """Return the rules: a firewall has no directions."""
        del direction
        return self.clauses


def of_policies(
    firewall: ArmId, chain: Sequence[Sequence[RuleCollectionGroup]], addresses_of: AddressesOf
) -> FirewallRules:
    """Return the rules of a firewall's policies, given as the groups of each, those of the base first.

    Raises MissingEvidence where it is not known what a collection does or when it is tried.
    """
    rules = [each for groups in chain for each in _rules_of(groups)]
    network = [
        network_clause(rule, place, addresses_of) for place, rule in rules if _may_be(rule.kind, RuleKind.NETWORK)
    ]
    application = [
        clause
        for place, rule in rules
        if _may_be(rule.kind, RuleKind.APPLICATION)
        for clause in application_clauses(rule, place, addresses_of)
    ]
    return FirewallRules(firewall, (*network, *application, _nothing_else(firewall)))


def of_classic(firewall: AzureFirewall, addresses_of: AddressesOf) -> FirewallRules:
    """Return the rules that stand in a firewall itself. Raises as `of_policies` does."""
    network = [
        network_clause(rule, place, addresses_of)
        for collection, place in _placed(known(firewall.network_rules, firewall.name), firewall.id)
        for rule in known(collection.rules, place.name)
    ]
    application = [
        clause
        for collection, place in _placed(known(firewall.application_rules, firewall.name), firewall.id)
        for rule in known(collection.rules, place.name)
        for clause in application_clauses(rule, place, addresses_of)
    ]
    return FirewallRules(firewall.id, (*network, *application, _nothing_else(firewall.id)))


def _nothing_else(firewall: ArmId) -> Clause:
    every = (EVERY_PROTOCOL, EVERYWHERE, EVERYWHERE, EVERY_PORT_SET, EVERY_PORT_SET)
    return Clause("denies all else", 65001, True, firewall, Access.DENY, *every)  # noqa: FBT003 - the default


def _rules_of(groups: Iterable[RuleCollectionGroup]) -> Iterator[tuple[Place, PolicyRule]]:
    for group in sorted(groups, key=lambda each: known(each.priority, each.name)):
        for collection, place in _placed(known(group.collections, group.name), group.id):
            yield from ((place, rule) for rule in known(collection.rules, place.name))


def _placed(collections: Iterable[C], at: ArmId) -> Iterator[tuple[C, Place]]:
    """Yield collections by priority; those of address translation, which let nothing out, are left out."""
    for each in sorted(collections, key=lambda each: known(each.priority, at.name)):
        name = known(each.name, at.name)
        action = known(each.action, f"rule collection {name} of {at.name}")
        if action in _ACCESS:
            yield each, Place(name, known(each.priority), _ACCESS[action], at)


def _may_be(kind: Maybe[RuleKind], wanted: RuleKind) -> bool:
    """Tell whether a rule is of a kind; one whose kind is not known is taken for a network rule, tried first."""
    return wanted is RuleKind.NETWORK if isinstance(kind, Unknown) else kind is wanted
