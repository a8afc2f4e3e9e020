"""Addresses that Azure will choose: each gets a stand-in inside its subnet where no judgement could depend on which.

A row says `{"$chosen": holder, "subnet": id}` where a holder gets its address, and `{"$chosen": holder}` where that
address is referred to. An address of which only equality and the subnet count has a stand-in; where anything in the
estate, a rule, a route or a record, names a part of the subnet, on either side of which the address might lie, it is
unknown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, TypeAlias

from scanner.creation.estate import Estate, Row, is_unknown, items, texts, unknown, within
from scanner.model.arm import ArmId
from scanner.model.planned import ADDRESS_KEY

CHOSEN_KEY = "$chosen"

_PREFIX = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?")
_RESERVED = 5
"""Addresses of each subnet that Azure keeps: the first four and the last
(https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq, 2025-04)."""

_VNET = "Microsoft.Network/virtualNetworks"
_RECORDS = "Microsoft.Network/privateDnsZones/A"
_Holders: TypeAlias = dict[str, str]
"""By holder, the id of its subnet in lower case."""


def chosen(holder: str, subnet: object = None) -> Row:
    """Return the JSON of the address that a holder will have; `subnet` is an id and said where it gets it."""
    if subnet is None:
        return {CHOSEN_KEY: holder}
    return subnet if is_unknown(subnet) and isinstance(subnet, dict) else {CHOSEN_KEY: holder, "subnet": subnet}


_HOLDERS_OF = {
    "microsoft.network/networkinterfaces": ("ipConfigurations", "privateIPAddress"),
    "microsoft.network/azurefirewalls": ("ipConfigurations", "privateIPAddress"),
    "microsoft.network/loadbalancers": ("frontendIPConfigurations", "privateIPAddress"),
    "microsoft.network/dnsresolvers/inboundendpoints": ("ipConfigurations", "privateIpAddress"),
}
"""By type, the list of what has an address in a subnet, and where that stands."""


def choose(estate: Estate) -> None:
    """Have Azure choose an address wherever something in a subnet is declared without one."""
    for key, row in estate.rows.items():
        if key in estate.seen:
            continue
        place, attribute = _HOLDERS_OF.get(ArmId(key).type, ("", ""))
        for number, each in enumerate(items(row, "properties", place) if place else ()):
            # A resolver's objects have no envelope.
            inside = each.get("properties", each)
            subnet = within(inside, "subnet", "id")
            if isinstance(inside, dict) and not is_unknown(inside) and subnet is not None and not inside.get(attribute):
                inside[attribute] = chosen(f"{row['id']}#{each.get('name', number)}", subnet)


def stand_in(estate: Estate) -> None:
    """Replace every chosen address by its stand-in or by unknown."""
    holders = {
        str(each[CHOSEN_KEY]): ArmId(str(each["subnet"])).key
        for row in estate.rows.values()
        for each in _marks(row)
        if "subnet" in each
    }
    _doubt_records(holders, estate)
    found = _stand_ins(holders, estate)
    for key, row in estate.rows.items():
        estate.rows[key] = _replaced(row, found)


def _doubt_records(holders: _Holders, estate: Estate) -> None:
    """Make a record unknown that names an address which Azure may choose, or may not: only it hangs on that."""
    prefixes, literals = _prefixes_of(estate), _Literals(estate)
    choosing = [(prefixes[each], literals.assigned_in(each)) for each in {*holders.values()} if each in prefixes]
    for row in estate.of(_RECORDS):
        named = [within(each, "ipv4Address") for each in items(row, "properties", "aRecords")]
        numbers = [found.network_address for each in named if isinstance(each, str) and (found := _network(each))]
        for number in numbers:
            if any(number in prefix and number not in taken for prefix, taken in choosing):
                why = f"{number} is in a subnet where Azure chooses addresses, and whose it will be is not known"
                row["properties"]["aRecords"] = unknown(why)


def _marks(value: object) -> Iterator[Row]:
    match value:
        case dict() if CHOSEN_KEY in value:
            yield value
        case dict():
            for each in value.values():
                yield from _marks(each)
        case list():
            for each in value:
                yield from _marks(each)


def _replaced(value: Any, found: dict[str, Row]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict() if CHOSEN_KEY in value:
            holder = str(value[CHOSEN_KEY])
            return found.get(holder) or unknown(f"Azure chooses the address of {_called(holder)}")
        case dict():
            return {key: _replaced(each, found) for key, each in value.items()}
        case list():
            return [_replaced(each, found) for each in value]
    return value


def _called(holder: str) -> str:
    """Return what people call a holder: its name, and what of it has the address after a `#`."""
    arm_id, _, part = holder.partition("#")
    return f"{ArmId(arm_id).name} ({part})" if part else ArmId(arm_id).name


def _stand_ins(holders: _Holders, estate: Estate) -> dict[str, Row]:
    prefixes, literals = _prefixes_of(estate), _Literals(estate)
    by_subnet: dict[str, list[str]] = defaultdict(list)
    for holder, subnet in sorted(holders.items()):
        by_subnet[subnet].append(holder)
    found: dict[str, Row] = {}
    for subnet, inside in by_subnet.items():
        prefix = prefixes.get(subnet)
        why = _why_not(subnet, prefix, prefixes, by_subnet.keys(), literals)
        free = iter(()) if prefix is None or why else _free(prefix, literals.assigned_in(subnet))
        for holder in inside:
            number = next(free, None)
            reason = why or f"{ArmId(subnet).name} has no room for it"
            found[holder] = (
                unknown(f"Azure chooses the address of {_called(holder)}: {reason}")
                if number is None
                else {ADDRESS_KEY: str(number), "of": _called(holder)}
            )
    return found


def _why_not(
    subnet: str,
    prefix: IPv4Network | None,
    prefixes: dict[str, IPv4Network],
    holding: Iterable[str],
    literals: _Literals,
) -> str:
    """Return why no stand-in would be sound in a subnet, "" where one is."""
    if prefix is None:
        return "the one IPv4 prefix of its subnet is not known"
    cutting = literals.cutting(prefix, subnet)
    if cutting is not None:
        return f"{cutting} is a part of {ArmId(subnet).name}, and whether the address lies in it is not known"
    for other in holding:
        if other != subnet and other in prefixes and prefixes[other].overlaps(prefix):
            return f"{ArmId(other).name} of {ArmId(other).parent} has the same addresses"
    return ""


def _free(prefix: IPv4Network, taken: frozenset[IPv4Address]) -> Iterator[IPv4Address]:
    """Yield a subnet's addresses from the top, without those that are taken and those that Azure keeps."""
    for offset in range(prefix.num_addresses - 2, _RESERVED - 2, -1):
        address = prefix.network_address + offset
        if address not in taken:
            yield address


