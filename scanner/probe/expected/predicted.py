"""The predictions of a graph: for each subnet that a solution is used from, each name, and whether it is reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import structs

from scanner.estate.paths import NamedPath, Service, Start, named_paths, starts_in
from scanner.estate.solution import Solution, solutions
from scanner.evidence import MissingEvidence, Seen, Unknown, gathered
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.monitoring import PrivateLinkScope
from scanner.model.network import Subnet
from scanner.probe.expected.from_outside import from_outside
from scanner.probe.expected.names_alone import instances, made_up
from scanner.probe.expected.prediction import Prediction, target_of
from scanner.probe.expected.services import (
    concrete_names,
    every_service,
    is_made_up,
    online_endpoints,
    public_names,
)
from scanner.probe.expected.standing import subnets_used
from scanner.probe.shapes import Expect

_EXPECT = {True: Expect.REACHED, False: Expect.BROKEN, None: Expect.UNKNOWN}


@dataclass(frozen=True, slots=True)
class FromSubnet:
    """The predictions for one subnet; its ranges are none where they are not known."""

    subnet: ArmId
    prefixes: tuple[str, ...]
    predictions: tuple[Prediction, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """All predictions of a graph, in order; `unread` says why there may be more."""

    places: tuple[FromSubnet, ...]
    outside: tuple[Prediction, ...]
    unread: tuple[str, ...]


def predicted(graph: Graph) -> Predicted:
    """Return the predictions of a graph; they are worked out once."""
    return graph.once(_predicted)


def _predicted(graph: Graph) -> Predicted:
    judged = solutions(graph)
    unread = _Unread()
    unread.note(judged.missing)
    users: dict[ArmId, list[Solution]] = defaultdict(list)
    for solution in judged.found:
        for subnet in dict.fromkeys(subnets_used(solution, unread.note)):
            users[subnet].append(solution)
    places = tuple(_place(subnet, users[subnet], graph, unread) for subnet in sorted(users))
    outside = _merged(each for solution in judged.found for each in from_outside(solution, unread.note))
    unread.note(_not_asked(graph))
    return Predicted(tuple(each for each in places if each.predictions), outside, unread.told)


def _not_asked(graph: Graph) -> MissingEvidence | None:
    """Say that a probe asks for no name of Azure Monitor's, where a private link scope serves them."""
    scopes = graph.all(PrivateLinkScope)
    if not scopes.found:
        return scopes.missing
    names = ", ".join(each.name for each in scopes.found)
    return MissingEvidence(f"the names of Azure Monitor, which {names} serves, are not asked for")


class _Unread:
    """Why there may be more, each reason once."""

    def __init__(self) -> None:
        self._why: dict[str, None] = {}

    def note(self, missing: MissingEvidence | None) -> None:
        if missing is not None:
            self._why[missing.why] = None

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(sorted(self._why))


def _place(subnet: ArmId, users: list[Solution], graph: Graph, unread: _Unread) -> FromSubnet:
    found = Seen((subnet,)).map(lambda each: graph.get(Subnet, each))
    unread.note(found.missing)
    if not found.found:
        return FromSubnet(subnet, (), ())
    ranges = found.found[0].prefixes
    told = () if isinstance(ranges, Unknown) else tuple(map(str, ranges))
    starts = Seen.of(starts_in(subnet, graph))
    unread.note(starts.missing)
    every = (each for user in users for start in starts.found for each in _inside(user, start, unread))
    return FromSubnet(subnet, told, _merged(every))


def _inside(solution: Solution, start: Start, unread: _Unread) -> Iterator[Prediction]:
    services = Seen((solution,)).flat(every_service)
    unread.note(services.missing)
    unread.note(online_endpoints(solution).missing)
    for service in services.found:
        yield from _seen(_to(service, solution, start), unread)
    yield from _seen(instances(solution, start), unread)


def _seen(found: Iterator[Prediction], unread: _Unread) -> tuple[Prediction, ...]:
    seen = Seen.of(found)
    unread.note(seen.missing)
    return seen.found


def _to(service: Service, solution: Solution, start: Start) -> Iterator[Prediction]:
    graph = solution.graph
    links, missing = gathered(solution.approved(service.resource, service.group))
    if not links:
        expect = Expect.UNKNOWN if missing is not None else Expect.BROKEN
        says = missing.why if missing is not None else "it has no approved endpoint in a network of yours"
        for name in public_names(service, graph):
            yield Prediction(target_of(name, service, expect, says))
        return
    more = solution.unread_link(service.resource) or solution.own_links(service.resource).missing or missing
    approved = Seen(tuple(links), more)
    for each in named_paths(start, service, approved, graph, concrete_names(solution)):
        yield made_up(each, service, approved, start, graph) if is_made_up(each.fqdn) else _by_path(each, service)


def _by_path(named: NamedPath, service: Service) -> Prediction:
    path = named.path
    says = "" if path.leads_there else path.weakest.says
    expect = _EXPECT[path.leads_there]
    return Prediction(target_of(named.fqdn, service, expect, says, named), path)


def _merged(found: Iterable[Prediction]) -> tuple[Prediction, ...]:
    """Return one prediction of each name and port, in their order; of several that differ, what is not known."""
    by_name: dict[tuple[str, int], Prediction] = {}
    for each in found:
        key = each.target.name, each.target.port
        by_name[key] = _either(by_name[key], each) if key in by_name else each
    return tuple(by_name[key] for key in sorted(by_name))


def _either(one: Prediction, other: Prediction) -> Prediction:
    """Return what holds whichever of two is true: by the servers that a machine asks, or by whose service it is."""
    expects = one.target.expect, other.target.expect
    if expects[0] is expects[1] or expects[0] is Expect.UNKNOWN:
        return one
    if expects[1] is Expect.UNKNOWN:
        return other
    says = "it depends on the DNS servers that a machine of the subnet asks"
    return Prediction(structs.replace(one.target, expect=Expect.UNKNOWN, says=says), one.path)
