"""Checks of what the records of private endpoints say: all of the addresses that a name is answered with."""

from __future__ import annotations

from ipaddress import IPv4Address

from msgspec import Struct

from scanner.checks.dns import require_seen_dns
from scanner.domain.dns_view import Record
from scanner.domain.private_names import PrivateName
from scanner.engine import Notes, Problem
from scanner.estate.private_link import zones_named_by
from scanner.estate.resolution import answer_in
from scanner.estate.zones import addresses_for, zones_for_name
from scanner.evidence import MissingEvidence, exists, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.private_link import PrivateEndpoint


class _Answer(Struct, frozen=True):
    """What a zone answers for a name: no address where it lacks the name."""

    zone: ArmId
    record: Record | None
    addresses: frozenset[IPv4Address]

    def __str__(self) -> str:
        return ", ".join(map(str, sorted(self.addresses))) or "empty"


def record_matches(endpoint: PrivateEndpoint, name: PrivateName, graph: Graph) -> Notes:
    """Yield a problem if no zone has the endpoint's address, and only addresses of endpoints, for one of its names.

    Stale, missing and mixed are told apart: of several addresses clients take any.
    """
    answers = zones_for_name(name, endpoint, graph).map(lambda zone: _answer(zone, name, graph))
    current = [each for each in answers.found if each.addresses & name.addresses]
    if exists(current, lambda each: not _stray(each, endpoint, name, graph)):
        return
    raise_any(answers.missing)
    for answer in current or [each for each in answers.found if each.record is not None]:
        yield Problem(_says(answer, name), (answer.zone, endpoint.id))
    if not any(each.record for each in answers.found):
        yield from _without_record(endpoint, name, [each.zone for each in answers.found], graph)


def _answer(zone: ArmId, name: PrivateName, graph: Graph) -> _Answer:
    record = answer_in(zone, name.record, graph)
    if record is not None and record.target is not None:
        raise MissingEvidence(f"{name.record} in {name.zone} leads on to {record.target}, which was not judged")
    return _Answer(zone, record, frozenset(record.addresses if record is not None else ()))


def _says(answer: _Answer, name: PrivateName) -> str:
    if answer.addresses & name.addresses:
        return f"mixed: {name.record} in {answer.zone.name} is {answer}, and only {name.address} is an endpoint's"
    return f"stale: {name.record} in {answer.zone.name} is {answer}, but the endpoint has {name.address}"


def _stray(answer: _Answer, endpoint: PrivateEndpoint, name: PrivateName, graph: Graph) -> bool:
    """Tell whether an answer has an address that is no approved endpoint's of the same service."""
    others = answer.addresses - name.addresses
    if not others:
        return False
    owned = addresses_for(name, endpoint, graph)
    if others.issubset(owned.found):
        return False
    raise_any(owned.missing)
    return True


def _without_record(endpoint: PrivateEndpoint, name: PrivateName, zones: list[ArmId], graph: Graph) -> Notes:
    if not zones_named_by(endpoint, graph).exists(lambda each: each in zones):
        require_seen_dns(endpoint, graph, name.fqdn, name.alias)
    where = name.zone if zones else f"{name.zone}, for there is no such zone"
    yield Problem(f"missing: {name.record} ({name.address}) is not in {where}", (*zones, endpoint.id))
