"""The rules of an Azure Firewall made ready to decide: in the order in which they are tried, as sets.

Network rules are tried before application rules; of each kind those of a base policy before its child's, then by the
priority of their group, then of their collection. What no rule matches is denied
(https://learn.microsoft.com/azure/firewall/rule-processing, 2025). Rules of address translation are tried first of all,
but match what is sent to the firewall's own addresses; threat intelligence and intrusion detection stop single hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scanner.domain.firewall_clauses import AddressesOf, Place, application_clauses, nat_clause, network_clause
from scanner.domain.rulesets import EVERYWHERE, Clause
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL
from scanner.evidence import Maybe, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.firewall import (
    AzureFirewall,
    ClassicApplicationCollection,
    ClassicNatCollection,
    ClassicNetworkCollection,
    CollectionAction,
    NatRule,
    PolicyCollection,
    PolicyRule,
    RuleCollectionGroup,
    RuleKind,
)
from scanner.model.network_security import Access, Direction

_ACCESS = {CollectionAction.ALLOW: Access.ALLOW, CollectionAction.DENY: Access.DENY}
_TRANSLATES = {CollectionAction.DNAT: Access.ALLOW}
C = TypeVar("C", PolicyCollection, ClassicNatCollection, ClassicNetworkCollection, ClassicApplicationCollection)


@dataclass(frozen=True, slots=True)
class Translation:
    """A rule of address translation: what it matches, and the rule itself, which says where that is sent on."""

    clause: Clause
    rule: NatRule


@dataclass(frozen=True, slots=True)
class FirewallRules:
    """The rules of one firewall in the order in which they are tried; what none matches, the last one denies.

    `network` are those of them that know addresses alone, `translations` what is done before with packets that are sent
    to the firewall itself.
    """

    at: ArmId
    clauses: tuple[Clause, ...]
    network: tuple[Clause, ...] = ()
    translations: tuple[Translation, ...] = ()

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
    translations = [
        Translation(nat_clause(rule, place, addresses_of), rule)
        for groups in chain
        for place, rule in _rules_of(groups, _TRANSLATES)
    ]
    every = (*network, *application, nothing_else(firewall))
    return FirewallRules(firewall, every, tuple(network), tuple(translations))


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
    translations = [
        Translation(nat_clause(rule, place, addresses_of), rule)
        for collection, place in _placed(known(firewall.nat_rules, firewall.name), firewall.id, _TRANSLATES)
        for rule in known(collection.rules, place.name)
    ]
    every = (*network, *application, nothing_else(firewall.id))
    return FirewallRules(firewall.id, every, tuple(network), tuple(translations))


def nothing_else(firewall: ArmId) -> Clause:
    """Return the rule behind all others, which lets nothing through."""
    every = (EVERY_PROTOCOL, EVERYWHERE, EVERYWHERE, EVERY_PORT_SET, EVERY_PORT_SET)
    return Clause("denies all else", 65001, True, firewall, Access.DENY, *every)  # noqa: FBT003 - the default


def _rules_of(
    groups: Iterable[RuleCollectionGroup], actions: Mapping[CollectionAction, Access] = _ACCESS
) -> Iterator[tuple[Place, PolicyRule]]:
    for group in sorted(groups, key=lambda each: known(each.priority, each.name)):
        for collection, place in _placed(known(group.collections, group.name), group.id, actions):
            yield from ((place, rule) for rule in known(collection.rules, place.name))


def _placed(
    collections: Iterable[C], at: ArmId, actions: Mapping[CollectionAction, Access] = _ACCESS
) -> Iterator[tuple[C, Place]]:
    """Yield the collections that do one of some things, by priority."""
    for each in sorted(collections, key=lambda each: known(each.priority, at.name)):
        name = known(each.name, at.name)
        action = known(each.action, f"rule collection {name} of {at.name}")
        if action in actions:
            yield each, Place(name, known(each.priority), actions[action], at)


def _may_be(kind: Maybe[RuleKind], wanted: RuleKind) -> bool:
    """Tell whether a rule is of a kind; one whose kind is not known is taken for a network rule, tried first."""
    return wanted is RuleKind.NETWORK if isinstance(kind, Unknown) else kind is wanted
