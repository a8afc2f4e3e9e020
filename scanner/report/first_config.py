"""A first mlsec.toml: what a scan found of the estate, and what its owner may want to say, behind comment marks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from scanner.engine import Result, Severity
from scanner.report.words import most_severe_first, name_of
from scanner.scan.outcome import Scan
from scanner.system.counting import counted
from scanner.system.plain import plain

_RANGE = re.compile(r"lets in ([0-9a-f.:/]+) from the internet, which is not in allowed_ip_ranges")
"""How a failure names a range that allowed_ip_ranges may hold; a test sees that it still does."""

_FOREIGN = "foreign-private-endpoint-connections"
_MOST = 10
_DAYS = 90


def as_config(scan: Scan) -> str:
    """Return the file. What stands without a mark changes no verdict: it is where the scan looked."""
    parts = (
        _head(scan),
        _scan(scan),
        _roles(scan),
        _agents(scan),
        _private_link(scan),
        _severity(scan),
        _waivers(scan),
    )
    return "\n".join(line for part in parts for line in (*part, ""))


def _head(scan: Scan) -> Iterator[str]:
    day = scan.header.finished.date()
    yield f"# What `mlsec-scan` goes by in this folder. Proposed by `mlsec-scan init` of {day}, {scan.header.source}."
    yield "# What stands right behind a mark, as #fail_on does, is a proposal: take the mark away where it is right."
    yield "# `mlsec-scan config --check` tells whether the file is in order."


def _scan(scan: Scan) -> Iterator[str]:
    header = scan.header
    yield "[scan]"
    if header.source == "live":
        yield f"subscription = {_list(header.subscriptions)}"
        context = _list(header.context_subscriptions or header.neighbours)
        yield from ["# Read, and not judged:", f"#context_subscription = {context}"] if context != "[]" else []
    counts = scan.fails_by_severity
    failed = ", ".join(f"{counts[each]} {each}" for each in reversed(Severity) if counts[each])
    yield f"# Of what severity a failure fails a run; here failed: {failed or 'nothing'}."
    yield '#fail_on = "high"'
    yield "# What failed, or was unknown, when the baseline was written does not count."
    yield '#baseline = "baseline.json"'


def _roles(scan: Scan) -> Iterator[str]:
    aml = dict.fromkeys(each for solution in scan.solutions for each in solution.aml_vnets)
    access = dict.fromkeys(each for solution in scan.solutions for each in solution.access_vnets)
    yield "[roles]"
    yield "# The virtual networks by the roles that were detected. Said here, they hold for every workspace."
    yield f"#aml_vnets = {_list(aml)}"
    yield f"#access_vnets = {_list(access)}"


def _agents(scan: Scan) -> Iterator[str]:
    ranges = sorted({found[1] for each in _messages(scan.fails) if (found := _RANGE.search(each))})
    yield "[agents]"
    yield "# Public ranges from which access is accepted, such as those of your agents."
    yield from ["# These are let in and not accepted yet:"] if ranges else []
    yield f"#allowed_ip_ranges = {_list(ranges or ['203.0.113.0/24'])}"


def _private_link(scan: Scan) -> Iterator[str]:
    own = {*scan.header.subscriptions}
    found = {
        each.subscription
        for result in scan.fails
        if result.rule.id == _FOREIGN
        for problem in result.problems
        for each in problem.involves
    }
    yield "[private_link]"
    yield "# Subscriptions whose private endpoints may lead to your services."
    yield f"#trusted_subscriptions = {_list(sorted(found - own - {''}) or ['00000000-0000-0000-0000-000000000000'])}"


def _severity(scan: Scan) -> Iterator[str]:
    yield "[severity]"
    yield "# How much a rule's failures matter to you; those that failed most, as they are weighed."
    counts = Counter(each.rule.id for each in scan.fails)
    rules = {each.rule.id: each.rule for each in scan.fails}
    for rule, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_MOST]:
        yield f'#{rule} = "{rules[rule].severity}"  # {count} failed'


def _waivers(scan: Scan) -> Iterator[str]:
    """Yield a proposal for each of the worst failures; nobody accepts one by taking the file as it is."""
    failed = most_severe_first(each for each in scan.fails if each.subject is not None)
    until = scan.header.finished.date() + timedelta(days=_DAYS)
    yield "# Failures that are accepted for a while; `mlsec-scan waive RULE SUBJECT --reason TEXT` writes one."
    for each in failed[:_MOST]:
        yield f"# {each.severity}: {name_of(each)}"
        yield "#[[waiver]]"
        yield f"#rule = {_quoted(each.rule.id)}"
        yield f"#subject = {_quoted(str(each.subject.id if each.subject is not None else ''))}"
        yield '#reason = "why it is accepted"'
        yield f"#expires = {until}"
    if len(failed) > _MOST:
        yield f"# and {counted(len(failed) - _MOST, 'more failure')}"


def _messages(results: Iterable[Result]) -> Iterator[str]:
    return (problem.message for result in results for problem in result.problems)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """Return a TOML string on one line; JSON's escapes of printable text are TOML's."""
    return json.dumps(plain(text), ensure_ascii=False)
