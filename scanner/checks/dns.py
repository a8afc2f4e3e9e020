"""Checks of the rules about private DNS zones: what virtual networks see, and what the records say."""

from __future__ import annotations

from collections.abc import Callable

from scanner.domain.dns import Outcome, Resolution
from scanner.domain.dns_names import normal
from scanner.domain.private_names import PrivateName
from scanner.domain.zone_names import zones_for
from scanner.engine import Doubt, Hop, Note, Notes, Problem
from scanner.estate.private_link import Link, vnet_of, zones_named_by, zones_needed_by
from scanner.estate.public_endpoints import is_reachable
from scanner.estate.resolution import resolve_in, zones_called
from scanner.estate.solution import Solution
from scanner.estate.zones import names_in, users_of_zone
from scanner.evidence import MissingEvidence, Seen, exists, flat, gathered, known, matching, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import Workspace
from scanner.model.private_dns import PrivateDnsZone, ZoneLink
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import PrivateLinkTarget

_PASSES = {Outcome.PRIVATE: True, Outcome.PUBLIC: False, Outcome.NO_SUCH_NAME: False, Outcome.UNKNOWN: None}


def hops(found: Resolution) -> tuple[Hop, ...]:
    """Return the stations of a query as the hops of a path: the last one says whether it led to a private address."""
    last = len(found.steps) - 1
    return tuple(
        Hop(step.at, step.says, _PASSES[found.outcome] if place == last else True)
        for place, step in enumerate(found.steps)
    )


def seen_from(vnets: Callable[[Solution], Seen[ArmId]]) -> Callable[[PrivateDnsZone, Graph], Notes]:
    """Make the check that the resolvers of certain virtual networks of a solution see a zone of this name.

    A zone that lacks a record is seen all the same.
    """

    def check(zone: PrivateDnsZone, graph: Graph) -> Notes:
        users = users_of_zone(zone.id, graph)
        yield from flat(users, lambda user: _seen_by(user, vnets(user), zone, graph))

    return check


def _seen_by(user: Solution, vnets: Seen[ArmId], zone: PrivateDnsZone, graph: Graph) -> Notes:
    """Judge one solution's virtual networks; a zone group may name a zone that is for nothing of it."""
    if not names_in(zone.name, user).found and not _is_needed(zone, user):
        yield Note(f"a zone group names it, but no name of an endpoint of {user.name} belongs there", (zone.id,))
    else:
        yield from flat(vnets, lambda vnet: _seen(zone, vnet, user, graph))


def _is_needed(zone: PrivateDnsZone, user: Solution) -> bool:
    """Tell whether an endpoint's names belong in a zone: its zone group may name others too."""
    return user.endpoints().exists(lambda endpoint: normal(zone.name) in zones_needed_by(endpoint, user.graph))


def _seen(zone: PrivateDnsZone, vnet: ArmId, user: Solution, graph: Graph) -> Notes:
    """Judge one virtual network; the first name that does not get through stands for all."""
    names, missing = gathered(names_in(zone.name, user))
    asked = [(name.fqdn, name.alias) for name in names] or [(zone.name, "")]
    answers = [resolve_in(graph, vnet, *each) for each in asked]
    blind = next((each for each in answers if _is_blind(zone, each)), None)
    unclear = next((each for each in answers if each.outcome is Outcome.UNKNOWN), None)
    if blind is not None:
        yield _unseen(zone, vnet, blind, graph)
    elif unclear is not None:
        yield Doubt(f"what {vnet.name} sees: {unclear.why}", (vnet, *unclear.involves), unclear.gap)
    elif missing is not None:
        raise missing
    else:
        yield from _through(zone, vnet, answers)


def _is_blind(zone: PrivateDnsZone, found: Resolution) -> bool:
    if found.outcome in {Outcome.PRIVATE, Outcome.UNKNOWN}:
        return False
    return found.zone != zone.id


def _unseen(zone: PrivateDnsZone, vnet: ArmId, found: Resolution, graph: Graph) -> Problem:
    """Say why a virtual network does not see a zone: no complete link, another zone, or a resolver elsewhere."""
    involved = (zone.id, vnet, *([found.zone] if found.zone else []))
    if len(found.steps) > 1:
        return Problem(f"{vnet.name} does not see it: {found.why}", involved, path=hops(found))
    if found.zone is not None:
        other = f"{found.zone.name} of {found.zone.resource_group}"
        return Problem(f"{vnet.name} sees {other} instead: {found.why}", involved)
    links, _ = matching(graph.children(ZoneLink, zone.id), lambda link: known(link.virtual_network) == vnet)
    states = [f"the link to {vnet.name} is not complete: {link.state}, {link.provisioning}" for link in links]
    return Problem(states[0] if states else f"not linked to {vnet.name}", involved)


