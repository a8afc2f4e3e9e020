"""Checks of who passes a service's firewall by being a service of Azure's."""

from __future__ import annotations

from fnmatch import fnmatchcase

from scanner.checks.public_access import accounts_and_vaults
from scanner.checks.selectors import where
from scanner.domain.public_access import is_open
from scanner.engine import Note, Notes, Problem, Selector
from scanner.estate.public_endpoints import associations_of, inbound_rules, is_restricted
from scanner.estate.solution import Solution
from scanner.estate.users import users_of
from scanner.evidence import Unknown, exists, flat, known
from scanner.graph import Graph
from scanner.model.exposure import FirewallBypass, InstanceRule
from scanner.model.perimeter import AccessMode, AccessRule
from scanner.model.services import KeyVault, StorageAccount


def trusted_services(service: StorageAccount | KeyVault, graph: Graph) -> Notes:
    """Yield a problem for each workspace that neither the bypass nor an instance rule lets in."""
    yield from flat((_by_firewall, _secured), lambda judge: judge(service, graph))


def _by_firewall(service: StorageAccount | KeyVault, graph: Graph) -> Notes:
    firewall = known(service.firewall)
    if firewall is None or FirewallBypass.AZURE_SERVICES in known(firewall.bypass, "the bypass"):
        public = "" if is_open(known(service.public_network_access)) else ", although public access is not enabled"
        yield Note(f"trusted Azure services pass the firewall{public}: the bypass is AzureServices", (service.id,))
        return
    rules = known(firewall.instance_rules, "the resource instance rules")
    yield from flat(users_of(service, graph), lambda solution: _shut_out(solution, rules, service))


def _shut_out(solution: Solution, rules: tuple[InstanceRule, ...], service: StorageAccount | KeyVault) -> Notes:
    named = [each for each in rules if fnmatchcase(solution.id.key, known(each.resource).lower())]
    if any(_is_of_tenant(each, solution) for each in named):
        return
    if exists(inbound_rules(service, solution.graph), lambda rule: _is_for(rule, solution)):
        yield Note("a perimeter's access rule lets in the identities of its subscription", (solution.id,))
        return
    which = f"the one that names {solution.name} is for another tenant" if named else f"none names {solution.name}"
    yield Problem(f"the bypass lets in no trusted service, and of the resource instance rules {which}", (solution.id,))


def _is_for(rule: AccessRule, solution: Solution) -> bool:
    """Tell whether an access rule lets in the identities of a workspace's subscription."""
    named = (known(each.id, rule.name) for each in known(rule.subscriptions, rule.name))
    return any(each.subscription == solution.id.subscription for each in named)


def _is_of_tenant(rule: InstanceRule, solution: Solution) -> bool:
    """Tell whether a rule is for the tenant of a workspace; where either is not told, its id, which is unique, is."""
    tenants = {each.lower() for each in (known(rule.tenant), known(solution.workspace.tenant)) if each is not None}
    return len(tenants) <= 1


def _secured(service: StorageAccount | KeyVault, graph: Graph) -> Notes:
    """Note an enforced perimeter; what was not read of one decides nothing here.

    Its rules alone count there by learn.microsoft.com/azure/private-link/network-security-perimeter-transition
    (2025-05-16), and by network-security-perimeter-concepts (2025-08) trusted services may enter besides.
    """
    for each in associations_of(service, graph).found:
        if not isinstance(each.mode, Unknown) and each.mode is AccessMode.ENFORCED:
            yield Note("whether trusted services pass an enforced perimeter, documents say both ways", (each.id,))


restricted_services: Selector[StorageAccount | KeyVault] = where(accounts_and_vaults, is_restricted)
