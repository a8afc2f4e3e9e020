"""Targets: how networks behave, on odd security rules, zones, servers and names."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from scanner.domain.dns import Outcome
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.nsg import decide
from scanner.domain.prefixes import EVERY_ADDRESS, prefixes
from scanner.domain.service_tags import apart, holds, is_documented, standard
from scanner.domain.traffic import EVERY_PROTOCOL, Flow
from scanner.estate.resolution import resolve_in
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.network import VirtualNetwork
from scanner.model.network_security import Direction, ServiceTag, address_term, ports
from tests.domain.nsg_support import SPACE, WIDENED, raw_group, security_rule, side
from tests.fuzz.dice import Dice
from tests.fuzz.mutations import ODD, damage, mutated_estate, odd

_ENDS = (
    "*",
    "Internet",
    "VirtualNetwork",
    "Storage",
    "Storage.WestEurope",
    "10.10.2.0/24",
    "0.0.0.0/0",
    "::/0",
    "asg-a",
)
_PORTS = ("*", "0", "22", "443", "22,80-90", "0-65535", "1024-2048,65535")


def security_groups(data: bytes) -> None:
    """Decide a flow by damaged groups: the parts hold no more than the flow, and each has one fate."""
    dice = Dice(data)
    space = dice.pick((SPACE, WIDENED))
    flow = Flow(
        dice.pick(tuple(Direction)),
        dice.pick((EVERY_PROTOCOL, frozenset({min(EVERY_PROTOCOL)}))),
        side(dice.pick(_ENDS[:-1]), space),
        side(dice.pick(_ENDS[:-1]), space),
        IntervalSet.of([(443, 443), (0, dice.below(65_536))]),
    )
    groups = [raw_group(_rules(dice)) for _ in range(1 + dice.below(2))]
    with suppress(MissingEvidence):
        decision = decide(groups, flow, space)

        assert all(part.flow.source.space - flow.source.space == NOTHING for part in decision.parts)
        assert all(part.flow.ports - flow.ports == NOTHING for part in decision.parts)
        assert decision.access in {part.access for part in decision.parts} | {None}
        assert (decision.access is None) == (len({part.access for part in decision.parts}) != 1)
        assert bool(decision.why) == (decision.access is None and bool(decision.parts))
        assert decide(groups, flow, space) == decision


def _rules(dice: Dice) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = [_rule(dice) for _ in range(dice.below(6))]
    for _ in range(dice.below(4)):
        damage(rules, dice)
    return rules


def _rule(dice: Dice) -> dict[str, Any]:
    ends = f"{dice.pick(_ENDS)} -> {dice.pick(_ENDS)}"
    access, protocol = dice.pick(("Allow", "Deny")), dice.pick(("Tcp", "Udp", "*"))
    rule = security_rule(f"{dice.pick(('Inbound', 'Outbound'))} {dice.below(5000)} {access} {protocol} {ends} 443")
    rule["properties"]["destinationPortRanges"] = dice.pick(_PORTS).split(",")
    return rule


def names(data: bytes) -> None:
    """Resolve names in the virtual networks of a damaged estate: always an outcome, a private one with addresses."""
    dice = Dice(data)
    graph = Graph(mutated_estate(dice))
    fqdn = dice.pick(
        ("stmlreference.blob.core.windows.net", "", ".", "a" * 70, dice.word(), f"{dice.word()}.azure.com")
    )
    for vnet in graph.seen(VirtualNetwork):
        with suppress(MissingEvidence):
            found = resolve_in(graph, vnet.id, fqdn, dice.word() if dice.flag() else "")

            assert bool(found.addresses) == (found.outcome is Outcome.PRIVATE)
            assert found.why


def address_terms(data: bytes) -> None:
    """Read any text as the source of a rule, and as ports: a set within bounds, a tag, or a refusal."""
    dice = Dice(data)
    value = dice.word() if dice.flag() else odd(dice)
    with suppress(ValueError):
        term = address_term(value)

        assert isinstance(term, ServiceTag) or EVERY_ADDRESS.covers(prefixes([term]))
    with suppress(ValueError):
        first, last = ports(value)

        assert 0 <= first <= last <= 65_535


def tags(data: bytes) -> None:
    """Compare service tags of any name: what holds another is not apart from it."""
    dice = Dice(data)
    texts = [each for each in ODD if isinstance(each, str) and each]
    one, other = (ServiceTag(dice.pick((*texts, "Storage.WestEurope", "AzureCloud", dice.word()))) for _ in range(2))

    assert not (holds(one, other) and apart(one, other))
    assert apart(one, other) == apart(other, one)
    assert holds(one, one)
    assert standard(standard(one)) == standard(one)
    assert is_documented(one) in {True, False}
