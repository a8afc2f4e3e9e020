"""Where a route table sends the addresses of a service tag, as far as its routes for tags tell."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.domain.service_tags import holds, precedence
from scanner.evidence import known
from scanner.model.network_security import ServiceTag
from scanner.model.routing import NextHopType, UserRoute


def route_for(tag: ServiceTag, routes: Iterable[UserRoute]) -> UserRoute | None:
    """Return the route that all of a tag's addresses take; None if no route is for a tag that holds it."""
    holding = [(found, each) for each in routes if (found := _tag_of(each)) is not None and holds(found, tag)]
    return min(holding, key=lambda pair: precedence(pair[0]), default=(tag, None))[1]


def perhaps_exempt(tag: ServiceTag, routes: Iterable[UserRoute]) -> tuple[UserRoute, ...]:
    """Return the routes to the internet that may hold some of a tag's addresses: which those are is not looked at."""
    return tuple(each for each in routes if known(each.next_hop) is NextHopType.INTERNET and _may_hold(each, tag))


def _may_hold(route: UserRoute, tag: ServiceTag) -> bool:
    found, prefix = _tag_of(route), known(route.prefix)
    if found is not None:
        return holds(tag, found)
    return prefix is not None and not prefix.is_private


def _tag_of(route: UserRoute) -> ServiceTag | None:
    tag = known(route.tag, f"route {route.name}")
    return None if tag is None else ServiceTag(tag)
