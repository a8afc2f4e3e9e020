"""Costs as text: control by control, then by workspace, then what could be saved."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cost.estimate import Estimate, Line, total
from scanner.cost.items import Control
from scanner.cost.savings import Savings
from scanner.report.cost_words import (
    FREE,
    LIST_PRICES,
    MONTH,
    NOTES,
    elsewhere,
    money,
    names_of,
    rates_words,
    remarks_of,
    saved_words,
    share_words,
    sources_of,
    total_words,
    traffic_words,
)
from scanner.system.plain import plain


def as_cost_text(estimate: Estimate, savings: Savings) -> str:
    """Return what an estate costs, and what could be saved in it."""
    parts = [_head(estimate), *_controls(estimate), _workspaces(estimate), _savings(savings, estimate), _tail(estimate)]
    return "\n\n".join("\n".join(map(plain, each)) for each in map(list, parts) if each) + "\n"


def _head(estimate: Estimate) -> Iterator[str]:
    currency = estimate.book.currency
    yield f"The network controls cost {total_words(estimate.total, currency)}, and what goes through them."
    if estimate.gb is not None:
        yield traffic_words(estimate)
    yield from remarks_of(estimate)
    yield f"{MONTH}; {LIST_PRICES}"


def _controls(estimate: Estimate) -> Iterator[Iterator[str]]:
    for control in Control:
        lines = estimate.of(control)
        if lines or control is Control.NETWORK:
            yield _control(control, lines, estimate)


def _control(control: Control, lines: tuple[Line, ...], estimate: Estimate) -> Iterator[str]:
    currency, names = estimate.book.currency, names_of(estimate)
    yield f"{control}: {total_words(total(lines), currency) if lines else 'free of charge'}"
    if control is Control.NETWORK:
        yield f"  {FREE}"
    if control in NOTES:
        yield f"  {NOTES[control]}"
    for line in lines:
        amount = money(line.monthly) if not line.missing else f"≥ {money(line.monthly)}"
        yield f"  {amount:>12}  {line.item.id.name}: {line.item.what} ({share_words(line, names)})"
        told = (*line.missing, elsewhere(line), line.item.note)
        yield from (f"                {each}" for each in told if each)
    rates = dict.fromkeys(words for line in lines if (words := rates_words(line)))
    yield from (f"  by traffic: {each}" for each in rates)


def _workspaces(estimate: Estimate) -> Iterator[str]:
    currency = estimate.book.currency
    if estimate.workspaces or estimate.nobodys:
        yield "By workspace:"
    for each in estimate.workspaces:
        own, shared = total(estimate.own(each)), total(estimate.shared(each), share=True)
        part = total_words(shared, currency)
        yield f"  {each.name}: {total_words(own, currency)} of its own, and {part} as its part of what it shares"
    if estimate.others.monthly or estimate.others.at_least:
        yield f"  the part of others that share them and were not judged: {total_words(estimate.others, currency)}"
    if estimate.nobodys:
        yield f"  what serves no workspace that was judged: {total_words(total(estimate.nobodys), currency)}"


def _savings(savings: Savings, estimate: Estimate) -> Iterator[str]:
    currency = estimate.book.currency
    if savings.proposed:
        saved = total_words(savings.monthly, currency)
        yield f"Could be saved without losing a control: {saved}. Each was taken out and the estate judged again."
    else:
        yield "Nothing was found that could be saved without losing a control."
    for each in savings.proposed:
        yield f"  {saved_words(each.monthly):>12}  {each.at.name}: {each.why}"
    for kept in savings.kept:
        yield f"  {'stays':>12}  {kept.at.name}: {kept.why}, but {kept.because}"
    if savings.untried:
        yield f"  {savings.untried} more were not tried: the estate is too large to judge it again for each"


def _tail(estimate: Estimate) -> Iterator[str]:
    yield "Prices from:"
    yield from (f"  {each}" for each in sources_of(estimate))
    if estimate.doubts:
        yield "Not everything was read, so that there may be more:"
        yield from (f"  {each}" for each in estimate.doubts)