def _prefixes_of(estate: Estate) -> dict[str, IPv4Network]:
    """Index the subnets that have one IPv4 prefix."""
    found: dict[str, IPv4Network] = {}
    for vnet in estate.of(_VNET):
        for subnet in items(vnet, "properties", "subnets"):
            prefix = _one_prefix(subnet)
            if prefix is not None and isinstance(subnet.get("id"), str):
                found[ArmId(subnet["id"]).key] = prefix
    return found


def _one_prefix(subnet: Row) -> IPv4Network | None:
    several = within(subnet, "properties", "addressPrefixes") or within(subnet, "properties", "addressPrefix")
    texts = several if isinstance(several, list) else [several]
    if not all(isinstance(each, str) for each in texts):
        return None
    numbers = [each for each in texts if _PREFIX.fullmatch(each)]
    return _network(numbers[0]) if len(numbers) == 1 else None


def _network(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text, strict=False)
    except ValueError:
        return None


class _Literals:
    """Every IPv4 address and prefix that an estate names, and those that interfaces have for certain."""

    def __init__(self, estate: Estate) -> None:
        found = {
            each
            for row in estate.rows.values()
            for text in texts(row)
            if _PREFIX.fullmatch(text)
            if (each := _network(text)) is not None
        }
        self._named = sorted(found)
        self._assigned: dict[str, set[IPv4Address]] = defaultdict(set)
        for row in estate.rows.values():
            for configuration in items(row, "properties", "ipConfigurations"):
                self._note(configuration)

    def _note(self, configuration: Row) -> None:
        subnet = within(configuration, "properties", "subnet", "id")
        address = within(configuration, "properties", "privateIPAddress")
        if isinstance(subnet, str) and isinstance(address, str) and (found := _network(address)) is not None:
            self._assigned[ArmId(subnet).key].add(found.network_address)

    def assigned_in(self, subnet: str) -> frozenset[IPv4Address]:
        """Return the addresses that others have in a subnet: Azure gives none of them away again."""
        return frozenset(self._assigned.get(subnet, ()))

    def cutting(self, prefix: IPv4Network, subnet: str) -> IPv4Network | None:
        """Return what is named and holds a part of a prefix only, None where nothing does."""
        taken = self.assigned_in(subnet)
        parts = (each for each in self._named if each != prefix and each.subnet_of(prefix))
        return next((each for each in parts if each.num_addresses > 1 or each.network_address not in taken), None)
