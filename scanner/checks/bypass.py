"""Checks of who passes a service's firewall by being a service of Azure's."""

from __future__ import annotations

from fnmatch import fnmatchcase

from scanner.checks.public_access import accounts_and_vaults
from scanner.checks.selectors import where
from scanner.domain.public_access import is_open
from scanner.engine import Note, Notes, Problem, Selector
from scanner.estate.public_endpoints import is_restricted
from scanner.estate.solution import Solution
from scanner.estate.users import users_of
from scanner.evidence import flat, known
from scanner.graph import Graph
from scanner.model.exposure import FirewallBypass, InstanceRule
from scanner.model.services import KeyVault, StorageAccount


def trusted_services(service: StorageAccount | KeyVault, graph: Graph) -> Notes:
    """Yield a problem for each workspace that neither the bypass nor an instance rule lets in."""
    firewall = known(service.firewall)
    if firewall is None or FirewallBypass.AZURE_SERVICES in known(firewall.bypass, "the bypass"):
        public = "" if is_open(known(service.public_network_access)) else ", although public access is not enabled"
        yield Note(f"trusted Azure services pass the firewall{public}: the bypass is AzureServices", (service.id,))
        return
    rules = known(firewall.instance_rules, "the resource instance rules")
    yield from flat(users_of(service, graph), lambda solution: _shut_out(solution, rules))


def _shut_out(solution: Solution, rules: tuple[InstanceRule, ...]) -> Notes:
    if not any(fnmatchcase(solution.id.key, known(each.resource).lower()) for each in rules):
        message = f"the bypass lets in no trusted service, and no resource instance rule names {solution.name}"
        yield Problem(message, (solution.id,))


restricted_services: Selector[StorageAccount | KeyVault] = where(accounts_and_vaults, is_restricted)
