"""Costs as JSON."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from scanner.cost.estimate import Estimate, Line, Rated, Total, total
from scanner.cost.items import Control
from scanner.cost.meters import HOURS
from scanner.cost.savings import Savings
from scanner.report.cost_words import elsewhere, gigabytes, plain_money, remarks_of, sources_of
from scanner.report.json_text import json_text

SCHEMA = "mlsec-scan-cost/1"


def cost_schema_text() -> str:
    """Return the JSON Schema of what `as_cost_json` writes."""
    return (files("scanner.report") / "mlsec-scan-cost-1.schema.json").read_text("utf-8")


def as_cost_json(estimate: Estimate, savings: Savings) -> str:
    """Return what an estate costs; amounts are texts to the cent, rates as exact as they are told."""
    return json_text(
        {
            "schema": SCHEMA,
            "currency": estimate.book.currency,
            "hours_a_month": int(HOURS),
            "gb": gigabytes(estimate.gb) if estimate.gb is not None else None,
            "remarks": list(remarks_of(estimate)),
            "total": _total(estimate.total),
            "controls": [_control(each, estimate) for each in Control],
            "workspaces": [
                {
                    "id": str(each),
                    "own": _total(total(estimate.own(each))),
                    "share": _total(total(estimate.shared(each), share=True)),
                }
                for each in estimate.workspaces
            ],
            "others": _total(estimate.others),
            "unused": _total(total(estimate.nobodys)),
            "savings": _savings(savings),
            "sources": list(sources_of(estimate)),
            "doubts": list(estimate.doubts),
        }
    )


def _total(found: Total) -> dict[str, Any]:
    traffic = plain_money(found.traffic) if found.traffic is not None else None
    told = {"monthly": plain_money(found.monthly), "at_least": found.at_least, "traffic": traffic}
    return {**told, "traffic_at_least": found.traffic_at_least}


def _control(control: Control, estimate: Estimate) -> dict[str, Any]:
    lines = estimate.of(control)
    return {"control": control.value, "total": _total(total(lines)), "items": [_line(each) for each in lines]}


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": str(line.item.id),
        "what": line.item.what,
        "region": line.item.region,
        "workspaces": [str(each) for each in line.item.users],
        "monthly": plain_money(line.monthly),
        "missing": list(line.missing),
        "fixed": [_rated(each) for each in line.fixed],
        "rates": [_rated(each) for each in line.rates],
        "traffic": plain_money(line.traffic) if line.traffic is not None else None,
        "unrated": list(line.unrated),
        "notes": [each for each in (elsewhere(line), line.item.note) if each],
    }


def _rated(rated: Rated) -> dict[str, Any]:
    meter, price = rated.charge.meter, rated.price
    told = {"meter": meter.name, "service": meter.service, "unit": meter.unit.value}
    told |= {"quantity": str(rated.charge.quantity), "before": str(rated.charge.before)}
    if price is None:
        return {**told, "price": None}
    tiers = [{"from": str(start), "amount": str(amount)} for start, amount in price.tiers]
    said = {"tiers": tiers, "region": price.region, "date": str(price.date), "source": price.source}
    return {**told, "price": said}


def _savings(savings: Savings) -> dict[str, Any]:
    return {
        "total": _total(savings.monthly),
        "proposed": [
            {"id": str(each.at), "why": each.why, "gone": list(map(str, each.gone)), **_total(each.monthly)}
            for each in savings.proposed
        ],
        "kept": [{"id": str(each.at), "why": each.why, "because": each.because} for each in savings.kept],
        "untried": savings.untried,
    }
