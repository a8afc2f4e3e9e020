"""The answers of a probe, as people read them where it ran."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.probe.shapes import DNS_ALONE, Answer, Outcome, Result
from scanner.report.wrapping import unbroken, wrapped
from scanner.system.counting import counted
from scanner.system.plain import plain

_INDENT = 9
"""Columns that the word of an outcome takes."""

_ORDER = (Outcome.DIFFERS, Outcome.SETTLED, Outcome.OPEN, Outcome.AGREED)
_WORDS = {
    Outcome.DIFFERS: "DIFFERS",
    Outcome.SETTLED: "SETTLED",
    Outcome.OPEN: "OPEN",
    Outcome.AGREED: "AGREED",
}


def as_probe_text(result: Result, width: int = 100) -> str:
    """Return where the probe stood, the counts, what differs first, and what is known of each."""
    head = [line for each in (_head(result), _counts(result)) for line in unbroken(each, width)]
    lines = [*head, *(line for note in result.notes for line in wrapped(plain(note), width))]
    ordered = sorted(result.answers, key=lambda each: (_ORDER.index(each.outcome), each.name, each.port))
    for each in ordered:
        lines += [*_lines(each, width)]
    return "\n".join([*lines, ""])


def _head(result: Result) -> str:
    return f"mlsec-scan probe {result.version}: from {place_of(result)} by {result.stand.by}, {result.started}"


def place_of(result: Result) -> str:
    """Return where a probe stood: "vnet-access/snet-jump" or "outside"."""
    return place_name(result.stand.network, result.stand.subnet)


def place_name(network: str, subnet: str) -> str:
    """Return what to call a subnet in its network, given their ids; "outside" lies in none."""
    return plain("/".join(each.rpartition("/")[2] for each in (network, subnet) if each))


def _counts(result: Result) -> str:
    counts = {each: sum(answer.outcome is each for answer in result.answers) for each in _ORDER}
    words = {Outcome.DIFFERS: "differ from the model", Outcome.SETTLED: "settle what it left open"}
    words |= {Outcome.OPEN: "settle nothing", Outcome.AGREED: "agree"}
    told = ", ".join(f"{count} {words[each]}" for each, count in counts.items() if count)
    return f"{counted(len(result.answers), 'target')}: {told}"


def where(name: str, port: int) -> str:
    """Return a target as a report names it: with its port, where it has one."""
    return plain(name) if port == DNS_ALONE else f"{plain(name)}:{port}"


def _lines(answer: Answer, width: int) -> Iterator[str]:
    service = f"{plain(answer.group)} of {plain(answer.service.rpartition('/')[2])}"
    first, *more = unbroken(f"{where(answer.name, answer.port)}  ({service})", width - _INDENT)
    yield f"{_WORDS[answer.outcome]:<8} {first}"
    yield from (" " * _INDENT + each for each in more)
    yield from wrapped(f"model: {answer.expect}; probe: {answer.kind}: {plain(answer.says)}", width, indent=_INDENT)
    if answer.outcome is not Outcome.AGREED:
        yield from (line for told in details(answer) for line in wrapped(told, width, indent=_INDENT))


def details(answer: Answer) -> Iterator[str]:
    """Yield by which way DNS came, and what certificate was shown."""
    if answer.chain or answer.server:
        led = " → ".join(map(plain, answer.chain))
        yield f"DNS: {led or plain(answer.name)}{f', by {plain(answer.server)}' if answer.server else ''}"
    if answer.certificate is not None:
        names = ", ".join(plain(each) for each in answer.certificate.names[:2])
        more = len(answer.certificate.names) - 2
        names += f" and {more} more" if more > 0 else ""
        until = plain(answer.certificate.until)
        yield f"certificate: for {names or 'no name'}, by {plain(answer.certificate.issuer)}, until {until}"
