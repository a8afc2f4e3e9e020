"""How an Azure Firewall decides: the first rule that matches, network rules before those that know names of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.domain.destinations import Passing
from scanner.domain.firewall_rules import FirewallRules
from scanner.domain.host_names import HostName
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Decision, Part, decide
from scanner.domain.rulesets import Clause
from scanner.domain.traffic import Flow, Side, Unread, is_certain
from scanner.evidence import Gap
from scanner.model.network_security import Access, ServiceTag

_FEW = 256
"""So many addresses are fewer than any service of Azure has [D]: a rule for them alone lets no service through."""


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
    why, gap = _why(decision)
    return Passing(None, _by(parts), why, gap, partly=True)


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
    left_out = _size(flow.destination) - _size(part.flow.destination)
    whole = replace(part.flow.destination, space=flow.destination.space)
    return left_out < _FEW and is_certain(whole, space) and is_certain(part.flow.source, space)


def _why(decision: Decision) -> tuple[str, Gap | None]:
    unread = next(_unread(decision), None)
    return (decision.why, None) if unread is None else (unread.why, unread.gap)


def _unread(decision: Decision) -> Iterator[Unread]:
    return (name for part in decision.parts for name in part.flow.names if isinstance(name, Unread))
