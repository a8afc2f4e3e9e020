"""Security admin rules of Virtual Network Manager as sets, in the order in which they are tried.

Source: https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins (2023-05-10); of several
managers the one of the higher scope comes first: concept-network-manager-scope (2023-03-22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import structs

from scanner.domain.prefixes import prefixes
from scanner.domain.rulesets import EVERYWHERE, Clause, ports_of, protocols_of
from scanner.domain.service_tags import standard
from scanner.domain.traffic import Terms, Unread
from scanner.evidence import Maybe, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.network_manager import AdminAccess, AdminRule
from scanner.model.network_security import ANY_ADDRESS, Access, AddressTerm, Direction, ServiceTag

UNAPPLIED_SUBNETS = frozenset(
    {
        "azurebastionsubnet",
        "azurefirewallsubnet",
        "azurefirewallmanagementsubnet",
        "gatewaysubnet",
        "routeserversubnet",
    }
)
"""Subnets of services that no security admin rule applies to, by name ("Nonapplication … at subnet level")."""

UNAPPLIED_SERVICES = frozenset({"microsoft.databricks/workspaces", "microsoft.sql/managedinstances"})
"""Services whose subnets keep a network out of the rules, unless its configuration says otherwise ("… at virtual
network level"); known by the delegation that they ask for."""


def admin_clause(rule: AdminRule, doubts: Iterable[str] = ()) -> Clause:
    """Turn a rule into sets. With `doubts`, and where a condition was not read, it may match any part of a flow.

    Raises MissingEvidence where it is not known what the rule does, or when.
    """
    name = rule.rule.name
    about = f"security admin rule {name}"
    access = known(rule.access, about)
    unread = (*doubts, *(f"{about}: {why}" for why in _unread(rule)))
    return Clause(
        name,
        known(rule.priority, about),
        False,  # noqa: FBT003 - Azure adds none by itself
        rule.rule,
        Access.DENY if access is AdminAccess.DENY else Access.ALLOW,
        protocols_of(rule.protocol),
        _terms(rule.sources),
        _terms(rule.destinations),
        ports_of(rule.source_ports),
        ports_of(rule.destination_ports),
        tuple(Unread(each) for each in unread),
        is_admin=True,
        overrides=access is AdminAccess.ALWAYS_ALLOW,
    )


def _unread(rule: AdminRule) -> Iterator[str]:
    conditions = (rule.protocol, rule.sources, rule.destinations, rule.source_ports, rule.destination_ports)
    yield from (each.why for each in conditions if isinstance(each, Unknown))
    for terms in (rule.sources, rule.destinations):
        if not isinstance(terms, Unknown):
            groups = (each for each in terms if isinstance(each, ArmId))
            yield from (f"which addresses network group {each.name} has is not seen" for each in groups)


def _terms(terms: Maybe[tuple[AddressTerm | ArmId, ...]]) -> Terms:
    """Return what a side names; all there is, where that is not told by addresses."""
    if isinstance(terms, Unknown) or not terms or any(isinstance(each, ArmId) for each in terms):
        return EVERYWHERE
    tags = tuple(standard(each) for each in terms if isinstance(each, ServiceTag))
    if ANY_ADDRESS in tags:
        return EVERYWHERE
    return Terms(prefixes(each for each in terms if not isinstance(each, ServiceTag | ArmId)), tags)


Ranked: TypeAlias = tuple[int, AdminRule, tuple[str, ...]]
"""How high the manager of a rule stands (0 is highest), the rule, and what is not known of its being in force."""


def in_order(rules: Iterable[Ranked]) -> Mapping[Direction, tuple[Clause, ...]]:
    """Return rules by direction in the order in which they are tried.

    Which of two of the same priority comes first is not documented: where they differ, each may. What is only allowed
    after the last that ends the matter goes on as it would without.
    """
    read = sorted(((rank, admin_clause(rule, doubts), rule) for rank, rule, doubts in rules), key=_place)
    found: dict[Direction, tuple[Clause, ...]] = {}
    for direction in Direction:
        own = [(rank, clause) for rank, clause, rule in read if known(rule.direction, clause.name) is direction]
        clauses = [_contested(each, own) for each in own]
        while clauses and clauses[-1].access is Access.ALLOW and not clauses[-1].overrides:
            clauses.pop()
        found[direction] = tuple(clauses)
    return found


def _place(ranked: tuple[int, Clause, AdminRule]) -> tuple[int, int]:
    return ranked[0], ranked[1].priority


def _contested(ranked: tuple[int, Clause], every: list[tuple[int, Clause]]) -> Clause:
    rank, clause = ranked
    rivals = [
        other
        for level, other in every
        if (level, other.priority) == (rank, clause.priority)
        and (other.access, other.overrides) != (clause.access, clause.overrides)
    ]
    if not rivals:
        return clause
    why = f"which of {clause.name} and {rivals[0].name} comes first: both have priority {clause.priority}"
    return structs.replace(clause, unread=(*clause.unread, Unread(why)))
