"""What all answers of a probe say together about the machine that it ran on, and which of them that leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from scanner.probe.shapes import DNS_ALONE, Answer, Kind, outcome_of

_FAR = frozenset({Kind.REACHED, Kind.REFUSED, Kind.INTERCEPTED, Kind.OTHER_NAME, Kind.NO_TLS})
"""What something that is not this machine had to answer for."""


def weighed(answers: tuple[Answer, ...]) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
    """Return the answers, those that this machine alone accounts for left open, and what holds for the machine."""
    notes = dict(_doubts(answers))
    doubted = frozenset[Kind]().union(*notes.values())
    return tuple(_opened(each) if each.kind in doubted else each for each in answers), tuple(notes)


def _doubts(answers: tuple[Answer, ...]) -> Iterator[tuple[str, frozenset[Kind]]]:
    """Yield what is wrong with the machine, and the kinds of answers that settle nothing for it."""
    kinds = {each.kind for each in answers}
    if Kind.PRIVATE in kinds:
        yield "this machine resolves private addresses: it does not stand outside, and settles nothing", frozenset(Kind)
    if kinds == {Kind.NO_DNS}:
        why = (
            "no name could be resolved: this machine has no network, or no DNS server that answers; nothing is settled"
        )
        yield why, frozenset({Kind.NO_DNS})
    connected = {each.kind for each in answers if each.port != DNS_ALONE} & _FAR
    if Kind.UNREACHABLE in kinds and not connected:
        why = (
            "this machine has no route to any address, and settles nothing of them: private endpoints have IPv4 "
            "addresses, is it on IPv6 alone?"
        )
        yield why, frozenset({Kind.UNREACHABLE})


def _opened(answer: Answer) -> Answer:
    return structs.replace(answer, good=None, outcome=outcome_of(answer.expect, answer.kind, None))
