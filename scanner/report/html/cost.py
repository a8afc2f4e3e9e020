"""Costs as one HTML page that fetches nothing and runs nothing."""

from __future__ import annotations

from functools import cache

from jinja2 import Template

from scanner.cost.estimate import Estimate, total
from scanner.cost.items import Control
from scanner.cost.savings import Savings
from scanner.report import cost_words
from scanner.report.html.assets import asset, policy
from scanner.report.html.pages import environment_of_pages


def as_cost_html(estimate: Estimate, savings: Savings) -> str:
    """Return what an estate costs and what could be saved, control by control, as a page."""
    shown = [each for each in Control if each is Control.NETWORK or estimate.of(each)]
    return _template().render(
        estimate=estimate,
        savings=savings,
        currency=estimate.book.currency,
        controls=[(each.value, estimate.of(each), cost_words.NOTES.get(each, "")) for each in shown],
        names=cost_words.names_of(estimate),
        total=total,
        words=cost_words,
        policy=policy(),
        style=asset("style.css"),
    )


@cache
def _template() -> Template:
    return environment_of_pages().get_template("cost.html")
