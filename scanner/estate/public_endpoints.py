"""Whom services' public endpoints let in: by their own firewall, and by the network security perimeter around them.

What counts, by the association's mode and publicNetworkAccess (the inbound column of the table at the end of
learn.microsoft.com/azure/private-link/network-security-perimeter-transition, 2024-06; modes again 2025-08 in
network-security-perimeter-concepts):

    |                    | none     | Learning / Transition | Enforced        |
    | Enabled            | firewall | perimeter + firewall  | perimeter rules |
    | Disabled           | nothing  | perimeter rules       | perimeter rules |
    | SecuredByPerimeter | nothing  | perimeter rules       | perimeter rules |

Neither document says what Audit, a mode of the API, does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.domain import public_access
from scanner.domain.public_access import is_open, lets_everyone_in, listed_ranges
from scanner.evidence import MissingEvidence, Seen, each_of, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Network
from scanner.model.perimeter import AccessMode, AccessRule, Direction, Issues, PerimeterAssociation
from scanner.model.services import PerimeterMember, PrivateLinkTarget, Registry


def associations_of(service: PerimeterMember, graph: Graph) -> Seen[PerimeterAssociation]:
    """Return a service's memberships of perimeters. Registries cannot be members (perimeter concepts, 2025-08)."""
    if isinstance(service, Registry):
        return Seen()
    by_member, unread = graph.once(_by_member)
    missing = graph.all(PerimeterAssociation, about=service.id).missing
    return Seen(tuple(by_member.get(service.id, ())), missing or unread)


def _by_member(graph: Graph) -> tuple[dict[ArmId, list[PerimeterAssociation]], MissingEvidence | None]:
    """Index associations by their member; return also why the member of one is not known."""
    found: defaultdict[ArmId, list[PerimeterAssociation]] = defaultdict(list)
    pairs = Seen(graph.seen(PerimeterAssociation)).map(lambda each: (known(each.member, each.name), each))
    for member, each in pairs.found:
        found[member].append(each)
    return dict(found), pairs.missing


def is_enforced(association: PerimeterAssociation) -> bool:
    """Tell whether a perimeter's rules stand in the place of the member's firewall."""
    mode = known(association.mode, association.name)
    if mode is AccessMode.AUDIT:
        raise MissingEvidence(
            f"{association.name}: what access mode Audit lets in is undocumented", (str(association.id),)
        )
    if mode is AccessMode.ENFORCED and known(association.issues, association.name) is Issues.YES:
        why = f"{association.name} has provisioning issues: whether the service enforces the perimeter is not known"
        raise MissingEvidence(why, (str(association.id),))
    return mode is AccessMode.ENFORCED


def inbound_rules(service: PerimeterMember, graph: Graph) -> Seen[AccessRule]:
    """Return the access rules by which perimeters let somebody in to a service, in any mode."""
    return _rules(service, graph).where(lambda rule: known(rule.direction, rule.name) is Direction.INBOUND)


def outbound_rules(service: PerimeterMember, graph: Graph) -> Seen[AccessRule]:
    """Return the access rules by which perimeters let a service out."""
    return _rules(service, graph).where(lambda rule: known(rule.direction, rule.name) is Direction.OUTBOUND)


def _rules(service: PerimeterMember, graph: Graph) -> Seen[AccessRule]:
    profiles = associations_of(service, graph).map(lambda each: known(each.profile, each.name))
    return profiles.flat(lambda profile: graph.children(AccessRule, profile))


def firewall_counts(service: PrivateLinkTarget, graph: Graph) -> bool:
    """Tell whether a service's own firewall lets anybody in: public access is on, and no perimeter is enforced."""
    is_on = is_open(known(service.public_network_access))
    return is_on and not associations_of(service, graph).exists(is_enforced)


def is_restricted(service: PrivateLinkTarget, graph: Graph) -> bool:
    """Tell whether a service refuses at least a part of the internet: by its switch, firewall or perimeter."""
    return public_access.is_restricted(service) or not firewall_counts(service, graph)


def is_reachable(service: PrivateLinkTarget, graph: Graph) -> bool:
    """Tell whether a service answers some public address at least."""
    by_firewall = is_open(known(service.public_network_access)) and _lets_in(service)
    if by_firewall and firewall_counts(service, graph):
        return True
    return inbound_rules(service, graph).exists(lambda rule: bool(known(rule.ranges, rule.name)))


def _lets_in(service: PrivateLinkTarget) -> bool:
    firewall = known(service.firewall)
    return lets_everyone_in(firewall) or bool(listed_ranges(firewall))


def public_ranges(service: PrivateLinkTarget, graph: Graph) -> Seen[Network]:
    """Return the public ranges that a service lets in where it lets in nobody else."""
    by_perimeter = inbound_rules(service, graph).flat(lambda rule: Seen(known(rule.ranges, rule.name)))
    return each_of((service,), lambda each: Seen.of(_listed(each, graph))) | by_perimeter


def _listed(service: PrivateLinkTarget, graph: Graph) -> Iterator[Network]:
    ranges = listed_ranges(known(service.firewall)) if is_open(known(service.public_network_access)) else ()
    if ranges and firewall_counts(service, graph):
        yield from ranges
