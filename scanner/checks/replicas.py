"""Checks of registries that are replicated to other regions."""

from __future__ import annotations

from scanner.checks.records import record_matches
from scanner.checks.selectors import beyond_the_article, registries, where
from scanner.domain.private_names import PrivateName
from scanner.engine import Notes, Problem
from scanner.estate.private_link import Link
from scanner.estate.solution import Solution
from scanner.estate.users import users_of
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, Seen, exists, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.services import Registry, Replication

_GROUP = "registry"


def regions_of(registry: Registry, graph: Graph) -> Seen[str]:
    """Return the regions that hold a registry's images, its own first, as they stand in host names."""
    home = Seen((registry,)).map(_region)
    return home | graph.children(Replication, registry.id).map(_region)


def _region(place: Registry | Replication) -> str:
    region = known(place.location, place.name).replace(" ", "").lower()
    if not region:
        raise MissingEvidence(f"{place.name} names no region", (str(place.id),))
    return region


def _is_replicated(registry: Registry, graph: Graph) -> bool:
    """Tell whether a registry has images in several regions and an endpoint in reach of its solutions."""
    regions = regions_of(registry, graph)
    if len(regions.found) < 2:  # noqa: PLR2004 - its own region is one of them
        raise_any(regions.missing)
        return False
    return exists(users_of(registry, graph), lambda user: _endpoints(user, registry).exists())


def _endpoints(user: Solution, registry: Registry) -> Seen[Link]:
    return user.approved(registry, _GROUP).where(lambda link: user.reaches(link.vnet))


replicated_registries = beyond_the_article(where(registries, _is_replicated))


def replica_records(registry: Registry, graph: Graph) -> Notes:
    """Yield a problem for each region in which an endpoint has no name for the images, or the zone no record of it."""
    links = users_of(registry, graph).flat(lambda user: _endpoints(user, registry)).each_once()
    yield from flat(links, lambda link: _of_endpoint(link, registry, graph))


def _of_endpoint(link: Link, registry: Registry, graph: Graph) -> Notes:
    if link.endpoint is None:
        raise link.unread()
    names = {name.fqdn: name for name in names_of(link.endpoint, graph)}
    yield from flat(regions_of(registry, graph), lambda region: _of_region(region, names, link, registry, graph))


def _of_region(region: str, names: dict[str, PrivateName], link: Link, registry: Registry, graph: Graph) -> Notes:
    wanted = f"{registry.name.lower()}.{region}.data."
    name = next((name for fqdn, name in names.items() if fqdn.startswith(wanted)), None)
    if name is None:
        message = f"{link.name} has no address for {wanted}*: images in {region} are out of its reach"
        yield Problem(message, (link.id, registry.id))
    elif link.endpoint is not None:
        yield from record_matches(link.endpoint, name, graph)
