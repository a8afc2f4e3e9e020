"""Names that are asked for alone, since nothing has to answer behind them: of wildcards, and of compute instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import structs

from scanner.checks.instance_names import hosts_of_instance, is_reached_privately, own_names
from scanner.domain.dns import Outcome
from scanner.domain.reach import name_steps, path_of
from scanner.estate.links import WORKSPACE_GROUP
from scanner.estate.paths import NamedPath, Service, Start
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.resolution import resolve_in
from scanner.estate.solution import Solution
from scanner.evidence import MissingEvidence, Seen, known, raise_any
from scanner.graph import Graph
from scanner.model.fields import Address
from scanner.probe.expected.prediction import Prediction, target_of
from scanner.probe.shapes import DNS_ALONE, Expect


def made_up(named: NamedPath, service: Service, links: Seen[Link], start: Start, graph: Graph) -> Prediction:
    """Predict what a made-up name resolves to: nobody connects to it."""
    name = _Name(named.fqdn, "", named.addresses)
    return _resolved(name, service, links.missing, start, graph)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that is asked for alone: what public DNS leads on to, and the addresses that it has to have."""

    fqdn: str
    alias: str
    addresses: tuple[Address, ...]


def _resolved(name: _Name, service: Service, more: MissingEvidence | None, start: Start, graph: Graph) -> Prediction:
    """Predict what a name resolves to; `more` is why there may be other addresses of the service."""
    vnet = vnet_of(start.subnet.id)
    found = resolve_in(graph, vnet, name.fqdn, name.alias, known(start.servers))
    path = path_of(name_steps(name.fqdn, found, vnet))
    right = found.outcome is Outcome.PRIVATE and set(found.addresses) <= set(name.addresses)
    is_open = found.outcome is Outcome.UNKNOWN or (found.outcome is Outcome.PRIVATE and more is not None)
    expect = Expect.REACHED if right else Expect.UNKNOWN if is_open else Expect.BROKEN
    says = "" if right else found.why
    named = NamedPath(name.fqdn, name.alias, name.addresses, path)
    target = structs.replace(target_of(name.fqdn, service, expect, says, named), port=DNS_ALONE)
    return Prediction(target, path)


def instances(solution: Solution, start: Start) -> Iterator[Prediction]:
    """Predict the names of compute instances for people: they have to lead to the workspace's endpoint."""
    graph, workspace = solution.graph, solution.network_workspace
    if vnet_of(start.subnet.id) not in solution.access_vnets.found:
        return
    names = own_names(solution, graph)
    if not names.found:
        return
    own = tuple(sorted({each.address for each in names.found}, key=str))
    service = Service(workspace, WORKSPACE_GROUP, DNS_ALONE)
    found = solution.computes().where(lambda each: is_reached_privately(each, graph))
    hosts = found.flat(lambda each: Seen(hosts_of_instance(each, solution, graph)))
    for host in hosts.found:
        yield _resolved(_Name(host, names.found[0].alias, own), service, names.missing, start, graph)
    raise_any(hosts.missing)
