"""Where a new private endpoint goes: a subnet with room, or one that is made in free space of the network."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass

from scanner.domain.free_addresses import free_addresses
from scanner.domain.free_ranges import free_range
from scanner.engine.change import Choice, Create
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import Subnet, VirtualNetwork

_ROOM = 5
"""Addresses that the largest usual endpoint takes: one for each name of a workspace's."""

_LENGTHS = (27, 28, 29)
"""Prefix lengths that are proposed for endpoints, the roomiest first; Azure takes no smaller subnet than /29.

https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A subnet for an endpoint, what makes it if it is not there yet, and what of it a person may choose."""

    subnet: ArmId
    choices: tuple[Choice, ...]
    makes: tuple[Create, ...] = ()


def place_for_endpoints(solution: Solution) -> Place | None:
    """Return where a solution's endpoints are, else a subnet of its AML VNet that nothing is delegated.

    Where none has room, a new one in the first free range of the same network; None if there is no such range either.
    """
    own = Counter(link.subnet for link in solution.every_link().found if link.endpoint is not None)
    if own:
        ((usual, _),) = own.most_common(1)
        vnets = [solution.graph.get(VirtualNetwork, vnet_of(usual))]
        subnets = [solution.graph.get(Subnet, usual)]
    else:
        vnets = [solution.graph.get(VirtualNetwork, each) for each in solution.aml_vnets.found]
        subnets = sorted((each for vnet in vnets for each in _usable(vnet)), key=_by_purpose)
    for each in subnets:
        if _has_room(each, solution.graph):
            said = "where most endpoints of the solution are, or where there is room"
            return Place(each.id, (Choice("subnet", str(each.id), said),))
    return next((place for vnet in vnets if (place := _new_subnet(vnet)) is not None), None)


def _usable(vnet: VirtualNetwork) -> list[Subnet]:
    return [each for each in known(vnet.subnets, vnet.name) if not known(each.delegations) and not _is_reserved(each)]


_RESERVED = frozenset({"gatewaysubnet", "azurebastionsubnet", "azurefirewallsubnet", "routeserversubnet"})


def _is_reserved(subnet: Subnet) -> bool:
    return subnet.name.lower() in _RESERVED or subnet.name.lower().startswith("azurefirewall")


def _by_purpose(subnet: Subnet) -> tuple[int, str]:
    """Prefer a subnet whose name says that endpoints belong there."""
    is_for_them = "endpoint" in subnet.name.lower() or "pe" in subnet.name.lower().split("-")
    return 0 if is_for_them else 1, subnet.name


def _has_room(subnet: Subnet, graph: Graph) -> bool:
    try:
        return bool(free_addresses(subnet, graph.once(_by_subnet).get(subnet.id, ()), _ROOM))
    except MissingEvidence:
        return False


def _by_subnet(graph: Graph) -> dict[ArmId, list[NetworkInterface]]:
    """Return interfaces by the subnets that they are in, as far as that is known."""
    found: dict[ArmId, list[NetworkInterface]] = defaultdict(list)
    for interface in graph.seen(NetworkInterface):
        with suppress(MissingEvidence):
            for subnet in {known(each.subnet) for each in known(interface.ip_configurations, interface.name)}:
                if subnet is not None:
                    found[subnet].append(interface)
    return found


def _new_subnet(vnet: VirtualNetwork) -> Place | None:
    """Return a place in a subnet that is made: of the first free range of the network, the roomiest that there is."""
    subnets = known(vnet.subnets, vnet.name)
    taken = [prefix for each in subnets for prefix in known(each.prefixes, each.name)]
    spaces = known(vnet.address_space, vnet.name)
    found = next((each for length in _LENGTHS if (each := free_range(spaces, taken, length)) is not None), None)
    if found is None:
        return None
    name = _free_name({each.name.lower() for each in subnets})
    subnet = ArmId(f"{vnet.id}/subnets/{name}")
    row = {"id": str(subnet), "properties": {"addressPrefix": str(found)}}
    choices = (
        Choice("subnet", name, f"a name that no subnet of {vnet.name} has; none that it has has room"),
        Choice("address range", str(found), f"the first /{found.prefixlen} of {vnet.name} that no subnet has"),
    )
    return Place(subnet, choices, (Create(row),))


def _free_name(taken: set[str]) -> str:
    wanted = ["snet-endpoints", *(f"snet-endpoints-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in wanted if each not in taken)
