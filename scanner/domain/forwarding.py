"""What an Azure Firewall sends on from the internet to machines behind it: its rules of address translation.

Sources: what a rule of translation matches is let in by it (https://learn.microsoft.com/azure/firewall/rule-processing,
2025). Whether a network rule that denies the translated traffic counts, documents disagree: it does by the page of
firewall-manager/rule-processing of 2020-06-30, no other rule is looked at by today's. The packet then comes from an
address of the firewall's own subnet (techcommunity.microsoft.com, "Azure Firewall NAT Behaviors", 2023-05-19). A rule
may be for private addresses of the firewall, which nobody reaches from the internet (the same blog, "Private IP DNAT
Support", 2024-08).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.firewall_rules import FirewallRules, Translation, nothing_else
from scanner.domain.flow_words import service_words, side_words
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Part, decide
from scanner.domain.prefixes import EVERY_ADDRESS, addresses
from scanner.domain.rulesets import EVERYWHERE, Clause
from scanner.domain.service_tags import INTERNET
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, Side, Unread, tagged
from scanner.evidence import Unknown
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.network_security import Access, Direction

_SPACE = NetworkSpace(NOTHING)
FROM_INTERNET = tagged(INTERNET, _SPACE)
"""Every host on the internet."""


@dataclass(frozen=True, slots=True)
class Forward:
    """Packets from the internet that a firewall sends on.

    `flow` runs from those who are let in to where they are sent, on the ports there; `front` is where they come from
    once the firewall has sent them on. `target` is None where it is not known. `doubt` is why any of it is not sure.
    """

    firewall: ArmId
    by: Clause
    flow: Flow
    front: Side
    target: Address | None
    doubt: Unread | None = None

    @property
    def says(self) -> str:
        """What is forwarded: "DNAT rule jump/ssh of firewall afw lets in the internet on TCP 22 of 10.0.0.4"."""
        to = "a host that is not known" if self.target is None else str(self.target)
        is_told = not any(isinstance(each, Unread) for each in self.flow.source.within)
        who = side_words(self.flow.source) if is_told else "somebody on the internet"
        by = f"DNAT rule {self.by.name} of firewall {self.firewall.name}"
        return f"{by} lets in {who} on {service_words(self.flow)} of {to}"


def forwards(rules: FirewallRules, public: Side, front: Side) -> Iterator[Forward]:
    """Yield what the rules of a firewall forward of what the internet sends to its public addresses."""
    translations = {each.clause: each for each in rules.translations}
    if not translations:
        return
    tried = FirewallRules(rules.at, (*translations, nothing_else(rules.at)))
    arriving = Flow(Direction.INBOUND, EVERY_PROTOCOL, FROM_INTERNET, public, EVERY_PORT_SET)
    for part in decide((tried,), arriving, _SPACE).parts:
        if part.access is None:
            yield _untold(rules, arriving, front)
        elif part.access is Access.ALLOW:
            yield from _let_in(part, translations[part.by[-1]], rules, front)


def _untold(rules: FirewallRules, arriving: Flow, front: Side) -> Forward:
    why = Unread("its rules cut the internet into too many parts to tell")
    return Forward(rules.at, nothing_else(rules.at), arriving, front, None, why)


def _let_in(part: Part, translation: Translation, rules: FirewallRules, front: Side) -> Iterator[Forward]:
    """Yield where a rule sends a part that it matches, with what network rules leave open of that."""
    clause = translation.clause
    target, doubt = _target(translation)
    to = Side(addresses([target])) if target is not None else Side(EVERY_ADDRESS)
    sent = Flow(Direction.INBOUND, part.flow.protocols, part.flow.source, to, _ports(translation))
    passing = FirewallRules(rules.at, (*rules.network, _implied(clause)))
    for passed in decide((passing,), sent, _SPACE).parts:
        unsure = doubt or _unsure(part) or _denied(passed)
        yield Forward(rules.at, clause, passed.flow, front, target, unsure)


def _implied(clause: Clause) -> Clause:
    """Return the network rule that a rule of translation brings with it."""
    every = (EVERY_PROTOCOL, EVERYWHERE, EVERYWHERE, EVERY_PORT_SET, EVERY_PORT_SET)
    return Clause(clause.name, clause.priority, False, clause.group, Access.ALLOW, *every)  # noqa: FBT003 - no default


def _target(translation: Translation) -> tuple[Address | None, Unread | None]:
    """Return where a rule sends packets, or why that is not known."""
    rule = translation.rule
    for each in (rule.translated_address, rule.translated_name, rule.translated_port):
        if isinstance(each, Unknown):
            return None, Unread(f"{translation.clause.name}: {each.why}", each.gap)
    if isinstance(rule.translated_address, Unknown) or rule.translated_address is None:
        name = rule.translated_name or "no address"
        return None, Unread(f"it sends them to {name}, and what that resolves to there is not seen")
    return rule.translated_address, None


def _ports(translation: Translation) -> IntervalSet:
    """Return the port that a rule sends packets to; without one it stays as it was."""
    port = translation.rule.translated_port
    if isinstance(port, Unknown):
        return EVERY_PORT_SET
    return translation.clause.ports if port is None else IntervalSet.of([port])


def _denied(part: Part) -> Unread | None:
    denying = next((each for each in part.by if each.access is Access.DENY), None)
    if denying is None:
        return None
    return Unread(f"network rule {denying.name} denies it, and documents disagree on whether that counts")


def _unsure(part: Part) -> Unread | None:
    if part.certain and part.access is Access.ALLOW:
        return None
    unread = next((name for name in part.flow.names if isinstance(name, Unread)), None)
    return unread or Unread("whether that is anything from the internet cannot be told")
