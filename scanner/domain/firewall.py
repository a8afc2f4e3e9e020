"""How an Azure Firewall decides: the first rule that matches, network rules before those that know names of hosts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec import structs

from scanner.domain.destinations import Passing
from scanner.domain.firewall_rules import FirewallRules
from scanner.domain.flow_words import addresses_words, side_words
from scanner.domain.host_names import HostName, Keeper, KeptNames
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Part, decide
from scanner.domain.prefixes import IPV4, IPV6
from scanner.domain.rulesets import Clause
from scanner.domain.traffic import Flow, Name, Side, Unread, is_certain
from scanner.evidence import Gap
from scanner.model.network_security import Access, ServiceTag

_FEW = 256
"""So many addresses are fewer than any service of Azure has [D]: a rule for them alone lets no service through."""
_SHOWN = 3


def to_host(name: HostName, tag: ServiceTag | None, space: NetworkSpace) -> Side:
    """Return a host, or all hosts of a pattern, as the destination of a flow; its addresses are of a tag, if given."""
    if tag is None:
        return Side(space.internet, (name,))
    return Side(space.extent(tag).possibly, (tag, name))


def passing(rules: FirewallRules, flow: Flow, space: NetworkSpace) -> Passing:
    """Decide a flow by the rules of a firewall; `space` is what tags mean where the flow comes from."""
    decision = decide((rules,), flow, space)
    parts = [part for part in decision.parts if not _is_of_few(part, flow)] or list(decision.parts)
    fates = {part.access for part in parts}
    stopped = [part for part in parts if part.access is Access.DENY and _is_sure(part, flow, space)]
    if fates == {Access.ALLOW}:
        return Passing(Access.ALLOW, _by(parts))
    if fates == {Access.DENY} or stopped:
        return Passing(Access.DENY, _by(stopped or parts), partly=Access.ALLOW in fates)
    why, gap = _why(parts, flow)
    return Passing(None, _by(parts), why, gap, partly=True)


def passing_from(rules: FirewallRules, flow: Flow, fronts: Sequence[Side], space: NetworkSpace) -> Passing:
    """Decide a flow whose source may be translated on its way to one of several others: all have to agree."""
    found = [passing(rules, flow.between(source, flow.destination), space) for source in (flow.source, *fronts)]
    if len({each.access for each in found}) == 1:
        return found[0]
    unsure = next((each for each in found if each.access is None), None)
    why = "its rules tell apart where packets come from, which what stands before it may translate"
    by = tuple(dict.fromkeys(clause for each in found for clause in each.by))
    return Passing(None, by, why, unsure.gap if unsure else None, partly=True)


def _by(parts: list[Part]) -> tuple[Clause, ...]:
    return tuple(dict.fromkeys(clause for part in parts for clause in part.by))


def _size(side: Side) -> int:
    return sum(last - first + 1 for first, last in side.space.spans)


def _is_of_few(part: Part, flow: Flow) -> bool:
    """Tell whether a part is cut out by some addresses alone, too few to be what the flow is about."""
    return _size(part.flow.destination) < _FEW <= _size(flow.destination)


def _is_sure(part: Part, flow: Flow, space: NetworkSpace) -> bool:
    """Tell whether a part surely holds a packet, though some addresses may have been cut out of it."""
    if part.certain:
        return True
    version = IPV4 if part.flow.destination.space & IPV4 else IPV6
    whole = structs.replace(part.flow.destination, space=flow.destination.space & version)
    left_out = _size(whole) - _size(part.flow.destination)
    exists = is_certain(whole, space) or _is_beside_hosts(part.flow.destination, flow.destination)
    return left_out < _FEW and exists and is_certain(part.flow.source, space)


def _is_beside_hosts(side: Side, whole: Side) -> bool:
    """Tell whether a side is a destination less the hosts of some rules, which do not fill its addresses [D]."""
    if side.within != whole.within or side.without == whole.without:
        return side.within == whole.within
    named = any(isinstance(each, HostName) for each in whole.within)
    return not named and all(_is_of_hosts(each) for each in side.without)


def _why(parts: Sequence[Part], flow: Flow) -> tuple[str, Gap | None]:
    """Say what leaves a flow undecided: what was not read, else which rules let a part of it through."""
    allowed = [part for part in parts if part.access is Access.ALLOW]
    unread = next((name for part in (*allowed, *parts) for name in part.flow.names if isinstance(name, Unread)), None)
    if unread is not None:
        return unread.why, unread.gap
    # Rules for other hosts may be for hosts of a service: they are told where nothing else leaves it open.
    telling = [part for part in allowed if not any(map(_is_of_hosts, _cut_by(part, flow)))] or allowed
    says = dict.fromkeys(f"{part.by[-1]} lets {_share(part, flow)} through" for part in telling)
    return "; ".join(islice(says, _SHOWN)) or "its rules cut it into too many parts", None


def _cut_by(part: Part, flow: Flow) -> list[Name]:
    return [each for each in part.flow.destination.within if each not in flow.destination.within]


def _is_of_hosts(name: Name) -> bool:
    return isinstance(name, HostName) or (isinstance(name, KeptNames) and name.keeper is Keeper.TAG)


def _share(part: Part, flow: Flow) -> str:
    """Name the part of a flow that a rule is about."""
    names = _cut_by(part, flow)
    if names:
        return " and ".join(map(str, names))
    if part.flow.destination.space != flow.destination.space:
        return addresses_words(part.flow.destination.space)
    return f"what comes from {side_words(part.flow.source)}"
