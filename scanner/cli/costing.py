"""What `mlsec-scan cost` does: scan, price what was found, try what could be saved, and write the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.cli.fixing import EXISTING
from scanner.cli.wiring import today
from scanner.cost.asked import currency_of, gigabytes, region_of
from scanner.cost.book import book_for
from scanner.cost.estimate import Estimate, estimate
from scanner.cost.inventory import inventory
from scanner.cost.retail import ADDRESS, require_address
from scanner.cost.savings import Savings, savings
from scanner.errors import UsageError
from scanner.fix.bench import judgement
from scanner.report.cost_csv import as_cost_csv
from scanner.report.cost_json import as_cost_json
from scanner.report.cost_text import as_cost_text
from scanner.report.html.cost import as_cost_html
from scanner.scan.outcome import Scan
from scanner.system.files import deliver

_WRITERS: Mapping[str, Callable[[Estimate, Savings], str]] = {
    "text": as_cost_text,
    "json": as_cost_json,
    "csv": as_cost_csv,
    "html": as_cost_html,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of costs, as the command line says it."""

    currency: str
    offline: bool
    gb: str | None
    region: str
    prices: str | None
    form: str
    to: Path | None


def tell_costs(scanned: Callable[[], Scan], ask: Ask) -> None:
    """Write what an estate costs. Raises UsageError for a currency, region or amount that is none, before a scan."""
    currency, gb, address = currency_of(ask.currency), gigabytes(ask.gb), ask.prices or ADDRESS
    require_address(address)
    finished = scanned()
    if finished.graph is None:
        raise UsageError("this scan holds no estate that could be priced")
    region = region_of(ask.region, [each.region for each in inventory(finished.graph).items])
    found = inventory(finished.graph, region)
    meters = [meter for each in found.items for meter in each.meters]
    book = book_for(meters, currency, today(), offline=ask.offline, address=address)
    told = estimate(found, book, gb)
    exists = finished.header.source in EXISTING
    tried = savings(judgement(finished.results, finished.graph), book, exists=exists)
    deliver(_WRITERS[ask.form](told, tried), ask.to, exact=ask.form != "text")
