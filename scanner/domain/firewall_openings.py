"""What an Azure Firewall lets out beyond single services and hosts: rules through which data can leave for anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.domain.firewall_rules import FirewallRules
from scanner.domain.flow_words import service_words, side_words
from scanner.domain.host_names import HostName, Keeper, KeptNames
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Part, decide
from scanner.domain.service_tags import AZURE_CLOUD, INTERNET
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, Side, Unread, tagged
from scanner.evidence import Gap
from scanner.model.network_security import Access, Direction, ServiceTag

_AT_LARGE = 2**24
"""So many addresses are no longer one organisation's: a /8 of IPv4 [D]."""


class Extent(StrEnum):
    """How much a rule lets out."""

    INTERNET = "the internet at large"
    STRANGERS = "machines of everybody's"
    CATEGORY = "sites of which Microsoft keeps the list"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule that lets out more than it names, or may; `says` is the rule and what it lets out."""

    extent: Extent
    says: str
    gap: Gap | None = None


def openings(chain: Sequence[FirewallRules], source: Side, space: NetworkSpace) -> Iterator[Opening]:
    """Yield each rule that lets machines out to more than named services, hosts and a few addresses.

    `chain` are the rules of the firewalls that packets pass, in order: what one lets out, the next may keep in.
    """
    flow = Flow(Direction.OUTBOUND, EVERY_PROTOCOL, source, tagged(INTERNET, space), EVERY_PORT_SET)
    parts: dict[tuple[Extent, str], list[str]] = {}
    for part in decide(chain, flow, space).parts:
        extent = _extent(part) if part.access is not Access.DENY else None
        unread = next((name for name in part.flow.names if isinstance(name, Unread)), None)
        if part.access is None:
            yield Opening(Extent.UNKNOWN, "its rules cut the internet into too many parts to tell")
        elif extent is not None and unread is not None:
            says = f"whether {part.by[-1]} lets out to anywhere cannot be told: {unread.why}"
            yield Opening(Extent.UNKNOWN, says, unread.gap)
        elif extent is not None:
            says = f"{part.by[-1]} lets out to {_where(part, extent)}"
            parts.setdefault((extent, says), []).append(service_words(part.flow))
    for (extent, says), services in parts.items():
        yield Opening(extent, f"{says} on {', '.join(dict.fromkeys(services))}")


def _where(part: Part, extent: Extent) -> str:
    if extent is Extent.INTERNET:
        return extent.value
    return side_words(part.flow.destination).removeprefix("the rest of ")


def _extent(part: Part) -> Extent | None:
    """Tell how much a part that is let through is, None for what is named."""
    destination = part.flow.destination
    named = [name for name in destination.within if not isinstance(name, Unread)]
    if not named:
        return Extent.INTERNET if _size(destination) >= _AT_LARGE else None
    if any(_is_narrow(name) for name in named):
        return None
    is_category = any(isinstance(each, KeptNames) for each in named)
    return Extent.CATEGORY if is_category else Extent.STRANGERS


def _size(side: Side) -> int:
    return sum(last - first + 1 for first, last in side.space.spans)


def _is_narrow(name: object) -> bool:
    """Tell whether a name is of one service, or of hosts below one domain."""
    match name:
        case ServiceTag():
            return not name.key.startswith(AZURE_CLOUD.key)
        case HostName():
            return not name.is_pattern or "." in name.key.lstrip("*").strip(".")
        case KeptNames():
            return name.keeper is Keeper.TAG
        case _:
            return True
