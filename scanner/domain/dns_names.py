"""DNS names: which zone or forwarding rule a name falls under, and which record of a zone answers for it.

Names are in lower case, without a full stop at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeVar

T = TypeVar("T")

APEX = "@"
"""The name of a zone's own record, relative to the zone."""


def normal(name: str) -> str:
    """Return a name in the form that this module compares: lower case, without the root's full stop."""
    return name.strip().lower().rstrip(".")


def is_privatelink(zone: str) -> bool:
    """Tell whether a zone is one of those that hold the records of private endpoints, by its name."""
    return "privatelink" in zone.lower().split(".")


def suffixes(name: str) -> Iterator[str]:
    """Yield a name and the domains it is in, longest first; the root, last, is the empty name."""
    while name:
        yield name
        name = name.partition(".")[2]
    yield ""


def closest(name: str, domains: Iterable[tuple[str, T]]) -> T | None:
    """Return what is paired with the longest domain that a name is in; None if it is in none."""
    by_domain = dict(domains)
    return next((by_domain[each] for each in suffixes(name) if each in by_domain), None)


def relative(name: str, zone: str) -> str:
    """Return the name that a record for `name` has in a zone: "@" for the zone's own."""
    return name.removesuffix(zone).rstrip(".") or APEX


def answering(name: str, records: AbstractSet[str]) -> str | None:
    """Return the record of a zone that answers for a name, both relative to the zone; None if the name does not exist.

    The name's own record comes first. A wildcard answers for what is below its domain, unless a closer name exists,
    be it only as a part of a longer one (RFC 4592 §3.3.1; https://learn.microsoft.com/azure/dns/dns-zones-records,
    2023-11: "unless there's a closer match from a non-wildcard record set").
    """
    if name in records:
        return name
    existing = {part for record in records for part in suffixes(record)}
    if name == APEX or name in existing:
        return None
    for domain in suffixes(name.partition(".")[2]):
        wildcard = f"*.{domain}" if domain else "*"
        if wildcard in records:
            return wildcard
        if domain in existing:
            return None
    return None
