"""Checks of whether a workspace's identity may see the endpoints of its storage account."""

from __future__ import annotations

from scanner.checks.selectors import beyond_the_article, where, workspaces
from scanner.domain.identities import Identity, identity_of
from scanner.domain.roles import Need
from scanner.engine import Notes, Problem
from scanner.estate.grants import lacking, why_lacking
from scanner.estate.links import STUDIO_GROUPS
from scanner.estate.private_link import Link
from scanner.estate.solution import Solution
from scanner.evidence import MissingEvidence, Seen, each_of, flat, known, raise_any
from scanner.graph import Graph

_READ = Need("read", "Microsoft.Network/privateEndpoints/read")


def _endpoints(solution: Solution) -> Seen[Link]:
    """Return the customer's approved endpoints for what the studio reads itself."""
    account = solution.storage_account
    if account is None:
        return Seen()
    return each_of(STUDIO_GROUPS, lambda group: solution.own_approved(account, group)).each_once()


workspaces_with_storage_endpoints = beyond_the_article(
    where(workspaces, lambda solution, _: _endpoints(solution).exists())
)


def readers_of_endpoints(solution: Solution, graph: Graph) -> Notes:
    """Ask of each endpoint whether a role that the workspace's own identity holds lets it be read."""
    identity = identity_of(solution.workspace)
    if identity is None:
        yield Problem("the workspace has no managed identity that could hold a role", (solution.id,))
        return
    yield from flat(_endpoints(solution), lambda link: _reader(link, identity, solution, graph))


def _reader(link: Link, identity: Identity, solution: Solution, graph: Graph) -> Notes:
    """Judge one endpoint; roles are asked for where the workspace and its registry are, and nowhere else."""
    lacks = lacking((_READ,), link.id, identity.principal_id, graph)
    registry = known(solution.workspace.container_registry)
    asked = {solution.id.subscription, *([registry.subscription] if registry is not None else [])}
    if link.id.subscription not in asked and lacks.found:
        where_ = f"roles in subscription {link.id.subscription}, where {link.name} lies, were not asked for"
        raise MissingEvidence(where_, (str(link.id),))
    if lacks.found:
        why = why_lacking(_READ, link.id, identity.principal_id, graph)
        yield Problem(f"{identity} may not read {link.name}: {why}", (link.id,))
    raise_any(lacks.missing)