def _through(zone: PrivateDnsZone, vnet: ArmId, answers: list[Resolution]) -> Notes:
    """Say which way a zone is seen that is not linked to the virtual network itself.

    The path ends at the zone, without its record: then it is the same for every name.
    """
    longest = max(answers, key=lambda each: len(each.steps))
    other = next((each.zone for each in answers if each.zone not in {zone.id, None}), None)
    if other is not None:
        yield Note(f"{vnet.name} is answered by {other.name} of {other.resource_group} instead", (vnet, other))
    elif len(longest.steps) > 1:
        way = (*hops(longest)[:-1], Hop(zone.id, "answers", ok=True))
        yield Note(f"{vnet.name} sees it through its DNS servers", (vnet, zone.id), way)


def zone_exists(endpoint: PrivateEndpoint, name: str, graph: Graph) -> Notes:
    """Yield a problem if there is no zone of a name that an endpoint needs."""
    if zones_called(name, graph).exists():
        return
    # The zone may be one that the endpoint's own zone group names, if that group was not read.
    raise_any(zones_named_by(endpoint, graph).missing)
    require_seen_dns(endpoint, graph, name)
    yield Problem(f"there is no private DNS zone {name}", (endpoint.id,))


def require_seen_dns(endpoint: PrivateEndpoint, graph: Graph, fqdn: str, alias: str = "") -> None:
    """Raise if the endpoint's network asks a DNS server that was not seen: the zone or record may be kept there."""
    found = resolve_in(graph, vnet_of(known(endpoint.subnet)), fqdn, alias)
    if found.outcome is Outcome.UNKNOWN:
        raise MissingEvidence(found.why, tuple(map(str, found.involves)), found.gap)


def one_zone(zone: PrivateDnsZone, graph: Graph) -> Notes:
    """Yield a problem if the VNets of a solution see different zones of this name with different records."""
    zones, missing = gathered(zones_called(zone.name, graph))
    if missing is not None or len(zones) > 1:
        yield from flat(users_of_zone(zone.id, graph), lambda user: _one_zone(zone, user, graph))


def _one_zone(zone: PrivateDnsZone, user: Solution, graph: Graph) -> Notes:
    vnets, names = user.aml_vnets | user.access_vnets, names_in(zone.name, user)
    by_fqdn: dict[str, list[PrivateName]] = {}
    for name in names.found:
        by_fqdn.setdefault(name.fqdn + name.alias, []).append(name)
    for same in by_fqdn.values():
        answers = {vnet: resolve_in(graph, vnet, same[0].fqdn, same[0].alias) for vnet in vnets.found}
        yield from _divergence(zone, same, answers)
    raise_any(vnets.missing, names.missing)


def _divergence(zone: PrivateDnsZone, names: list[PrivateName], answers: dict[ArmId, Resolution]) -> Notes:
    """Compare what the virtual networks are told of one name, which several endpoints may share."""
    seen = {vnet: each for vnet, each in answers.items() if each.zone and normal(each.zone.name) == normal(zone.name)}
    if len({each.zone for each in seen.values()}) > 1 and len({each.addresses for each in seen.values()}) > 1:
        told = ", ".join(f"{vnet.name} {_told(each)}" for vnet, each in sorted(seen.items()))
        current = frozenset(address for name in names for address in name.addresses)
        if all(each.addresses and current.issuperset(each.addresses) for each in seen.values()):
            yield Note(f"{names[0].fqdn} has an endpoint of its own in each: {told}", tuple(seen))
        else:
            zones = sorted({each.zone for each in seen.values() if each.zone})
            yield Problem(f"{names[0].fqdn}: {told}", (*seen, *zones))
        return
    for vnet, each in answers.items():
        if each.outcome is Outcome.UNKNOWN:
            yield Doubt(f"what {vnet.name} sees: {each.why}", (vnet, *each.involves), each.gap)


def _told(found: Resolution) -> str:
    says = ", ".join(map(str, found.addresses)) or "nothing"
    return f"gets {says} from the zone of {found.zone.resource_group if found.zone else '-'}"


def exposed_by_fallback(solution: Solution, zone: ArmId) -> Notes:
    """Yield a problem for each of a solution's services that has records in a zone and answers public addresses."""
    yield from flat(solution.targets(), lambda target: _exposed(target, zone, solution))


def _exposed(target: Workspace | PrivateLinkTarget, zone: ArmId, solution: Solution) -> Notes:
    if _has_names_in(zone, target, solution) and _is_reachable(target, solution.graph):
        message = f"public DNS answers for what the zone lacks, and {target.name} is open to public addresses"
        yield Problem(message, (target.id, zone))


def _has_names_in(zone: ArmId, target: Workspace | PrivateLinkTarget, solution: Solution) -> bool:
    def needs(link: Link) -> bool:
        groups = link.groups
        return any(normal(zone.name) in zones_for(group, solution.graph.settings.cloud) for group in groups)

    return exists(solution.own_links(target), needs)


def _is_reachable(target: Workspace | PrivateLinkTarget, graph: Graph) -> bool:
    if isinstance(target, Workspace):
        return known(target.public_network_access) is Toggle.ENABLED
    return is_reachable(target, graph)
